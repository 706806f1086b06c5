package io.lethe.jdbc;

import org.jspecify.annotations.Nullable;

/**
 * What the driver is given in the reference's place while a server with TLS may ask for the password itself: a random text of
 * the password's length, which the driver's messages then have too. It means nothing until it is armed on the connection.
 *
 * <p>Loaded by the agent loader. Immutable. Holds no secret.
 */
final class StandIn {

    private final String text;

    StandIn(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    boolean is(@Nullable CharSequence other) {
        return other != null && text.contentEquals(other);
    }

    /** The same for its bytes; it is ASCII. */
    boolean is(byte[] other) {
        if (other.length != text.length()) {
            return false;
        }
        for (int i = 0; i < other.length; i++) {
            if (other[i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Where it begins among the first bytes of these; negative where it does not. */
    int in(byte[] bytes, int length) {
        for (int at = 0; at + text.length() <= Math.min(length, bytes.length); at++) {
            int i = 0;
            while (i < text.length() && bytes[at + i] == text.charAt(i)) {
                i++;
            }
            if (i == text.length()) {
                return at;
            }
        }
        return -1;
    }
}
