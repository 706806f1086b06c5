package io.lethe.http;

import io.lethe.secret.Reference;
import java.util.ArrayList;
import java.util.List;

/**
 * A reference inside a longer text: {@code Bearer lethe:payments}, {@code a=b; session=lethe:portal}.
 *
 * <p>Loaded by the agent loader. Immutable. Nothing of it is secret.
 */
final class Spot {

    final int start;
    final int end;
    final Reference reference;

    private Spot(int start, int end, Reference reference) {
        this.start = start;
        this.end = end;
        this.reference = reference;
    }

    /** Whether a text can hold one at all. */
    static boolean in(String text) {
        return text.contains(Reference.PREFIX);
    }

    /**
     * All references in a text, from left to right: each begins where no name could go on from before, and reaches as far as a
     * name can. What begins like one and is none, as {@code lethe:} alone, is text.
     */
    static List<Spot> all(String text) {
        List<Spot> spots = new ArrayList<>(1);
        int at = text.indexOf(Reference.PREFIX);
        while (at >= 0) {
            int end = end(text, at + Reference.PREFIX.length());
            if ((at == 0 || !isInner(text.charAt(at - 1))) && end > at + Reference.PREFIX.length()) {
                int fieldEnd = fieldEnd(text, end);
                try {
                    Reference reference = Reference.parse(text.substring(at, fieldEnd), "password");
                    if (reference != null) {
                        spots.add(new Spot(at, fieldEnd, reference));
                    }
                } catch (IllegalArgumentException e) {
                    // Too long for a name: text.
                }
            }
            at = text.indexOf(Reference.PREFIX, Math.max(end, at + 1));
        }
        return spots;
    }

    private static int end(String text, int from) {
        int end = from;
        while (end < text.length() && isInner(text.charAt(end))) {
            end++;
        }
        while (end > from && !isOuter(text.charAt(end - 1))) {
            end--;
        }
        return end;
    }

    private static int fieldEnd(String text, int end) {
        int start = text.startsWith("#", end) ? end + 1 : text.startsWith("%23", end) ? end + 3 : -1;
        if (start < 0) {
            return end;
        }
        int fieldEnd = end(text, start);
        return fieldEnd == start ? end : fieldEnd;
    }

    private static boolean isOuter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }

    private static boolean isInner(char c) {
        return isOuter(c) || c == '_' || c == '.' || c == '-';
    }
}
