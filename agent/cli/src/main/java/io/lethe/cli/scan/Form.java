package io.lethe.cli.scan;

import io.lethe.secret.Wipe;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One needle in one encoding: the bytes to find. Where a form consists of whole machine words of which the secret fills
 * only a part, {@code known} says which bytes count.
 *
 * <p>Immutable but for {@link #wipe()}.
 */
final class Form {

    final int needle;
    final String encoding;
    final byte[] bytes;
    final boolean @Nullable [] known;

    /** Shortest part of this form that is worth a report, in bytes; 0 where parts are not looked for. */
    final int fragment;

    /** Bytes per character: a part begins and ends with whole characters. */
    final int unit;

    Form(int needle, String encoding, byte[] bytes, boolean @Nullable [] known, int fragment, int unit) {
        this.needle = needle;
        this.encoding = encoding;
        this.bytes = bytes;
        this.known = known;
        this.fragment = fragment;
        this.unit = unit;
    }

    boolean knows(int from, int length) {
        if (from < 0 || from + length > bytes.length) {
            return false;
        }
        if (known != null) {
            for (int i = from; i < from + length; i++) {
                if (!known[i]) {
                    return false;
                }
            }
        }
        return true;
    }

    boolean sameBytes(Form other) {
        return Arrays.equals(bytes, other.bytes) && Arrays.equals(known, other.known);
    }

    void wipe() {
        Wipe.bytes(bytes);
    }
}
