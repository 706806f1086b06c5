package io.lethe.secret;

/**
 * A set of byte values, to ask {@link Sealed#contains} whether a secret may stand where it shall.
 *
 * <p>Loaded by the agent loader. Immutable.
 */
public final class ByteSet {

    /** 0 to 31 and 127: CR and LF would end a header, NUL and the others are refused by servers or mean something else. */
    public static final ByteSet CONTROLS = range(0, 31).plus(range(127, 127));

    private final long[] bits;

    private ByteSet(long[] bits) {
        this.bits = bits;
    }

    /** These values, each from 0 to 255. */
    public static ByteSet of(int... values) {
        long[] bits = new long[4];
        for (int value : values) {
            if (value < 0 || value > 255) {
                throw new IllegalArgumentException(value + " is not a byte");
            }
            bits[value >>> 6] |= 1L << value;
        }
        return new ByteSet(bits);
    }

    /** The values from first to last, both included, each from 0 to 255. */
    public static ByteSet range(int first, int last) {
        int[] values = new int[last - first + 1];
        for (int i = 0; i < values.length; i++) {
            values[i] = first + i;
        }
        return of(values);
    }

    /** The values of both. */
    public ByteSet plus(ByteSet other) {
        long[] both = bits.clone();
        for (int i = 0; i < both.length; i++) {
            both[i] |= other.bits[i];
        }
        return new ByteSet(both);
    }

    /** All other values. */
    public ByteSet complement() {
        long[] others = new long[4];
        for (int i = 0; i < others.length; i++) {
            others[i] = ~bits[i];
        }
        return new ByteSet(others);
    }

    public boolean contains(byte value) {
        return (bits[(value & 0xff) >>> 6] >>> value & 1) != 0;
    }
}
