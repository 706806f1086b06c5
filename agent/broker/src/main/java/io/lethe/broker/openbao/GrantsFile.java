package io.lethe.broker.openbao;

import io.lethe.broker.BrokerException;
import io.lethe.broker.Grant;
import io.lethe.broker.Grants;
import io.lethe.broker.digest.Sha256;
import io.lethe.broker.json.Json;
import io.lethe.broker.json.JsonException;
import io.lethe.broker.json.JsonFields;
import io.lethe.broker.vault.Custody;
import io.lethe.secret.NotSecret;
import io.lethe.secret.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Grants in a file of this machine, for brokers that know who may read a secret and nothing of where it may go. JSON, in the form in
 * which a vault's index has them:
 *
 * <pre>{"usernames": {"orders-db": "orders"}, "grants": [{"id": "g1", "secret": "orders-db", ...}]}</pre>
 *
 * <p>It is signed by nobody: who may write it decides, and decisions say {@code self-administered} where that is the application's
 * own user. Loaded by the agent loader and the command line's. Thread-safe. It is read anew when it has changed; one that is
 * missing or broken grants nothing.
 */
public final class GrantsFile {

    private static final Set<String> PUBLIC_FIELDS = Collections.singleton("username");
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_TRIES = 10;

    private final Path file;
    private final Custody custody;
    private @Nullable List<?> identity;
    private @Nullable Content current;
    private volatile @Nullable Grants latest;

    public GrantsFile(Path file, Custody custody) {
        this.file = file;
        this.custody = custody;
    }

    /** What the file says. Immutable. */
    static final class Content {
        final List<Grant> list;
        final Grants grants;
        final Map<String, String> usernames;

        Content(List<Grant> list, Grants grants, Map<String, String> usernames) {
            this.list = list;
            this.grants = grants;
            this.usernames = usernames;
        }
    }

    /** All grants in it. */
    public List<Grant> list() throws BrokerException {
        return Collections.unmodifiableList(get().list);
    }

    synchronized Content get() throws BrokerException {
        Content found = null;
        try {
            found = read();
            return found;
        } finally {
            latest = found == null ? null : found.grants;
        }
    }

    /** The grants that were in force when somebody looked last; null where they were broken. Reads nothing. */
    @Nullable
    Grants latest() {
        return latest;
    }

    /** Equal to the last as long as it is the same file; where there is none, equal to nothing. */
    Object stamp() {
        List<?> now = identityNow();
        return now == null ? new Object() : now;
    }

    Set<String> marks() {
        return custody.isSelfAdministered()
                ? Collections.singleton(Custody.SELF_ADMINISTERED)
                : Collections.<String>emptySet();
    }

    private Content read() throws BrokerException {
        for (int i = 0; i < MAX_TRIES; i++) {
            List<?> before = identityNow();
            Content cached = current;
            if (cached != null && before != null && before.equals(identity)) {
                return cached;
            }
            // A failure must not leave the old grants in force.
            current = null;
            byte[] text = bytes();
            if (before != null && before.equals(identityNow())) {
                Content fresh = parse(text);
                identity = before;
                current = fresh;
                return fresh;
            }
        }
        throw new BrokerException(
                BrokerException.Kind.UNAVAILABLE, "the grants file " + file + " keeps changing; try again");
    }

    @NotSecret("grants name secrets and hold none")
    private byte[] bytes() throws BrokerException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw broken("is longer than " + MAX_BYTES + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw broken("is missing, so nothing is granted; write it, or correct openbao.grants");
        } catch (IOException e) {
            throw broken("cannot be read (" + e.getMessage() + "), so nothing is granted");
        }
    }

    private Content parse(byte[] text) throws BrokerException {
        try {
            JsonFields json = Json.readObject(text, MAX_BYTES);
            Map<String, String> usernames = new TreeMap<>();
            if (json.has("usernames")) {
                JsonFields names = json.object("usernames");
                for (String secret : names.keys()) {
                    usernames.put(name(secret), names.string(secret));
                }
            }
            List<Grant> list = new ArrayList<>();
            Set<String> ids = new HashSet<>();
            for (Object value : json.list("grants")) {
                Grant grant = Grant.fromJson(value);
                name(grant.secret());
                if (!ids.add(grant.id())) {
                    throw new JsonException("two grants have one id");
                }
                list.add(grant);
            }
            json.end();
            Set<String> marks = new TreeSet<>(custody.marks());
            return new Content(list, new Grants(list, usernames, PUBLIC_FIELDS, Sha256.hex(text), marks), usernames);
        } catch (JsonException e) {
            throw broken("is not what it should be, so nothing is granted: " + e.getMessage());
        }
    }

    private static String name(String name) throws JsonException {
        // Names become parts of a path on the server.
        if (!Reference.isName(name)) {
            throw new JsonException("a name in it is not one");
        }
        return name;
    }

    private BrokerException broken(String what) {
        return new BrokerException(BrokerException.Kind.BROKEN, "the grants file " + file + " " + what);
    }

    private @Nullable List<?> identityNow() {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return Arrays.asList(now.size(), now.lastModifiedTime(), now.fileKey());
        } catch (IOException e) {
            // Reading it will say why.
            return null;
        }
    }
}
