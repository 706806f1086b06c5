package io.lethe.secret.crypto;

import io.lethe.secret.Wipe;

/**
 * MD5 (RFC 1321) of one short message. The JDK's keeps the sixteen words of a block in sixteen local variables, of which code
 * that C1 compiled leaves two at a time in a stack that nobody overwrites (seen on 17, on a thread that had ended); this one
 * reads each word from the block where it needs it.
 *
 * <p>Loaded by the agent loader. Stateless. The caller wipes message and result.
 */
public final class Md5 {

    /** Length of the result in bytes. */
    public static final int LENGTH = 16;

    private static final int BLOCK = 64;
    private static final int[] SHIFTS = {7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21};
    private static final int[] SINES = new int[BLOCK];

    static {
        for (int i = 0; i < SINES.length; i++) {
            SINES[i] = (int) (long) (Math.abs(Math.sin(i + 1.0)) * (1L << 32));
        }
    }

    private Md5() {}

    /** The hash, in a fresh array. */
    public static byte[] hash(byte[] message) {
        byte[] block = new byte[(message.length + 8) / BLOCK * BLOCK + BLOCK];
        int[] state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
        byte[] hash = new byte[LENGTH];
        try {
            System.arraycopy(message, 0, block, 0, message.length);
            block[message.length] = (byte) 0x80;
            long bits = 8L * message.length;
            for (int i = 0; i < 8; i++) {
                block[block.length - 8 + i] = (byte) (bits >>> 8 * i);
            }
            for (int at = 0; at < block.length; at += BLOCK) {
                compress(state, block, at);
            }
            for (int i = 0; i < LENGTH; i++) {
                hash[i] = (byte) (state[i / 4] >>> 8 * (i % 4));
            }
            return hash;
        } finally {
            Wipe.bytes(block);
            Wipe.ints(state);
        }
    }

    private static void compress(int[] state, byte[] block, int at) {
        int a = state[0];
        int b = state[1];
        int c = state[2];
        int d = state[3];
        for (int i = 0; i < BLOCK; i++) {
            int round = i / 16;
            int mixed = round == 0
                    ? (b & c) | (~b & d)
                    : round == 1 ? (d & b) | (~d & c) : round == 2 ? b ^ c ^ d : c ^ (b | ~d);
            int index = round == 0 ? i : round == 1 ? 5 * i + 1 : round == 2 ? 3 * i + 5 : 7 * i;
            int sum = a + mixed + SINES[i] + word(block, at + 4 * (index % 16));
            a = d;
            d = c;
            c = b;
            b += Integer.rotateLeft(sum, SHIFTS[4 * round + i % 4]);
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
    }

    private static int word(byte[] block, int at) {
        return block[at] & 0xff
                | (block[at + 1] & 0xff) << 8
                | (block[at + 2] & 0xff) << 16
                | (block[at + 3] & 0xff) << 24;
    }
}
