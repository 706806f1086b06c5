package io.lethe.secret.crypto;

import io.lethe.secret.Wipe;
import java.util.Arrays;

/**
 * The one-time authenticator of RFC 8439, section 2.5, in five limbs of 26 bits. Runs in a time that depends on lengths
 * alone.
 *
 * <p>Loaded by the agent loader. One thread, one message; {@link #close} wipes.
 */
final class Poly1305 implements AutoCloseable {

    static final int TAG = 16;

    private static final int MASK = 0x3ffffff;

    private final long[] r = new long[5];
    private final long[] h = new long[5];
    private final long[] product = new long[5];
    private final byte[] pad = new byte[16];
    private final byte[] block = new byte[16];

    /** Takes the first 32 bytes of {@code key}. */
    Poly1305(byte[] key) {
        System.arraycopy(key, 0, block, 0, 16);
        block[3] &= 15;
        block[7] &= 15;
        block[11] &= 15;
        block[15] &= 15;
        block[4] &= (byte) 252;
        block[8] &= (byte) 252;
        block[12] &= (byte) 252;
        addLimbs(r, block, 0, 0);
        System.arraycopy(key, 16, pad, 0, 16);
    }

    /** Takes in {@code length} bytes and the zeros that fill the last block, as the AEAD of RFC 8439 wants them. */
    void updatePadded(byte[] in, int offset, int length) {
        int whole = length & ~15;
        for (int i = 0; i < whole; i += 16) {
            absorb(in, offset + i);
        }
        if (whole < length) {
            Arrays.fill(block, (byte) 0);
            System.arraycopy(in, offset + whole, block, 0, length - whole);
            absorb(block, 0);
        }
    }

    /** Takes in the block of the two lengths. */
    void updateLengths(long first, long second) {
        for (int i = 0; i < 8; i++) {
            block[i] = (byte) (first >>> 8 * i);
            block[8 + i] = (byte) (second >>> 8 * i);
        }
        absorb(block, 0);
    }

    /** Writes the 16 bytes of the tag. */
    void tag(byte[] out) {
        carry(h);
        carry(h);
        // product = h + 5 - 2^130; where that is not negative it is the reduced value
        long over = 5;
        for (int i = 0; i < 5; i++) {
            long sum = h[i] + over;
            product[i] = sum & MASK;
            over = sum >>> 26;
        }
        long keep = over - 1; // all ones where h < p
        for (int i = 0; i < 5; i++) {
            h[i] = (h[i] & keep) | (product[i] & ~keep);
        }
        long bits = 0;
        int count = 0;
        int limb = 0;
        int sum = 0;
        for (int i = 0; i < TAG; i++) {
            if (count < 8) {
                bits |= h[limb++] << count;
                count += 26;
            }
            sum = (int) (bits & 0xff) + (pad[i] & 0xff) + (sum >>> 8);
            out[i] = (byte) sum;
            bits >>>= 8;
            count -= 8;
        }
    }

    @Override
    public void close() {
        Wipe.longs(r);
        Wipe.longs(h);
        Wipe.longs(product);
        Wipe.bytes(pad, block);
    }

    private void absorb(byte[] in, int offset) {
        addLimbs(h, in, offset, 1L << 24);
        for (int i = 0; i < 5; i++) {
            long sum = 0;
            for (int j = 0; j <= i; j++) {
                sum += h[j] * r[i - j];
            }
            for (int j = i + 1; j < 5; j++) {
                sum += h[j] * (5 * r[5 + i - j]);
            }
            product[i] = sum;
        }
        System.arraycopy(product, 0, h, 0, 5);
        carry(h);
    }

    /** Brings each limb below 2^26, except limb 1, which may keep a small carry; 2^130 counts as 5. */
    private static void carry(long[] limbs) {
        long over = 0;
        for (int i = 0; i < 5; i++) {
            long sum = limbs[i] + over;
            limbs[i] = sum & MASK;
            over = sum >>> 26;
        }
        long low = limbs[0] + 5 * over;
        limbs[0] = low & MASK;
        limbs[1] += low >>> 26;
    }

    private static void addLimbs(long[] limbs, byte[] in, int offset, long high) {
        long low = littleEndian(in, offset);
        long top = littleEndian(in, offset + 8);
        limbs[0] += low & MASK;
        limbs[1] += low >>> 26 & MASK;
        limbs[2] += (low >>> 52 | top << 12) & MASK;
        limbs[3] += top >>> 14 & MASK;
        limbs[4] += top >>> 40 | high;
    }

    private static long littleEndian(byte[] in, int offset) {
        long value = 0;
        for (int i = 7; i >= 0; i--) {
            value = value << 8 | in[offset + i] & 0xff;
        }
        return value;
    }
}
