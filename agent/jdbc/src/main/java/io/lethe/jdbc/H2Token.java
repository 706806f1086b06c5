package io.lethe.jdbc;

import io.lethe.broker.Request;
import io.lethe.secret.NotSecret;
import io.lethe.secret.Reference;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * What H2 holds where it would hold a hash of the password: the reference and whose it is, behind a mark that nobody outside of
 * this process knows. So all that H2 keeps, clones and compares is without the secret; and what a client sends to an H2 server
 * in this process is never taken for a token.
 *
 * <p>Loaded by the agent loader. Immutable. Holds no secret.
 */
final class H2Token {

    /** What the password is to become. */
    enum Kind {
        /** The hash of user and password. */
        USER,
        /** The password is that hash already, in hexadecimal ({@code PASSWORD_HASH=TRUE}). */
        STORED,
        /** The hash of the file's password. */
        FILE,
        /** The text of the file's password. */
        FILE_KEY
    }

    /** H2 gives the hash of a file's password this name in the user's place; those of users are upper case. */
    static final String FILE_USER = "file";

    private static final byte[] MARK = mark();

    final Kind kind;
    final String reference;
    /** As H2 has it, in upper case. */
    final String user;

    H2Token(Kind kind, String reference, String user) {
        this.kind = kind;
        this.reference = reference;
        this.user = user;
    }

    private static byte[] mark() {
        byte[] mark = new byte[16];
        new SecureRandom().nextBytes(mark);
        return mark;
    }

    /** For H2 to keep. Each second byte is 0: H2 turns the key of a file into Latin-1 characters and back. */
    byte[] bytes() {
        byte[] text = (kind.name() + ' ' + reference + ' ' + user).getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[2 * (MARK.length + text.length)];
        for (int i = 0; i < MARK.length; i++) {
            bytes[2 * i + 1] = MARK[i];
        }
        for (int i = 0; i < text.length; i++) {
            bytes[2 * (MARK.length + i) + 1] = text[i];
        }
        return bytes;
    }

    /** Null for all but a token of this process. */
    @NotSecret("what stands behind the mark was written by us, and is a reference")
    static @Nullable H2Token in(@Nullable Object value) {
        if (!(value instanceof byte[])) {
            return null;
        }
        byte[] bytes = (byte[]) value;
        if (bytes.length <= 2 * MARK.length || bytes.length % 2 != 0) {
            return null;
        }
        for (int i = 0; i < MARK.length; i++) {
            if (bytes[2 * i + 1] != MARK[i] || bytes[2 * i] != 0) {
                return null;
            }
        }
        byte[] text = new byte[bytes.length / 2 - MARK.length];
        for (int i = 0; i < text.length; i++) {
            text[i] = bytes[2 * (MARK.length + i) + 1];
        }
        String[] parts = new String(text, StandardCharsets.UTF_8).split(" ", 3);
        return parts.length < 3 ? null : new H2Token(Kind.valueOf(parts[0]), parts[1], parts[2]);
    }

    /** Whether it stands for what this request asked for: the same field of the same secret, not one whose name only begins so. */
    boolean isOf(Request request) {
        Reference asked = Reference.parse(reference, "password");
        return asked != null
                && asked.name().equals(request.secret())
                && asked.field().equals(request.field());
    }

    @Override
    public String toString() {
        return kind + " of " + reference;
    }
}
