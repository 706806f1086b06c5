package io.lethe.secret.crypto;

import org.bouncycastle.math.ec.rfc7748.X25519Field;

/**
 * The inverse in the field of Curve25519, in memory of the caller's, who wipes it: Bouncy Castle's own leaves arrays behind. The
 * number of steps does not depend on the value.
 *
 * <p>Loaded by the agent loader. Stateless.
 */
final class FieldInverse {

    private FieldInverse() {}

    /** {@code c = 1 / z}, as {@code z} to the power of 2^255 - 21; all others but {@code z} are used up, and all differ. */
    static void into(int[] c, int[] z, int[] a, int[] b, int[] d, int[] e, int[] t) {
        X25519Field.sqr(z, a); // 2
        X25519Field.sqr(a, 2, b); // 8
        X25519Field.mul(b, z, b); // 9
        X25519Field.mul(a, b, a); // 11
        X25519Field.sqr(a, c); // 22
        X25519Field.mul(c, b, b); // 2^5 - 1
        raise(b, b, 5, c, t); // c = 2^10 - 1
        raise(c, c, 10, d, t); // d = 2^20 - 1
        raise(d, d, 20, e, t); // e = 2^40 - 1
        raise(e, c, 10, b, t); // b = 2^50 - 1
        raise(b, b, 50, c, t); // c = 2^100 - 1
        raise(c, c, 100, d, t); // d = 2^200 - 1
        raise(d, b, 50, c, t); // c = 2^250 - 1
        X25519Field.sqr(c, 5, c);
        X25519Field.mul(c, a, c); // 2^255 - 32 + 11
    }

    /** {@code result = base^(2^n) * factor}; {@code t} is used up. */
    private static void raise(int[] base, int[] factor, int n, int[] result, int[] t) {
        X25519Field.sqr(base, n, t);
        X25519Field.mul(t, factor, result);
    }
}
