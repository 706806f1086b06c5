package io.lethe.cli.scan;

import java.util.Arrays;
import java.util.List;

/**
 * The index over all forms that makes one pass enough: groups of four bytes ("grams"), a bitmap that almost every
 * position of the memory fails, and for the rest a table from gram to the places in forms where it occurs.
 *
 * <p>Memory is sampled at every {@link #step}-th address only. A form of at least {@code step + 3} bytes holds a sampled
 * gram whatever its address, so {@code step} neighbouring grams of it are enough; of a form that consists of machine words
 * the whole words do, because words lie at aligned addresses.
 *
 * <p>Immutable after construction but for {@link #wipe()}.
 */
final class Sieve {

    private static final int GRAM = 4;
    private static final int WORD = 4;
    private static final int SCATTER = 0x9E3779B1;

    final int step;
    final Form[] forms;

    /** Whether zeros occur as a gram; otherwise empty memory is passed over eight bytes at a time. */
    final boolean seeksZeros;

    final long[] bitmap;
    final int bitmapShift;

    private final int[] keys;
    private final int[] heads;
    private final int tableShift;

    private int[] next = new int[256];
    private int[] form = new int[256];
    private int[] offset = new int[256];
    private boolean[] part = new boolean[256];
    private int entries;

    Sieve(List<Form> wanted) {
        step = step(wanted);
        forms = wanted.toArray(new Form[0]);
        int grams = 1;
        for (Form f : forms) {
            grams += step + (f.fragment > 0 ? f.bytes.length : 0);
        }
        int bits = Math.min(21, Math.max(16, 38 - Integer.numberOfLeadingZeros(grams)));
        bitmap = new long[1 << bits - 6];
        bitmapShift = 32 - bits;
        int slots = Math.max(8, 34 - Integer.numberOfLeadingZeros(grams));
        keys = new int[1 << slots];
        heads = new int[1 << slots];
        tableShift = 32 - slots;
        Arrays.fill(heads, -1);
        for (int i = 0; i < forms.length; i++) {
            index(i);
        }
        seeksZeros = first(0) >= 0;
    }

    private static int step(List<Form> wanted) {
        int shortest = Integer.MAX_VALUE;
        for (Form f : wanted) {
            if (f.known == null) {
                shortest = Math.min(shortest, f.bytes.length);
            }
        }
        return shortest >= GRAM + 3 ? 4 : shortest >= GRAM + 1 ? 2 : 1;
    }

    private void index(int i) {
        Form f = forms[i];
        int anchor = bestAnchor(f, GRAM + step - 1);
        if (anchor >= 0) {
            for (int k = 0; k < step; k++) {
                enter(i, anchor + k, false);
            }
        } else if (f.known != null) {
            for (int at = 0; at < f.bytes.length; at += WORD) {
                if (f.knows(at, GRAM)) {
                    enter(i, at, false);
                    break;
                }
            }
        }
        if (f.fragment > 0) {
            for (int at = 0; at + GRAM <= f.bytes.length; at++) {
                if (!monotonous(f.bytes, at)) {
                    enter(i, at, true);
                }
            }
        }
    }

    /** Where the most different bytes stand: the rarest grams make the fewest false alarms. */
    private static int bestAnchor(Form f, int length) {
        int best = -1;
        int bestScore = -1;
        for (int at = 0; at + length <= f.bytes.length; at++) {
            if (f.knows(at, length)) {
                int score = 0;
                for (int k = 0; k < length; k++) {
                    boolean fresh = f.bytes[at + k] != 0;
                    for (int j = 0; j < k; j++) {
                        fresh &= f.bytes[at + j] != f.bytes[at + k];
                    }
                    score += fresh ? 1 : 0;
                }
                if (score > bestScore) {
                    best = at;
                    bestScore = score;
                }
            }
        }
        return best;
    }

    /** A part of a secret that is one byte repeated is no finding, and would match all over the memory. */
    private static boolean monotonous(byte[] bytes, int at) {
        return bytes[at] == bytes[at + 1] && bytes[at] == bytes[at + 2] && bytes[at] == bytes[at + 3];
    }

    private void enter(int formIndex, int at, boolean asPart) {
        byte[] b = forms[formIndex].bytes;
        int gram = b[at] & 0xff | (b[at + 1] & 0xff) << 8 | (b[at + 2] & 0xff) << 16 | b[at + 3] << 24;
        int bit = gram * SCATTER >>> bitmapShift;
        bitmap[bit >>> 6] |= 1L << bit;
        if (entries == next.length) {
            next = Arrays.copyOf(next, 2 * entries);
            form = Arrays.copyOf(form, 2 * entries);
            offset = Arrays.copyOf(offset, 2 * entries);
            part = Arrays.copyOf(part, 2 * entries);
        }
        int slot = slot(gram);
        keys[slot] = gram;
        form[entries] = formIndex;
        offset[entries] = at;
        part[entries] = asPart;
        next[entries] = heads[slot];
        heads[slot] = entries++;
    }

    private int slot(int gram) {
        int slot = gram * SCATTER >>> tableShift;
        while (heads[slot] >= 0 && keys[slot] != gram) {
            slot = slot + 1 & keys.length - 1;
        }
        return slot;
    }

    /** Whether a gram may be in the table; wrong for one gram in a hundred or so. */
    boolean mayHold(int gram) {
        int bit = gram * SCATTER >>> bitmapShift;
        return (bitmap[bit >>> 6] & 1L << bit) != 0;
    }

    /** First entry for a gram, -1 where there is none. */
    int first(int gram) {
        return heads[slot(gram)];
    }

    int next(int entry) {
        return next[entry];
    }

    int form(int entry) {
        return form[entry];
    }

    int offset(int entry) {
        return offset[entry];
    }

    boolean isPart(int entry) {
        return part[entry];
    }

    /** Length of the longest form. */
    int longest() {
        int longest = 0;
        for (Form f : forms) {
            longest = Math.max(longest, f.bytes.length);
        }
        return longest;
    }

    /** Overwrites forms and grams. */
    void wipe() {
        for (Form f : forms) {
            f.wipe();
        }
        Arrays.fill(keys, 0);
        Arrays.fill(bitmap, 0);
    }
}
