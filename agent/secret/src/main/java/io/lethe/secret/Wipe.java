package io.lethe.secret;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The one way to overwrite an array that held a secret. Tolerates null, so that it stands in a {@code finally} as it
 * is.
 *
 * <p>Loaded by the agent loader. Stateless. HotSpot keeps these stores: an array that was handed to any call that was
 * not inlined has escaped, and stores to an escaped array are never dead.
 */
public final class Wipe {

    private Wipe() {}

    /** Overwrites a byte array with zeros. */
    public static void bytes(byte @Nullable [] array) {
        if (array != null) {
            Arrays.fill(array, (byte) 0);
        }
    }

    /** Overwrites several byte arrays with zeros. */
    public static void bytes(byte @Nullable [] first, byte @Nullable [] second, byte @Nullable []... more) {
        bytes(first);
        bytes(second);
        for (byte[] array : more) {
            bytes(array);
        }
    }

    /** Overwrites a char array with zeros. */
    public static void chars(char @Nullable [] array) {
        if (array != null) {
            Arrays.fill(array, '\0');
        }
    }

    /** Overwrites int arrays with zeros. */
    public static void ints(int @Nullable []... arrays) {
        for (int[] array : arrays) {
            if (array != null) {
                Arrays.fill(array, 0);
            }
        }
    }

    /** Overwrites a long array with zeros. */
    public static void longs(long @Nullable [] array) {
        if (array != null) {
            Arrays.fill(array, 0L);
        }
    }
}
