package io.lethe.jdbc;

import io.lethe.secret.Reference;
import io.lethe.secret.Utf8;
import io.lethe.secret.Wipe;
import io.lethe.secret.crypto.WipingDigest;
import io.lethe.weave.Answer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The strong password substitute, by which Derby's client answers the server's seed.
 *
 * <p>Loaded by the agent loader. Stateless; called on the application's threads.
 */
final class DerbySubstitute {

    private static final byte[] SEQUENCE = {0, 0, 0, 0, 0, 0, 0, 1};
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    /** What Derby puts before the hash that its server stores. */
    private static final byte[] SCHEME = {'3', 'b', '6', '0'};

    /** {@code substitutePassword(user, password, clientSeed, serverSeed)}. */
    Answer substitute() {
        return new Answer() {
            @Override
            public @Nullable Object answer(@Nullable Object[] arguments) throws Refusal {
                String user = (String) arguments[1];
                String password = (String) arguments[2];
                byte[] client = (byte[]) arguments[3];
                byte[] server = (byte[]) arguments[4];
                if (user == null || client == null || server == null || !Reference.claims(password)) {
                    return null;
                }
                Connect connect = Connect.current();
                Attempt attempt = connect == null ? null : connect.attempt();
                if (attempt == null) {
                    throw Refusal.denied("'" + password + "' reached Derby's cryptography without a decision");
                }
                byte[] name = nibbles(user);
                byte[] token = attempt.derived(secret -> token(name, secret));
                try (WipingDigest digest = WipingDigest.sha1()) {
                    byte[] substitute = new byte[digest.length()];
                    digest.update(token);
                    digest.update(server);
                    digest.update(client);
                    digest.update(name);
                    digest.update(SEQUENCE);
                    digest.digest(substitute, 0);
                    return substitute;
                } finally {
                    Wipe.bytes(token);
                }
            }
        };
    }

    /** {@code SHA-1(user, SHA-1(password))}: with it alone one can log in. */
    static byte[] token(byte[] user, byte[] secret) {
        char[] chars = Utf8.chars(secret);
        byte[] half = new byte[2 * chars.length];
        byte[] hash = new byte[20];
        byte[] hex = new byte[SCHEME.length + 2 * hash.length];
        byte[] halfHex = new byte[2 * hex.length];
        try (WipingDigest digest = WipingDigest.sha1()) {
            for (int i = 0; i < chars.length; i++) {
                put(chars[i], half, i);
            }
            digest.update(half);
            digest.digest(hash, 0);
            System.arraycopy(SCHEME, 0, hex, 0, SCHEME.length);
            for (int i = 0; i < hash.length; i++) {
                hex[SCHEME.length + 2 * i] = HEX[hash[i] >> 4 & 15];
                hex[SCHEME.length + 2 * i + 1] = HEX[hash[i] & 15];
            }
            for (int i = 0; i < hex.length; i++) {
                put((char) hex[i], halfHex, i);
            }
            digest.update(user);
            digest.update(halfHex);
            digest.digest(hash, 0);
            return hash;
        } finally {
            Wipe.chars(chars);
            Wipe.bytes(half, hex, halfHex);
        }
    }

    /** As Derby does: each character's upper half overwrites the lower half of the one before. */
    static byte[] nibbles(String text) {
        byte[] half = new byte[2 * text.length()];
        for (int i = 0; i < text.length(); i++) {
            put(text.charAt(i), half, i);
        }
        return half;
    }

    private static void put(char c, byte[] half, int at) {
        half[at] = (byte) (c >> 4 & 15);
        half[at + 1] = (byte) (c & 15);
    }
}
