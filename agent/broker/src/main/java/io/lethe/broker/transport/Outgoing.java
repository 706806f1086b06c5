package io.lethe.broker.transport;

import io.lethe.secret.Sealed;
import java.util.ArrayList;
import java.util.List;

/**
 * A request before it is sent: text, and secrets that stay sealed until the array is made that is encrypted at once.
 *
 * <p>Loaded by the agent loader. One thread. The secrets are their owners'.
 */
public final class Outgoing {

    private final List<Object> parts = new ArrayList<>();
    private int length;

    /** ASCII, and no secret. */
    public Outgoing text(String ascii) {
        parts.add(ascii);
        length += ascii.length();
        return this;
    }

    /** A secret as it is; who calls has seen that it holds nothing that would end a line or a string. */
    public Outgoing secret(Sealed secret) {
        parts.add(secret);
        length += secret.length();
        return this;
    }

    int length() {
        return length;
    }

    /** Writes all of it; from then on it stands there in the clear. */
    void writeTo(byte[] target, int offset) {
        int at = offset;
        for (Object part : parts) {
            if (part instanceof Sealed) {
                Sealed secret = (Sealed) part;
                secret.writeTo(target, at, 0, secret.length());
                at += secret.length();
            } else {
                String text = String.valueOf(part);
                for (int i = 0; i < text.length(); i++) {
                    target[at++] = (byte) text.charAt(i);
                }
            }
        }
    }
}
