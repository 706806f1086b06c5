package io.lethe.jdbc;

import io.lethe.secret.Sealed;
import io.lethe.secret.Utf8;
import io.lethe.secret.Wipe;
import io.lethe.secret.crypto.Hmac;
import io.lethe.secret.crypto.Pbkdf2;
import io.lethe.secret.crypto.WipingDigest;
import io.lethe.weave.Answer;
import io.lethe.weave.Filter;
import java.net.Socket;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the hooks of {@link H2} do where a hash is used: a server gets the true one in the place of random bytes, at the last
 * write; a database in this process gets it salted.
 *
 * <p>Loaded by the agent loader. Called on the application's threads. Stateless; the attempt is in {@link Connect}.
 */
final class H2Hashes {

    private static final int HASH = 32;

    /** What {@code initTransfer} writes: both hashes, and the text of a file's password. */
    Filter sent() {
        return new Filter() {
            @Override
            public @Nullable Object filter(@Nullable Object value) throws Refusal {
                H2Token token = H2Token.in(value);
                if (token == null) {
                    return value;
                }
                Connect connect = connect();
                Attempt attempt = attempt(connect, token);
                attempt.over(socket(connect));
                byte[] bytes = attempt.derived(derivation(token, attempt));
                Sealed sealed = Sealed.of(bytes, 0, bytes.length);
                return attempt.send(sealed, Wording.fourBytes(bytes.length));
            }
        };
    }

    /** The whole URL, as the application wrote it, is sent too: without the references in it. */
    Filter url() {
        return new Filter() {
            @Override
            public @Nullable Object filter(@Nullable Object value) {
                return value instanceof String ? withoutReferences((String) value) : value;
            }
        };
    }

    static String withoutReferences(String url) {
        String rest = url;
        int at = rest.startsWith("jdbc:h2:") ? value(rest, 0) : -1;
        while (at >= 0) {
            int end = rest.indexOf(';', at);
            rest = rest.substring(0, at) + (end < 0 ? "" : rest.substring(end));
            at = value(rest, at);
        }
        return rest;
    }

    /** Where a value begins that holds a reference; -1 where none does. */
    private static int value(String url, int from) {
        int at = url.indexOf("lethe:", from);
        return at < 0 ? -1 : url.lastIndexOf('=', at) + 1 > 0 ? url.lastIndexOf('=', at) + 1 : at;
    }

    /** {@code getHashWithSalt(hash, salt)}. */
    Answer salted() {
        return new Answer() {
            @Override
            public @Nullable Object answer(@Nullable Object[] arguments) throws Refusal {
                H2Token token = H2Token.in(arguments[1]);
                byte[] salt = (byte[]) arguments[2];
                if (token == null || salt == null) {
                    return null;
                }
                Attempt attempt = attempt(connect(), token);
                Attempt.Derivation hashing = derivation(token, attempt);
                return attempt.derived(password -> {
                    byte[] salted = new byte[HASH];
                    byte[] hash = hashing.of(password);
                    try (WipingDigest digest = WipingDigest.sha256()) {
                        digest.update(hash);
                        digest.update(salt);
                        digest.digest(salted, 0);
                    } finally {
                        Wipe.bytes(hash);
                    }
                    return salted;
                });
            }
        };
    }

    /** {@code getPBKDF2(password, salt, iterations, length)}: the key of a file, which H2 needs as long as it is open. */
    Answer fileKey() {
        return new Answer() {
            @Override
            public @Nullable Object answer(@Nullable Object[] arguments) throws Refusal {
                H2Token token = H2Token.in(arguments[1]);
                byte[] salt = (byte[]) arguments[2];
                Integer iterations = (Integer) arguments[3];
                Integer length = (Integer) arguments[4];
                if (token == null || salt == null || iterations == null || length == null) {
                    return null;
                }
                return attempt(connect(), token).derived(password -> {
                    byte[] key = new byte[length];
                    byte[] text = fileText(password);
                    try (Hmac hmac = Hmac.sha256(text, 0, text.length)) {
                        Wipe.bytes(text);
                        Pbkdf2.derive(hmac, salt, iterations, key);
                    } finally {
                        Wipe.bytes(text);
                    }
                    return key;
                });
            }
        };
    }

    /** Null where the driver does not show it. */
    static @Nullable Socket socket(Connect connect) {
        Object transfer = connect.stream();
        try {
            return transfer == null
                    ? null
                    : (Socket) transfer.getClass().getMethod("getSocket").invoke(transfer);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    private static Connect connect() throws Refusal {
        Connect connect = Connect.current();
        if (connect == null) {
            throw Refusal.denied("H2 asked for a password again outside of a connect that Lethe follows");
        }
        return connect;
    }

    private static Attempt attempt(Connect connect, H2Token token) throws Refusal {
        boolean ofFile = token.kind == H2Token.Kind.FILE || token.kind == H2Token.Kind.FILE_KEY;
        Attempt attempt = ofFile ? connect.second() : connect.attempt();
        if (attempt == null || !token.isOf(attempt.request())) {
            throw Refusal.denied(token.reference + " reached H2's hash outside of a connect that Lethe follows");
        }
        return attempt;
    }

    private static Attempt.Derivation derivation(H2Token token, Attempt attempt) throws Refusal {
        switch (token.kind) {
            case STORED:
                return H2Hashes::stored;
            case FILE:
                return hash(H2Token.FILE_USER);
            case FILE_KEY:
                return H2Hashes::fileText;
            default:
                return hash(attempt.user().toUpperCase(Locale.ENGLISH));
        }
    }

    /** {@code SHA-256(user@password)}, each character two bytes. */
    private static Attempt.Derivation hash(String user) {
        byte[] before = new byte[2 * (user.length() + 1)];
        for (int i = 0; i <= user.length(); i++) {
            char c = i < user.length() ? user.charAt(i) : '@';
            before[2 * i] = (byte) (c >> 8);
            before[2 * i + 1] = (byte) c;
        }
        return password -> {
            byte[] hash = new byte[HASH];
            byte[] text = Utf8.utf16be(password);
            try (WipingDigest digest = WipingDigest.sha256()) {
                digest.update(before);
                digest.update(text);
                digest.digest(hash, 0);
            } finally {
                Wipe.bytes(text);
            }
            return hash;
        };
    }

    /** The hash is what is stored, in hexadecimal. */
    private static byte[] stored(byte[] password) {
        if (password.length != 2 * HASH) {
            throw new IllegalArgumentException("with PASSWORD_HASH=TRUE the secret is 64 hexadecimal digits");
        }
        byte[] hash = new byte[HASH];
        for (int i = 0; i < HASH; i++) {
            int high = Character.digit((char) password[2 * i], 16);
            int low = Character.digit((char) password[2 * i + 1], 16);
            if (high < 0 || low < 0) {
                Wipe.bytes(hash);
                throw new IllegalArgumentException("with PASSWORD_HASH=TRUE the secret is 64 hexadecimal digits");
            }
            hash[i] = (byte) (high << 4 | low);
        }
        return hash;
    }

    /** H2 drops the high bytes of a file's password in one place and keeps them in another: so there are to be none. */
    private static byte[] fileText(byte[] password) {
        byte[] text = Utf8.utf16be(password);
        for (int i = 0; i < text.length; i += 2) {
            if (text[i] != 0) {
                Wipe.bytes(text);
                throw new IllegalArgumentException("the password of a file may hold characters of Latin-1 only");
            }
        }
        return text;
    }
}
