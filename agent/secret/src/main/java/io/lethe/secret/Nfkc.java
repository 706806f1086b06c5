package io.lethe.secret;

import java.text.Normalizer;

/**
 * NFKC of an owned array. {@link Normalizer} works on Strings, so it never gets the whole: the text is cut before each
 * character that can neither reorder nor compose with what stands before it, and only pieces that hold more than one
 * character, or one that is not ASCII, are handed over. A piece is a letter with its marks.
 *
 * <p>Loaded by the agent loader. Stateless. The JDK's tables are newer than Unicode 3.2; for what 3.2 had assigned,
 * normalization is stable by Unicode's policy.
 */
final class Nfkc {

    /** NFKC at most: U+FDFA becomes 18 characters. */
    static final int MAX_EXPANSION = 18;

    private Nfkc() {}

    /** Normalizes the first {@code length} characters of {@code in} into {@code out} and returns how many that are. */
    static int normalize(char[] in, int length, char[] out) {
        int n = 0;
        for (int start = 0; start < length; ) {
            int end = start + Character.charCount(Character.codePointAt(in, start, length));
            while (end < length && !startsPiece(Character.codePointAt(in, end, length))) {
                end += Character.charCount(Character.codePointAt(in, end, length));
            }
            if (end == start + 1 && in[start] < 0x80) {
                out[n++] = in[start];
            } else {
                n = normalizePiece(new View(in, start, end), out, n);
            }
            start = end;
        }
        return n;
    }

    /**
     * Whether nothing before {@code point} changes by its coming after. Marks can reorder and compose; so can vowels
     * and finals of Hangul, their compatibility and halfwidth forms, and the halfwidth voiced marks, which are letters
     * by category. A test compares this with the JDK for every code point.
     */
    static boolean startsPiece(int point) {
        if (point < 0x300) {
            return true;
        }
        switch (Character.getType(point)) {
            case Character.NON_SPACING_MARK:
            case Character.COMBINING_SPACING_MARK:
            case Character.ENCLOSING_MARK:
                return false;
            default:
                return !within(point, 0x1160, 0x11ff)
                        && !within(point, 0x3131, 0x318e)
                        && !within(point, 0xff9e, 0xffdc);
        }
    }

    private static int normalizePiece(View piece, char[] out, int at) {
        if (Normalizer.isNormalized(piece, Normalizer.Form.NFKC)) {
            return piece.copyTo(out, at);
        }
        String normal = Normalizer.normalize(piece, Normalizer.Form.NFKC);
        normal.getChars(0, normal.length(), out, at);
        return at + normal.length();
    }

    private static boolean within(int point, int low, int high) {
        return point >= low && point <= high;
    }

    /** A piece of the array. {@code toString} is what the JDK's normalizer calls, on some JDKs. */
    private static final class View implements CharSequence {
        private final char[] chars;
        private final int start;
        private final int end;

        View(char[] chars, int start, int end) {
            this.chars = chars;
            this.start = start;
            this.end = end;
        }

        int copyTo(char[] out, int at) {
            System.arraycopy(chars, start, out, at, end - start);
            return at + end - start;
        }

        @Override
        public int length() {
            return end - start;
        }

        @Override
        public char charAt(int index) {
            return chars[start + index];
        }

        @Override
        public CharSequence subSequence(int from, int to) {
            return new View(chars, start + from, start + to);
        }

        @Override
        @NotSecret("a piece between two normalization boundaries, a few characters of a password")
        public String toString() {
            return new String(chars, start, end - start);
        }
    }
}
