package io.lethe.secret.crypto;

import io.lethe.secret.Wipe;

/**
 * HKDF with SHA-256 (RFC 5869).
 *
 * <p>Loaded by the agent loader. Stateless.
 */
public final class Hkdf {

    private static final int HASH_LENGTH = 32;

    private Hkdf() {}

    /** Writes the 32 bytes of the pseudorandom key to {@code prk}. An empty salt stands for 32 zeros, as in the RFC. */
    public static void extract(byte[] salt, byte[] inputKey, byte[] prk) {
        requireLength(prk);
        try (Hmac hmac = Hmac.sha256(salt, 0, salt.length)) {
            hmac.update(inputKey);
            hmac.doFinal(prk, 0);
        }
    }

    /** Fills {@code out}, at most 255 x 32 bytes. */
    public static void expand(byte[] prk, byte[] info, byte[] out) {
        requireLength(prk);
        if (out.length > 255 * HASH_LENGTH) {
            throw new IllegalArgumentException("HKDF gives at most " + 255 * HASH_LENGTH + " bytes, not " + out.length);
        }
        byte[] block = new byte[HASH_LENGTH];
        byte[] counter = new byte[1];
        try (Hmac hmac = Hmac.sha256(prk, 0, prk.length)) {
            for (int offset = 0; offset < out.length; offset += HASH_LENGTH) {
                if (offset > 0) {
                    hmac.update(block);
                }
                counter[0]++;
                hmac.update(info);
                hmac.update(counter);
                hmac.doFinal(block, 0);
                System.arraycopy(block, 0, out, offset, Math.min(HASH_LENGTH, out.length - offset));
            }
        } finally {
            Wipe.bytes(block);
        }
    }

    private static void requireLength(byte[] prk) {
        if (prk.length != HASH_LENGTH) {
            throw new IllegalArgumentException("a pseudorandom key has " + HASH_LENGTH + " bytes, not " + prk.length);
        }
    }
}
