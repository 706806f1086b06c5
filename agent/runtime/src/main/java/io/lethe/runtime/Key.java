package io.lethe.runtime;

import io.lethe.broker.ask.AskAddress;
import io.lethe.broker.audit.Heads;
import io.lethe.broker.transport.ServerAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every key of lethe.yaml, with its type and default. README's reference table is made from this list, and a test compares
 * the two.
 */
public enum Key {
    BROKER(
            "broker",
            Type.BROKER,
            "",
            "where secrets come from: vault: and a directory, or openbao: and a URL such as https://openbao.example:8200"),
    VAULT_KEY(
            "vault-key",
            Type.TEXT,
            "",
            "the key that must have signed the vault's index; vault init --config writes it"),
    MIN_VERSION(
            "min-version",
            Type.NUMBER,
            "0",
            "the version of the vault's index at least, as vault list shows it; an older one is refused"),
    STATE_DIR(
            "state.dir",
            Type.TEXT,
            "",
            "folder in which the highest version of the vault's index is remembered; an older one is refused"),
    OPENBAO_GRANTS(
            "openbao.grants",
            Type.TEXT,
            "",
            "the file that says which secret may go where; the file grants.json beside the config where it is not set"),
    OPENBAO_MOUNT("openbao.mount", Type.TEXT, "secret", "mount of the KV engine, version 2"),
    OPENBAO_PATH("openbao.path", Type.TEXT, "", "folder in it in which each secret lies under its name"),
    OPENBAO_NAMESPACE("openbao.namespace", Type.TEXT, "", "the namespace, such as team/orders"),
    OPENBAO_CA(
            "openbao.ca",
            Type.TEXT,
            "",
            "certificates (PEM) that vouch for the server; else the JVM's default trust store"),
    OPENBAO_TOKEN_FILE(
            "openbao.token-file",
            Type.TEXT,
            "",
            "file with a token that somebody renews; else AppRole logs in for each secret"),
    OPENBAO_ROLE_ID("openbao.role-id", Type.TEXT, "", "the role-id of AppRole"),
    OPENBAO_SECRET_ID_FILE(
            "openbao.secret-id-file",
            Type.TEXT,
            "",
            "file with the secret-id of AppRole; $CREDENTIALS_DIRECTORY/lethe-secret-id where it is not set"),
    OPENBAO_AUTH_MOUNT("openbao.auth-mount", Type.TEXT, "approle", "mount of the AppRole method"),
    WORKLOAD("workload", Type.NAME, "default", "the name under which the vault knows this application"),
    IDENTITY(
            "identity",
            Type.TEXT,
            "",
            "file with this workload's age identity; else $CREDENTIALS_DIRECTORY/lethe-identity, "
                    + "else workloads/NAME.key in the vault"),
    IDENTITY_GROUP_OK(
            "identity.group-ok",
            Type.BOOLEAN,
            "false",
            "true lets the group of identity, token or secret-id read it, too; in $CREDENTIALS_DIRECTORY it always may"),
    ENABLED("enabled", Type.BOOLEAN, "true", "false resolves nothing and still refuses references"),
    MODE("mode", Type.MODE, "enforce", "observe decides, logs the decision and resolves nothing"),
    REQUIRED(
            "required",
            Type.BOOLEAN,
            "false",
            "true ends an unsupported JVM before main instead of running without Lethe"),
    REQUIRE_ROOT_OWNED(
            "require-root-owned",
            Type.BOOLEAN,
            "false",
            "true refuses all references while the application's own user can change config, vault, audit folder or lethe.jar"),
    STRICT("strict", Type.BOOLEAN, "true", "false lets a driver through of which only a part was recognised"),
    BREAK_GLASS_BUNDLE(
            "break-glass.bundle",
            Type.TEXT,
            "",
            "folder in which a bundle of lethe break-glass is looked for where the vault cannot be read; "
                    + "the folder break-glass beside the config where it is not set"),
    DRAIN(
            "drain",
            Type.SECONDS,
            "30s",
            "how long a database connection may still be used after its grant has ended, before it is closed under its user"),
    AUDIT_DIR(
            "audit.dir",
            Type.TEXT,
            "",
            "where audit chains are written; the folder audit in the vault, with openbao: beside the config, where it is not set"),
    AUDIT_SYNC("audit.sync", Type.SYNC, "second", "each syncs every record to disk; decisions always are"),
    AUDIT_KEEP(
            "audit.keep", Type.DAYS, "", "90d deletes chains that are older, and signs that it did; else all are kept"),
    AUDIT_HEADS(
            "audit.heads",
            Type.HEADS,
            "",
            "where the heads of the trail go: stderr (the journal, under systemd), syslog:HOST:PORT, or a file"),
    AUDIT_SOCKET(
            "audit.socket",
            Type.ADDRESS,
            "",
            "HOST:PORT of a server that takes the trail instead of audit.dir and acknowledges each line"),
    ASK(
            "ask",
            Type.ASK,
            "",
            "URL of an AuthZEN decision point that must allow each acquire, too, such as https://pdp.example"),
    ASK_CA("ask.ca", Type.TEXT, "", "certificates (PEM) that vouch for it; else the JVM's default trust store"),
    DRIVERS_DELEGATING(
            "drivers.delegating",
            Type.LIST,
            "",
            "packages of pools that hand references on to a driver, beside " + "those that Lethe knows");

