package io.lethe.secret.crypto;

import io.lethe.secret.Wipe;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519Field;

/**
 * Multiples of Ed25519's base point (RFC 8032, section 5.1) over Bouncy Castle's field arithmetic: one doubling and one
 * complete addition for each bit, in extended coordinates (section 5.1.4). Bouncy Castle's own multiplication is not used,
 * because it recodes the scalar into arrays that it never wipes.
 *
 * <p>Loaded by the agent loader. One thread, one use: {@link #close()} overwrites what depends on the scalar. The sequence of
 * operations does not depend on the scalar.
 */
final class EdwardsBase implements AutoCloseable {

    private static final byte[] X = {
        (byte) 0x1a, (byte) 0xd5, (byte) 0x25, (byte) 0x8f, (byte) 0x60, (byte) 0x2d, (byte) 0x56, (byte) 0xc9,
        (byte) 0xb2, (byte) 0xa7, (byte) 0x25, (byte) 0x95, (byte) 0x60, (byte) 0xc7, (byte) 0x2c, (byte) 0x69,
        (byte) 0x5c, (byte) 0xdc, (byte) 0xd6, (byte) 0xfd, (byte) 0x31, (byte) 0xe2, (byte) 0xa4, (byte) 0xc0,
        (byte) 0xfe, (byte) 0x53, (byte) 0x6e, (byte) 0xcd, (byte) 0xd3, (byte) 0x36, (byte) 0x69, (byte) 0x21
    };
    /** d of the curve's equation, little-endian. */
    private static final byte[] D = {
        (byte) 0xa3, (byte) 0x78, (byte) 0x59, (byte) 0x13, (byte) 0xca, (byte) 0x4d, (byte) 0xeb, (byte) 0x75,
        (byte) 0xab, (byte) 0xd8, (byte) 0x41, (byte) 0x41, (byte) 0x4d, (byte) 0x0a, (byte) 0x70, (byte) 0x00,
        (byte) 0x98, (byte) 0xe8, (byte) 0x79, (byte) 0x77, (byte) 0x79, (byte) 0x40, (byte) 0xc7, (byte) 0x8c,
        (byte) 0x73, (byte) 0xfe, (byte) 0x6f, (byte) 0x2b, (byte) 0xee, (byte) 0x6c, (byte) 0x03, (byte) 0x52
    };

    private final int[] x = X25519Field.create();
    private final int[] y = X25519Field.create();
    private final int[] z = X25519Field.create();
    private final int[] t = X25519Field.create();
    private final int[] a = X25519Field.create();
    private final int[] b = X25519Field.create();
    private final int[] c = X25519Field.create();
    private final int[] d = X25519Field.create();
    private final int[] e = X25519Field.create();
    /** y - x, y + x and 2dxy of the base point; of it and of the neutral element, what is chosen for a bit. */
    private final int[] minus = X25519Field.create();

    private final int[] plus = X25519Field.create();
    private final int[] twoDxy = X25519Field.create();
    private final int[] chosenMinus = X25519Field.create();
    private final int[] chosenPlus = X25519Field.create();
    private final int[] chosenTwoDxy = X25519Field.create();

    /** Writes the encoding of {@code scalar} (32 bytes, little-endian) times the base point. */
    void multiply(byte[] scalar, byte[] out, int offset) {
        base();
        X25519Field.zero(x);
        X25519Field.one(y);
        X25519Field.one(z);
        X25519Field.zero(t);
        for (int i = 255; i >= 0; i--) {
            twice();
            choose(scalar[i >>> 3] >>> (i & 7) & 1);
            addChosen();
        }
        encode(out, offset);
    }

    private void base() {
        X25519Field.decode(X, 0, a);
        // 4/5 is the point's y: all bytes but the first are 0x66.
        byte[] y45 = new byte[32];
        Arrays.fill(y45, (byte) 0x66);
        y45[0] = 0x58;
        X25519Field.decode(y45, 0, b);
        X25519Field.sub(b, a, minus);
        X25519Field.carry(minus);
        X25519Field.add(b, a, plus);
        X25519Field.carry(plus);
        X25519Field.decode(D, 0, c);
        X25519Field.mul(c, a, c);
        X25519Field.mul(c, b, c);
        X25519Field.add(c, c, twoDxy);
        X25519Field.carry(twoDxy);
    }

    private void twice() {
        X25519Field.sqr(x, a);
        X25519Field.sqr(y, b);
        X25519Field.sqr(z, c);
        X25519Field.add(c, c, c);
        X25519Field.add(x, y, e);
        X25519Field.carry(e);
        X25519Field.sqr(e, e);
        X25519Field.add(a, b, d); // H
        X25519Field.carry(d);
        X25519Field.sub(d, e, e); // E
        X25519Field.carry(e);
        X25519Field.sub(a, b, b); // G
        X25519Field.carry(b);
        X25519Field.add(c, b, c); // F
        X25519Field.carry(c);
        join(e, c, b, d);
    }

    private void choose(int bit) {
        X25519Field.one(chosenMinus);
        X25519Field.one(chosenPlus);
        X25519Field.zero(chosenTwoDxy);
        X25519Field.cmov(-bit, minus, 0, chosenMinus, 0);
        X25519Field.cmov(-bit, plus, 0, chosenPlus, 0);
        X25519Field.cmov(-bit, twoDxy, 0, chosenTwoDxy, 0);
    }

    private void addChosen() {
        X25519Field.sub(y, x, a);
        X25519Field.carry(a);
        X25519Field.mul(a, chosenMinus, a);
        X25519Field.add(y, x, b);
        X25519Field.carry(b);
        X25519Field.mul(b, chosenPlus, b);
        X25519Field.mul(t, chosenTwoDxy, c);
        X25519Field.add(z, z, d);
        X25519Field.sub(b, a, e); // E
        X25519Field.carry(e);
        X25519Field.add(b, a, a); // H
        X25519Field.carry(a);
        X25519Field.sub(d, c, b); // F
        X25519Field.carry(b);
        X25519Field.add(d, c, c); // G
        X25519Field.carry(c);
        join(e, b, c, a);
    }

    private void join(int[] eh, int[] f, int[] g, int[] h) {
        X25519Field.mul(eh, f, x);
        X25519Field.mul(g, h, y);
        X25519Field.mul(f, g, z);
        X25519Field.mul(eh, h, t);
    }

    /** y / z with the lowest bit of x / z on top. */
    private void encode(byte[] out, int offset) {
        FieldInverse.into(c, z, a, b, d, e, t);
        X25519Field.mul(x, c, x);
        X25519Field.mul(y, c, y);
        X25519Field.normalize(x);
        X25519Field.normalize(y);
        X25519Field.encode(y, out, offset);
        out[offset + 31] |= (byte) ((x[0] & 1) << 7);
    }

    @Override
    public void close() {
        Wipe.ints(x, y, z, t, a, b, c, d, e, chosenMinus, chosenPlus, chosenTwoDxy);
    }
}
