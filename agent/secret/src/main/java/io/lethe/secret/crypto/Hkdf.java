package io.lethe.secret.crypto;

import io.lethe.secret.Wipe;
import java.security.MessageDigest;

/**
 * HKDF with SHA-256 (RFC 5869).
 *
 * <p>Loaded by the agent loader. Stateless.
 */
public final class Hkdf {

    private static final int HASH_LENGTH = 32;
    private static final int BLOCK = 64;
    private static final byte[] NOTHING = new byte[0];

    private Hkdf() {}

    /** Writes the 32 bytes of the pseudorandom key to {@code prk}. An empty salt stands for 32 zeros, as in the RFC. */
    public static void extract(byte[] salt, byte[] inputKey, byte[] prk) {
        requireLength(prk);
        hmac(salt, inputKey, inputKey.length, prk);
    }

    /**
     * HMAC with SHA-256 of one message, once: what {@link Hmac} does with a quarter of its memory, since what is allocated while
     * a key stands in the clear may start the collection that leaves a copy of it.
     */
    public static void hmac(byte[] key, byte[] message, int length, byte[] out) {
        once(key, message, length, NOTHING, 0, out);
    }

    private static void once(byte[] key, byte[] first, int length, byte[] second, int secondLength, byte[] out) {
        MessageDigest digest = Engine.create("SHA-256");
        byte[] pad = new byte[BLOCK];
        byte[] inner = new byte[HASH_LENGTH];
        try {
            if (key.length > BLOCK) {
                digest.update(key);
                Engine.finish(digest, pad, 0);
            } else {
                System.arraycopy(key, 0, pad, 0, key.length);
            }
            xor(pad, 0x36);
            digest.update(pad);
            digest.update(first, 0, length);
            digest.update(second, 0, secondLength);
            Engine.finish(digest, inner, 0);
            xor(pad, 0x36 ^ 0x5c);
            digest.update(pad);
            digest.update(inner);
            Engine.finish(digest, out, 0);
        } finally {
            Wipe.bytes(pad, inner);
            Engine.flush(digest, BLOCK);
        }
    }

    private static void xor(byte[] pad, int value) {
        for (int i = 0; i < pad.length; i++) {
            pad[i] ^= (byte) value;
        }
    }

    /** Fills {@code out}, at most 255 x 32 bytes. */
    public static void expand(byte[] prk, byte[] info, byte[] out) {
        requireLength(prk);
        if (out.length > 255 * HASH_LENGTH) {
            throw new IllegalArgumentException("HKDF gives at most " + 255 * HASH_LENGTH + " bytes, not " + out.length);
        }
        byte[] block = new byte[HASH_LENGTH];
        byte[] tail = new byte[info.length + 1];
        System.arraycopy(info, 0, tail, 0, info.length);
        try {
            for (int offset = 0; offset < out.length; offset += HASH_LENGTH) {
                tail[info.length]++;
                once(prk, block, offset > 0 ? HASH_LENGTH : 0, tail, tail.length, block);
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
