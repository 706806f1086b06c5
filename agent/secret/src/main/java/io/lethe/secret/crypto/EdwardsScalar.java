package io.lethe.secret.crypto;

import io.lethe.secret.Wipe;

/**
 * Arithmetic modulo the order of Ed25519's base point (RFC 8032, section 5.1), in arrays that are overwritten.
 *
 * <p>Loaded by the agent loader. Stateless. The sequence of operations does not depend on the numbers.
 */
final class EdwardsScalar {

    private static final int WORDS = 8;
    private static final long WORD = 0xffffffffL;
    /** 2^252 + 27742317777372353535851937790883648493, little-endian. */
    private static final int[] ORDER = {0x5cf5d3ed, 0x5812631a, 0xa2f79cd6, 0x14def9de, 0, 0, 0, 0x10000000};

    private EdwardsScalar() {}

    /** Overwrites the first 32 of 64 bytes (a digest) with their value modulo the order, the others with zeros. */
    static void reduce(byte[] digest) {
        int[] wide = words(digest, 0, 2 * WORDS);
        int[] rest = new int[WORDS];
        try {
            remainder(wide, rest);
            Wipe.bytes(digest);
            bytes(rest, digest, 0);
        } finally {
            Wipe.ints(wide, rest);
        }
    }

    /** Writes {@code a * b + c} modulo the order; each is 32 bytes long. */
    static void multiplyAdd(byte[] a, byte[] b, byte[] c, byte[] out, int offset) {
        int[] x = words(a, 0, WORDS);
        int[] y = words(b, 0, WORDS);
        int[] z = words(c, 0, WORDS);
        int[] wide = new int[2 * WORDS];
        int[] rest = new int[WORDS];
        try {
            System.arraycopy(z, 0, wide, 0, WORDS);
            for (int i = 0; i < WORDS; i++) {
                long carry = 0;
                for (int j = 0; j < WORDS; j++) {
                    carry += (x[i] & WORD) * (y[j] & WORD) + (wide[i + j] & WORD);
                    wide[i + j] = (int) carry;
                    carry >>>= 32;
                }
                for (int j = i + WORDS; j < 2 * WORDS; j++) {
                    carry += wide[j] & WORD;
                    wide[j] = (int) carry;
                    carry >>>= 32;
                }
            }
            remainder(wide, rest);
            bytes(rest, out, offset);
        } finally {
            Wipe.ints(x, y, z, wide, rest);
        }
    }

    /** Bit by bit: what is left stays below twice the order, which has 254 bits. */
    private static void remainder(int[] wide, int[] rest) {
        int[] less = new int[WORDS];
        for (int i = 32 * wide.length - 1; i >= 0; i--) {
            int in = wide[i >>> 5] >>> (i & 31) & 1;
            long borrow = 0;
            for (int j = 0; j < WORDS; j++) {
                int out = rest[j] >>> 31;
                rest[j] = rest[j] << 1 | in;
                in = out;
                borrow += (rest[j] & WORD) - (ORDER[j] & WORD);
                less[j] = (int) borrow;
                borrow >>= 32;
            }
            int keep = (int) borrow;
            for (int j = 0; j < WORDS; j++) {
                rest[j] = rest[j] & keep | less[j] & ~keep;
            }
        }
        Wipe.ints(less);
    }

    private static int[] words(byte[] bytes, int offset, int count) {
        int[] words = new int[count];
        for (int i = 0; i < 4 * count; i++) {
            words[i >>> 2] |= (bytes[offset + i] & 0xff) << 8 * (i & 3);
        }
        return words;
    }

    private static void bytes(int[] words, byte[] out, int offset) {
        for (int i = 0; i < 4 * words.length; i++) {
            out[offset + i] = (byte) (words[i >>> 2] >>> 8 * (i & 3));
        }
    }
}
