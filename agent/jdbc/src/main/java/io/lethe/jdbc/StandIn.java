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
}
