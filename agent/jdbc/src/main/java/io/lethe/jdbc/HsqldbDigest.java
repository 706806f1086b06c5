package io.lethe.jdbc;

import io.lethe.secret.Reference;
import io.lethe.secret.Utf8;
import io.lethe.secret.Wipe;
import io.lethe.secret.crypto.Md5;
import io.lethe.secret.crypto.WipingDigest;
import io.lethe.weave.Answer;
import io.lethe.weave.Scope;
import java.lang.reflect.Method;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * What the hooks of {@link Hsqldb} do in a database of this process, which compares the password's digest.
 *
 * <p>Loaded by the agent loader. Called on the application's threads; all state is in {@link Connect}.
 */
final class HsqldbDigest {

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    /** {@code getUser(name, password)} of a database in this process, which may ask a function of the application's own. */
    Scope user() {
        return new Entry() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Object users = arguments[0];
                String password = (String) arguments[2];
                if (users != null
                        && Reference.claims(password)
                        && Connect.currentAttempt() != null
                        && HsqldbConnect.field(users, "extAuthenticationFunction") != null) {
                    throw Refusal.denied("'" + password + "' stays here: this database asks a function of its own for"
                            + " the password");
                }
                return arguments;
            }
        };
    }

    /** {@code GranteeManager.digest}: what a database in this process compares, and a new one keeps. */
    Answer digest() {
        return new Answer() {
            @Override
            public @Nullable Object answer(@Nullable Object[] arguments) throws Refusal, ReflectiveOperationException {
                String password = (String) arguments[1];
                Object manager = arguments[0];
                Connect connect = Connect.current();
                Attempt attempt = connect == null ? null : connect.attempt();
                Credentials credentials = connect == null ? null : connect.credentials();
                // Elsewhere it is a text like any other: what a client sends to a server in this process, say.
                if (manager == null
                        || password == null
                        || attempt == null
                        || credentials == null
                        || !credentials.isPassword(password)) {
                    return null;
                }
                Method digester = manager.getClass().getDeclaredMethod("getDigester");
                digester.setAccessible(true);
                MessageDigest theirs = (MessageDigest) digester.invoke(manager);
                byte[] hash = attempt.derived(derivation(theirs == null ? "" : theirs.getAlgorithm()));
                try {
                    return hex(hash);
                } finally {
                    Wipe.bytes(hash);
                }
            }
        };
    }

    /** The database chooses how it digests; nobody else sees the result. */
    private static Attempt.Derivation derivation(String algorithm) throws Refusal {
        if (!algorithm.equals("MD5") && !algorithm.equals("SHA-256") && !algorithm.equals("SHA-512")) {
            throw Refusal.denied("this database digests passwords with " + algorithm + ", which Lethe does not");
        }
        return secret -> {
            byte[] text = Utf8.latin1(secret);
            try {
                return algorithm.equals("MD5") ? Md5.hash(text) : sha(algorithm, text);
            } finally {
                Wipe.bytes(text);
            }
        };
    }

    private static byte[] sha(String algorithm, byte[] text) {
        try (WipingDigest digest = algorithm.equals("SHA-256") ? WipingDigest.sha256() : WipingDigest.sha512()) {
            byte[] hash = new byte[digest.length()];
            digest.update(text);
            digest.digest(hash, 0);
            return hash;
        }
    }

    private static String hex(byte[] hash) {
        StringBuilder hex = new StringBuilder(2 * hash.length);
        for (byte b : hash) {
            hex.append(HEX[b >> 4 & 15]).append(HEX[b & 15]);
        }
        return hex.toString();
    }
}
