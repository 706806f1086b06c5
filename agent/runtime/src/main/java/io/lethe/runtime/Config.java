package io.lethe.runtime;

import io.lethe.broker.ask.AskAddress;
import io.lethe.broker.ask.AuthZen;
import io.lethe.broker.openbao.Credential;
import io.lethe.broker.openbao.OpenBaoSettings;
import io.lethe.broker.transport.ServerAddress;
import io.lethe.broker.vault.Custody;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * lethe.yaml, read and checked whole: unknown keys and wrong types are refused, because a misspelt key would silently mean
 * the default.
 *
 * <p>Loaded by the agent loader and by the command line's. Immutable. Never writes to system properties.
 */
public final class Config {

    /** What the broker begins with that is a server of OpenBao or Vault. */
    static final String OPENBAO = "openbao:";

    private final File file;
    private final Map<Key, Object> values;

    private Config(File file, Map<Key, Object> values) {
        this.file = file;
        this.values = values;
    }

    /**
     * Reads a config file.
     *
     * @throws ConfigException one line: which file, what is wrong, what to do
     */
    public static Config read(File file) throws ConfigException {
        Object root;
        try (InputStream in = new FileInputStream(file)) {
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(file.getPath())
                    .setMaxAliasesForCollections(0)
                    .build();
            root = new Load(settings).loadFromInputStream(in);
        } catch (IOException e) {
            throw new ConfigException(
                    file + " cannot be read (" + e.getMessage() + "); check the path and its permissions");
        } catch (MarkedYamlEngineException e) {
            String where = e.getProblemMark()
                    .map(mark -> " line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
                    .orElse("");
            throw new ConfigException(file + where + " is not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new ConfigException(file + " is not YAML: " + firstLine(e.getMessage()));
        }
        if (!(root instanceof Map)) {
            throw new ConfigException(
                    file + " holds no settings; the smallest config is one line: broker: vault:/etc/lethe/vault");
        }
        Map<Key, Object> values = new TreeMap<>();
        collect(file, "", (Map<?, ?>) root, values);
        if (!values.containsKey(Key.BROKER) && !Boolean.FALSE.equals(values.get(Key.ENABLED))) {
            throw new ConfigException(file + " names no broker; add a line such as: broker: vault:/etc/lethe/vault");
        }
        return new Config(file, Collections.unmodifiableMap(values));
    }

    private static void collect(File file, String prefix, Map<?, ?> map, Map<Key, Object> values)
            throws ConfigException {
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            String name = prefix + entry.getKey();
            Key key = Key.of(name);
            if (key == null && entry.getValue() instanceof Map && Key.isPrefix(name)) {
                collect(file, name + ".", (Map<?, ?>) entry.getValue(), values);
                continue;
            }
            if (key == null) {
                throw new ConfigException(
                        file + " has an unknown key '" + name + "'; did you mean '" + Key.nearest(name) + "'?");
            }
            String wrong = key.check(entry.getValue());
            if (wrong != null) {
                throw new ConfigException(file + ": " + name + " " + wrong);
            }
            values.put(key, entry.getValue());
        }
    }

    private static String firstLine(@Nullable String message) {
        String text = String.valueOf(message);
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }

    /** The file that was read. */
    public File file() {
        return file;
    }

    /** Whether references resolve at all. */
    public boolean enabled() {
        return bool(Key.ENABLED);
    }

    /** Whether decisions are only logged. */
    public boolean observe() {
        return text(Key.MODE).equals("observe");
    }

    /** Whether a sink that is not wholly hooked refuses references. */
    public boolean strict() {
        return bool(Key.STRICT);
    }

    /** Whether an application whose own user can change what Lethe rests on gets no secret. */
    public boolean requireRootOwned() {
        return bool(Key.REQUIRE_ROOT_OWNED);
    }

    /** The folder of the embedded vault; null where no broker is named. */
    public @Nullable File vault() {
        String broker = text(Key.BROKER);
        return broker.startsWith("vault:") ? resolve(broker.substring("vault:".length())) : null;
    }

    /** Whether secrets come from OpenBao or Vault. */
    public boolean isOpenBao() {
        return text(Key.BROKER).startsWith(OPENBAO);
    }

    /** Where that server is, and where on it the secrets; only where {@link #isOpenBao()}. */
    public OpenBaoSettings openBao() throws ConfigException {
        String authorities = orNull(Key.OPENBAO_CA);
        try {
            return new OpenBaoSettings(
                    ServerAddress.parse(text(Key.BROKER).substring(OPENBAO.length())),
                    authorities == null ? null : resolve(authorities),
                    text(Key.OPENBAO_MOUNT),
                    text(Key.OPENBAO_PATH),
                    orNull(Key.OPENBAO_NAMESPACE),
                    grantsFile().toPath());
        } catch (IllegalArgumentException e) {
            throw new ConfigException(file + ": " + e.getMessage());
        }
    }

    /** How this workload logs in there. */
    public Credential credential() throws ConfigException {
        String token = orNull(Key.OPENBAO_TOKEN_FILE);
        String roleId = orNull(Key.OPENBAO_ROLE_ID);
        if ((token == null) == (roleId == null)) {
            throw new ConfigException(file
                    + (token == null ? " says nothing of how to log in" : " says two ways to log in")
                    + "; set openbao.token-file, or openbao.role-id and a file with its secret-id");
        }
        if (token != null) {
            return Credential.token(
                    resolve(token).toPath(), bool(Key.IDENTITY_GROUP_OK) || isHandedOver(resolve(token)));
        }
        String named = orNull(Key.OPENBAO_SECRET_ID_FILE);
        String credentials = System.getenv("CREDENTIALS_DIRECTORY");
        if (named == null && credentials == null) {
            throw new ConfigException(
                    file + " names no openbao.secret-id-file, and there is no $CREDENTIALS_DIRECTORY");
        }
        File secretId = named == null ? new File(credentials, "lethe-secret-id") : resolve(named);
        try {
            return Credential.appRole(
                    text(Key.OPENBAO_AUTH_MOUNT),
                    String.valueOf(roleId),
                    secretId.toPath(),
                    bool(Key.IDENTITY_GROUP_OK) || isHandedOver(secretId));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(file + ": " + e.getMessage());
        }
    }

    private static boolean isHandedOver(File secret) {
        String credentials = System.getenv("CREDENTIALS_DIRECTORY");
        return credentials != null && new File(credentials).equals(secret.getParentFile());
    }

    /** The file with the grants of a broker that keeps none itself. */
    public File grantsFile() {
        String path = orNull(Key.OPENBAO_GRANTS);
        return resolve(path == null ? "grants.json" : path);
    }

    /** The verifying key that is pinned; null where none is. */
    public @Nullable String vaultKey() {
        return orNull(Key.VAULT_KEY);
    }

    /** The name under which the vault knows this application. */
    public String workload() {
        return text(Key.WORKLOAD);
    }

    /**
     * The file with this workload's age identity: the one that the config names, else the credential that systemd hands over.
     *
     * @return null where it is the vault's own
     */
    public @Nullable File identity() {
        String path = orNull(Key.IDENTITY);
        if (path != null) {
            return resolve(path);
        }
        String credentials = System.getenv("CREDENTIALS_DIRECTORY");
        File handedOver = credentials == null ? null : new File(credentials, "lethe-identity");
        return handedOver != null && handedOver.exists() ? handedOver : null;
    }

    /** Whether the identity's group may read it, as systemd and Kubernetes hand it over. */
    public boolean identityGroupOk() {
        File identity = identity();
        return identity != null && isHandedOver(identity) || bool(Key.IDENTITY_GROUP_OK);
    }

    /** The version that the vault's index has at least; 0 where any will do. */
    public long minVersion() {
        Object value = values.get(Key.MIN_VERSION);
        return value instanceof Number ? ((Number) value).longValue() : 0;
    }

    /** Where the highest version of the vault's index is remembered; null where it is not. */
    public @Nullable File stateDir() {
        String path = orNull(Key.STATE_DIR);
        return path == null ? null : resolve(path);
    }

    /** Where a bundle is looked for that an override took along, whether there is one or not. */
    public File bundle() {
        String path = orNull(Key.BREAK_GLASS_BUNDLE);
        return resolve(path == null ? "break-glass" : path);
    }

    /** How many seconds a connection may still be used after its grant has ended. */
    public int drainSeconds() {
        return Key.seconds(text(Key.DRAIN));
    }

    /** Where audit chains are written. */
    public @Nullable File auditDir() {
        String path = orNull(Key.AUDIT_DIR);
        if (path != null) {
            return resolve(path);
        }
        File vault = vault();
        return isOpenBao() ? resolve("audit") : vault == null ? null : new File(vault, "audit");
    }

    /** Whether each record is synced, not only decisions. */
    public boolean auditSyncEach() {
        return text(Key.AUDIT_SYNC).equals("each");
    }

    /** After how many days audit chains are deleted; 0 for never. */
    public int auditKeepDays() {
        return Key.days(values.get(Key.AUDIT_KEEP));
    }

    /** Where the heads of the audit trail go; null for nowhere. */
    public @Nullable String auditHeads() {
        String where = orNull(Key.AUDIT_HEADS);
        return where == null || where.equals("stderr") || where.startsWith("syslog:")
                ? where
                : resolve(where).getPath();
    }

    /** Host and port of the server that takes the audit trail; null where it goes into a folder. */
    public @Nullable String auditSocket() {
        return orNull(Key.AUDIT_SOCKET);
    }

    /** Who must allow each acquire, too; null where nobody is asked. */
    public @Nullable AuthZen ask() {
        String url = orNull(Key.ASK);
        String authorities = orNull(Key.ASK_CA);
        return url == null
                ? null
                : new AuthZen(AskAddress.parse(url), authorities == null ? null : resolve(authorities));
    }

    /** Packages of pools whose data sources only hand a reference on to a driver. */
    public List<String> delegating() {
        List<String> packages = new ArrayList<>();
        Object value = values.get(Key.DRIVERS_DELEGATING);
        if (value instanceof List) {
            for (Object element : (List<?>) value) {
                packages.add(String.valueOf(element));
            }
        }
        return packages;
    }

    /**
     * In whose hands all that is that decisions rest on, as this process finds it.
     *
     * @param uid of this process; null where it is not known
     * @param jar lethe.jar; null where this does not run from it
     */
    public Custody custody(@Nullable String uid, @Nullable File jar) {
        Custody custody = Custody.of(uid, requireRootOwned()).config(file.toPath());
        File vault = vault();
        if (vault != null) {
            custody.vault(vault.toPath());
        }
        if (isOpenBao()) {
            custody.grants(grantsFile().toPath());
            String vouching = orNull(Key.OPENBAO_CA);
            if (vouching != null) {
                custody.authorities(resolve(vouching).toPath(), Key.OPENBAO_CA.text());
            }
        }
        File trail = auditDir();
        if (trail != null) {
            custody.trail(trail.toPath());
        }
        String authorities = orNull(Key.ASK_CA);
        if (authorities != null) {
            custody.authorities(resolve(authorities).toPath(), Key.ASK_CA.text());
        }
        return jar == null ? custody : custody.jar(jar.toPath());
    }

    private File resolve(String path) {
        File named = new File(path);
        return named.isAbsolute() ? named : new File(file.getAbsoluteFile().getParentFile(), path);
    }

    private boolean bool(Key key) {
        Object value = values.get(key);
        return value == null ? Boolean.parseBoolean(key.fallback()) : (Boolean) value;
    }

    private String text(Key key) {
        Object value = values.get(key);
        return value == null ? key.fallback() : String.valueOf(value);
    }

    private @Nullable String orNull(Key key) {
        Object value = values.get(key);
        return value == null ? null : String.valueOf(value);
    }
}
