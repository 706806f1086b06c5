package io.lethe.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request between arming and encoding, for clients whose encoder is asked field by field: which values go out as others.
 *
 * <p>Loaded by the agent loader. One thread. Holds references and markers, no secret.
 */
final class Sending {

    final Arming arming;
    private final List<String[]> replaced = new ArrayList<>(1);

    Sending(Arming arming) {
        this.arming = arming;
    }

    /** Arms a field; returns the value that goes out. */
    String add(String name, String value) throws IOException {
        String sent = arming.header(name, value);
        if (!sent.equals(value)) {
            replaced.add(new String[] {name, value, sent});
        }
        return sent;
    }

    /** What goes out in place of this field's value, once; null where it stays. Names are compared without case. */
    @Nullable
    String take(CharSequence name, CharSequence value) {
        for (int i = 0; i < replaced.size(); i++) {
            String[] field = replaced.get(i);
            if (field[1].contentEquals(value) && field[0].equalsIgnoreCase(name.toString())) {
                replaced.remove(i);
                return field[2];
            }
        }
        return null;
    }

    /** Whether every value that was armed was taken. */
    boolean isOver() {
        return replaced.isEmpty();
    }
}
