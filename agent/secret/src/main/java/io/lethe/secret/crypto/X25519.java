package io.lethe.secret.crypto;

import io.lethe.secret.Wipe;
import org.bouncycastle.math.ec.rfc7748.X25519Field;

/**
 * X25519 (RFC 7748, section 5): the Montgomery ladder of the RFC over Bouncy Castle's field arithmetic. Bouncy Castle's
 * own {@code X25519} is not used, because it decodes the scalar into an {@code int[]} that it never wipes and that is
 * the key, byte by byte, in a little-endian memory.
 *
 * <p>Loaded by the agent loader. Stateless. The sequence of operations does not depend on the scalar.
 */
public final class X25519 {

    /** Length of scalars, points and shared secrets. */
    public static final int LENGTH = 32;

    private static final int A24 = 121665;

    private X25519() {}

    /** Writes the public key of {@code scalar} to {@code out}. */
    public static void publicKey(byte[] scalar, byte[] out) {
        byte[] base = new byte[LENGTH];
        base[0] = 9;
        multiply(scalar, base, out);
    }

    /**
     * Writes the shared secret of {@code scalar} and the other side's public key {@code point} to {@code out}.
     *
     * @throws IllegalArgumentException where it is all zeros: the other side sent a point of small order
     */
    public static void agree(byte[] scalar, byte[] point, byte[] out) {
        multiply(scalar, point, out);
        int any = 0;
        for (int i = 0; i < LENGTH; i++) {
            any |= out[i];
        }
        if (any == 0) {
            throw new IllegalArgumentException("the public key is a point of small order; no secret comes of it");
        }
    }

    private static void multiply(byte[] scalar, byte[] point, byte[] out) {
        if (scalar.length != LENGTH || point.length != LENGTH || out.length < LENGTH) {
            throw new IllegalArgumentException("X25519 scalars, points and results have 32 bytes");
        }
        byte[] k = new byte[LENGTH];
        Ladder ladder = new Ladder();
        try {
            System.arraycopy(scalar, 0, k, 0, LENGTH);
            k[0] &= (byte) 248;
            k[31] = (byte) (k[31] & 127 | 64);
            ladder.run(k, point);
            ladder.affine(out);
        } finally {
            Wipe.bytes(k);
            ladder.close();
        }
    }

    /** The two points of the ladder and its temporaries. Names are the RFC's. */
    private static final class Ladder implements AutoCloseable {
        private final int[] x1 = X25519Field.create();
        private final int[] x2 = X25519Field.create();
        private final int[] z2 = X25519Field.create();
        private final int[] x3 = X25519Field.create();
        private final int[] z3 = X25519Field.create();
        private final int[] a = X25519Field.create();
        private final int[] b = X25519Field.create();
        private final int[] c = X25519Field.create();
        private final int[] d = X25519Field.create();

        void run(byte[] k, byte[] point) {
            X25519Field.decode(point, 0, x1);
            X25519Field.one(x2);
            X25519Field.copy(x1, 0, x3, 0);
            X25519Field.one(z3);
            int swap = 0;
            for (int t = 254; t >= 0; t--) {
                int bit = k[t >>> 3] >>> (t & 7) & 1;
                swap ^= bit;
                X25519Field.cswap(swap, x2, x3);
                X25519Field.cswap(swap, z2, z3);
                swap = bit;
                step();
            }
            X25519Field.cswap(swap, x2, x3);
            X25519Field.cswap(swap, z2, z3);
        }

        private void step() {
            X25519Field.apm(x2, z2, a, b);
            X25519Field.apm(x3, z3, c, d);
            X25519Field.mul(d, a, d); // DA
            X25519Field.mul(c, b, c); // CB
            X25519Field.apm(d, c, x3, z3);
            X25519Field.sqr(x3, x3);
            X25519Field.sqr(z3, z3);
            X25519Field.mul(z3, x1, z3);
            X25519Field.sqr(a, a); // AA
            X25519Field.sqr(b, b); // BB
            X25519Field.mul(a, b, x2);
            X25519Field.sub(a, b, b); // E
            X25519Field.mul(b, A24, z2);
            X25519Field.add(z2, a, z2);
            X25519Field.mul(z2, b, z2);
        }

        /** {@code out = x2 / z2}. */
        void affine(byte[] out) {
            FieldInverse.into(c, z2, a, b, d, x3, z3);
            X25519Field.mul(x2, c, x2);
            X25519Field.normalize(x2);
            X25519Field.encode(x2, out, 0);
        }

        @Override
        public void close() {
            Wipe.ints(x1, x2, z2, x3, z3, a, b, c, d);
        }
    }
}
