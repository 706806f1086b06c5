package io.lethe.http;

import io.lethe.secret.Reference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * References as whole values in {@code name=value&name=value}, as queries and forms are written (WHATWG URL, 5): {@code
 * client_secret=lethe%3Aidp}. Works on text and on bytes, without a copy.
 *
 * <p>Loaded by the agent loader. Stateless.
 */
final class Pairs {

    /** One value that is a reference. */
    static final class Value {

        final String name;
        final int start;
        final int end;
        final Reference reference;

        private Value(String name, int start, int end, Reference reference) {
            this.name = name;
            this.start = start;
            this.end = end;
            this.reference = reference;
        }
    }

    private static final String PLAIN = Reference.PREFIX;
    private static final String ESCAPED = "lethe%3A";

    private Pairs() {}

    /** All of them between two places of a text, from left to right. */
    static List<Value> references(CharSequence text, int from, int to) {
        List<Value> found = new ArrayList<>(1);
        int start = from;
        while (start < to) {
            int end = indexOf(text, '&', start, to);
            int equals = indexOf(text, '=', start, end);
            if (equals < end) {
                Reference reference = reference(text, equals + 1, end);
                if (reference != null) {
                    found.add(new Value(text.subSequence(start, equals).toString(), equals + 1, end, reference));
                }
            }
            start = end + 1;
        }
        return found;
    }

    /** A whole value, or null where it is none. */
    static @Nullable Reference reference(CharSequence text, int from, int to) {
        int nameAt = begins(text, from, to, PLAIN) ? from + PLAIN.length() : from + ESCAPED.length();
        if (!begins(text, from, to, PLAIN) && !begins(text, from, to, ESCAPED)) {
            return null;
        }
        try {
            return Reference.parse(PLAIN + text.subSequence(nameAt, to), "password");
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static boolean begins(CharSequence text, int from, int to, String with) {
        if (to - from <= with.length()) {
            return false;
        }
        for (int i = 0; i < with.length(); i++) {
            char c = text.charAt(from + i);
            char wanted = with.charAt(i);
            if (c != wanted && !(wanted == 'A' && c == 'a')) {
                return false;
            }
        }
        return true;
    }

    private static int indexOf(CharSequence text, char wanted, int from, int to) {
        int at = from;
        while (at < to && text.charAt(at) != wanted) {
            at++;
        }
        return at;
    }

    /** Bytes as text, each a character, without a copy. */
    static CharSequence latin1(byte[] bytes) {
        return new Bytes(bytes, 0, bytes.length);
    }

    private static final class Bytes implements CharSequence {

        private final byte[] bytes;
        private final int from;
        private final int length;

        Bytes(byte[] bytes, int from, int length) {
            this.bytes = bytes;
            this.from = from;
            this.length = length;
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public char charAt(int index) {
            return (char) (bytes[from + index] & 0xff);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Bytes(bytes, from + start, end - start);
        }

        @Override
        public String toString() {
            StringBuilder out = new StringBuilder(length);
            for (int i = 0; i < length; i++) {
                out.append(charAt(i));
            }
            return out.toString();
        }
    }
}
