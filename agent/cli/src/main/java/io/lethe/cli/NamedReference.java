package io.lethe.cli;

import io.lethe.secret.Reference;
import org.jspecify.annotations.Nullable;

/** The name and field of a reference in the midst of a file. Stateless. */
final class NamedReference {

    private static final String ENCODED = "%23";

    private NamedReference() {}

    /**
     * What stands behind {@code lethe:}.
     *
     * @return {@code name} or {@code name#field}; null where no name stands there
     */
    static @Nullable String at(byte[] bytes, int from) {
        String name = word(bytes, from);
        if (name.isEmpty()) {
            return null;
        }
        int end = from + name.length();
        int field = end < bytes.length && bytes[end] == '#' ? end + 1 : encoded(bytes, end) ? end + 3 : -1;
        String fieldName = field < 0 ? "" : word(bytes, field);
        return fieldName.isEmpty() ? name : name + "#" + fieldName;
    }

    /** The longest name that begins there: a full stop that ends a sentence is none of it. */
    private static String word(byte[] bytes, int from) {
        StringBuilder word = new StringBuilder();
        for (int i = from; i < bytes.length && isPart(bytes[i]); i++) {
            word.append((char) bytes[i]);
        }
        while (word.length() > 0 && !Reference.isName(word.toString())) {
            word.setLength(word.length() - 1);
        }
        return word.toString();
    }

    private static boolean encoded(byte[] bytes, int at) {
        for (int i = 0; i < ENCODED.length(); i++) {
            if (at + i >= bytes.length || bytes[at + i] != ENCODED.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPart(byte b) {
        return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b == '_' || b == '-' || b == '.';
    }
}
