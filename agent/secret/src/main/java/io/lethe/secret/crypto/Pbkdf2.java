package io.lethe.secret.crypto;

import io.lethe.secret.Wipe;

/**
 * PBKDF2 (RFC 8018, section 5.2) over an {@link Hmac} keyed with the password. The JDK's {@code SecretKeyFactory}
 * leaves the password once or twice and both pads, also after {@code clearPassword} and two collections. With SHA-256 the iterations make no
 * garbage, where {@link Sha256Words} are in reach.
 *
 * <p>Loaded by the agent loader. Stateless.
 */
public final class Pbkdf2 {

    private Pbkdf2() {}

    /** Fills {@code out}. The HMAC stays open, and is the caller's to close. */
    public static void derive(Hmac password, byte[] salt, int iterations, byte[] out) {
        if (iterations < 1) {
            throw new IllegalArgumentException("PBKDF2 with " + iterations + " iterations; there must be at least 1");
        }
        byte[] index = new byte[4];
        byte[] block = new byte[password.length()];
        byte[] sum = new byte[password.length()];
        try {
            for (int offset = 0, i = 1; offset < out.length; offset += sum.length, i++) {
                bigEndian(i, index);
                password.update(salt);
                password.update(index);
                password.doFinal(block, 0);
                System.arraycopy(block, 0, sum, 0, sum.length);
                password.fold(block, sum, iterations - 1);
                System.arraycopy(sum, 0, out, offset, Math.min(sum.length, out.length - offset));
            }
        } finally {
            Wipe.bytes(block, sum);
        }
    }

    private static void bigEndian(int value, byte[] out) {
        out[0] = (byte) (value >>> 24);
        out[1] = (byte) (value >>> 16);
        out[2] = (byte) (value >>> 8);
        out[3] = (byte) value;
    }
}
