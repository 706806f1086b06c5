package io.lethe.secret.crypto;

import io.lethe.secret.Wipe;

/**
 * The ChaCha20 key stream of RFC 8439 on arrays of our own: the JDK has the cipher only since 11, and neither it nor
 * Bouncy Castle wipes the state, which holds the key as it is.
 *
 * <p>The rounds work in an array and not in local variables: locals of an interpreted frame stay on the dead stack.
 *
 * <p>Loaded by the agent loader. One thread at a time; {@link #close} wipes.
 */
final class ChaCha20 implements AutoCloseable {

    static final int BLOCK = 64;

    private final int[] state = new int[16];
    private final int[] work = new int[16];
    private final byte[] stream = new byte[BLOCK];

    ChaCha20(byte[] key, byte[] nonce, int counter) {
        if (key.length != 32 || nonce.length != 12) {
            throw new IllegalArgumentException("ChaCha20 takes a key of 32 and a nonce of 12 bytes");
        }
        // "expand 32-byte k"
        state[0] = 0x61707865;
        state[1] = 0x3320646e;
        state[2] = 0x79622d32;
        state[3] = 0x6b206574;
        for (int i = 0; i < 8; i++) {
            state[4 + i] = littleEndian(key, 4 * i);
        }
        state[12] = counter;
        for (int i = 0; i < 3; i++) {
            state[13 + i] = littleEndian(nonce, 4 * i);
        }
    }

    /** Writes the next block of the key stream to {@code out}. */
    void block(byte[] out) {
        System.arraycopy(state, 0, work, 0, 16);
        for (int i = 0; i < 10; i++) {
            quarter(0, 4, 8, 12);
            quarter(1, 5, 9, 13);
            quarter(2, 6, 10, 14);
            quarter(3, 7, 11, 15);
            quarter(0, 5, 10, 15);
            quarter(1, 6, 11, 12);
            quarter(2, 7, 8, 13);
            quarter(3, 4, 9, 14);
        }
        for (int i = 0; i < 16; i++) {
            int word = work[i] + state[i];
            out[4 * i] = (byte) word;
            out[4 * i + 1] = (byte) (word >>> 8);
            out[4 * i + 2] = (byte) (word >>> 16);
            out[4 * i + 3] = (byte) (word >>> 24);
        }
        state[12]++;
    }

    /** {@code out} may be {@code in} where the offsets are the same. */
    void xor(byte[] in, int inOffset, int length, byte[] out, int outOffset) {
        for (int done = 0; done < length; done += BLOCK) {
            block(stream);
            int n = Math.min(BLOCK, length - done);
            for (int i = 0; i < n; i++) {
                out[outOffset + done + i] = (byte) (in[inOffset + done + i] ^ stream[i]);
            }
        }
    }

    @Override
    public void close() {
        Wipe.ints(state, work);
        Wipe.bytes(stream);
    }

    private void quarter(int a, int b, int c, int d) {
        int[] w = work;
        w[a] += w[b];
        w[d] = Integer.rotateLeft(w[d] ^ w[a], 16);
        w[c] += w[d];
        w[b] = Integer.rotateLeft(w[b] ^ w[c], 12);
        w[a] += w[b];
        w[d] = Integer.rotateLeft(w[d] ^ w[a], 8);
        w[c] += w[d];
        w[b] = Integer.rotateLeft(w[b] ^ w[c], 7);
    }

    private static int littleEndian(byte[] in, int offset) {
        return (in[offset] & 0xff)
                | (in[offset + 1] & 0xff) << 8
                | (in[offset + 2] & 0xff) << 16
                | (in[offset + 3] & 0xff) << 24;
    }
}