    private enum Type {
        TEXT,
        NAME,
        BOOLEAN,
        NUMBER,
        LIST,
        BROKER,
        ASK,
        MODE,
        SYNC,
        DAYS,
        SECONDS,
        HEADS,
        ADDRESS
    }

    private static final int MAX_NUMBER_LENGTH = 6;

    private final String text;
    private final Type type;
    private final String fallback;
    private final String meaning;

    Key(String text, Type type, String fallback, String meaning) {
        this.text = text;
        this.type = type;
        this.fallback = fallback;
        this.meaning = meaning;
    }

    /** The key as it is written in lethe.yaml. */
    public String text() {
        return text;
    }

    /** What holds where the key is not set. */
    public String fallback() {
        return fallback;
    }

    /** One line for the reference table. */
    public String meaning() {
        return meaning;
    }

    static @Nullable Key of(String name) {
        for (Key key : values()) {
            if (key.text.equals(name)) {
                return key;
            }
        }
        return null;
    }

    static boolean isPrefix(String name) {
        for (Key key : values()) {
            if (key.text.startsWith(name + ".")) {
                return true;
            }
        }
        return false;
    }

    /** The known key that takes the fewest edits to reach. */
    static String nearest(String name) {
        Key best = BROKER;
        for (Key key : values()) {
            if (distance(key.text, name) < distance(best.text, name)) {
                best = key;
            }
        }
        return best.text;
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int cost = a.charAt(i - 1) == b.charAt(j - 1) ? diagonal : diagonal + 1;
                diagonal = row[j];
                row[j] = Math.min(cost, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }

    /** What is wrong with a value; null where nothing is. */
    @Nullable
    String check(@Nullable Object value) {
        switch (type) {
            case BOOLEAN:
                return value instanceof Boolean ? null : "must be true or false, not " + shown(value);
            case NUMBER:
                return (value instanceof Integer || value instanceof Long) && ((Number) value).longValue() >= 0
                        ? null
                        : "must be a whole number, not " + shown(value);
            case LIST:
                return value instanceof List ? null : "must be a list of package names, not " + shown(value);
            case BROKER:
                return broker(String.valueOf(value));
            case ASK:
                return ask(value);
            case MODE:
                return oneOf(value, "enforce", "observe");
            case SYNC:
                return oneOf(value, "second", "each");
            case DAYS:
                return days(value) > 0 ? null : "must be a number of days such as 90d, not " + shown(value);
            case SECONDS:
                return seconds(value) >= 0 ? null : "must be a number of seconds such as 30s, not " + shown(value);
            case ADDRESS:
                return Heads.checkAddress(String.valueOf(value));
            case HEADS:
                return Heads.check(String.valueOf(value));
            default:
                return value instanceof String && !((String) value).isEmpty()
                        ? null
                        : "must be a text, not " + shown(value);
        }
    }

    /** The days that a value such as {@code 90d} says; 0 where it is none. */
    static int days(@Nullable Object value) {
        return Math.max(0, number(value, "d"));
    }

    /** The seconds that a value such as {@code 30s} says; -1 where it is none. */
    static int seconds(@Nullable Object value) {
        return Math.max(-1, number(value, "s"));
    }

    /** The number before the unit; -1 where there is none. */
    private static int number(@Nullable Object value, String unit) {
        String text = String.valueOf(value);
        if (!text.endsWith(unit) || text.length() > MAX_NUMBER_LENGTH) {
            return -1;
        }
        try {
            return Integer.parseInt(text.substring(0, text.length() - 1));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static @Nullable String broker(String value) {
        if (value.startsWith(Config.OPENBAO)) {
            try {
                ServerAddress.parse(value.substring(Config.OPENBAO.length()));
                return null;
            } catch (IllegalArgumentException e) {
                return "must be openbao:URL, which " + e.getMessage() + ", not " + shown(value);
            }
        }
        return value.startsWith("vault:") && value.length() > 6
                ? null
                : "must be vault:<directory> or openbao:https://<host>:8200, not " + shown(value);
    }

    private static @Nullable String ask(@Nullable Object value) {
        try {
            AskAddress.parse(String.valueOf(value));
            return null;
        } catch (IllegalArgumentException e) {
            return e.getMessage() + ", not " + shown(value);
        }
    }

    private static @Nullable String oneOf(@Nullable Object value, String... allowed) {
        for (String candidate : allowed) {
            if (candidate.equals(value)) {
                return null;
            }
        }
        return "must be one of " + String.join(", ", allowed) + ", not " + shown(value);
    }

    private static String shown(@Nullable Object value) {
        String text = String.valueOf(value);
        return "'" + (text.length() > 60 ? text.substring(0, 60) + "..." : text) + "'";
    }
}
