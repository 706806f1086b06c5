package io.lethe.http;

import io.lethe.secret.Base64Bytes;
import io.lethe.secret.NotSecret;
import io.lethe.secret.Reference;
import io.lethe.secret.Utf8;
import io.lethe.secret.Wipe;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Credentials of the Basic scheme of which at least one half is a reference (RFC 7617): the client has already put them into
 * Base64.
 *
 * <p>Loaded by the agent loader. Immutable. Where the password is the application's own its bytes are kept until {@link #close}.
 */
final class Basic implements AutoCloseable {

    private static final String SCHEME = "basic ";
    /** {@code lethe:} in Base64 where it begins at a multiple of three bytes, one behind it, and two: what is the same always. */
    private static final String[] MARKS = {"bGV0aGU6", "xldGhlO", "sZXRoZT"};

    /** The reference in the user's place, or null. */
    final @Nullable Reference userReference;
    /** The user's name where it is none. */
    final String user;
    /** The reference in the password's place, or null. */
    final @Nullable Reference passwordReference;
    /** The password where it is none. */
    final byte[] password;

    private Basic(
            @Nullable Reference userReference, String user, @Nullable Reference passwordReference, byte[] password) {
        this.userReference = userReference;
        this.user = user;
        this.passwordReference = passwordReference;
        this.password = password;
    }

    /** The one that decides: the password's, else the user's. */
    @Nullable
    Reference anyReference() {
        return passwordReference != null ? passwordReference : userReference;
    }

    /** Where the Base64 begins; -1 where the value is no Basic credentials or holds no reference. Decodes nothing. */
    static int start(String value) {
        if (!value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return -1;
        }
        for (String mark : MARKS) {
            if (value.indexOf(mark, SCHEME.length()) >= 0) {
                int start = SCHEME.length();
                while (start < value.length() && value.charAt(start) == ' ') {
                    start++;
                }
                return start;
            }
        }
        return -1;
    }

    /** Whether a text may hold such credentials somewhere: cheap, and seldom wrong. */
    static boolean within(StringBuilder text) {
        for (String mark : MARKS) {
            if (text.indexOf(mark) >= 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Reads what {@link #start} found.
     *
     * @return null where there is no reference after all
     * @throws IllegalArgumentException where what claims to be one cannot be read: to send it would be an attempt with the
     *     reference as its password; the message is fit for people
     */
    static @Nullable Basic of(String value, int start) {
        byte[] coded = value.substring(start).trim().getBytes(StandardCharsets.ISO_8859_1);
        byte[] plain = new byte[coded.length];
        try {
            int length = decode(coded, plain);
            if (length < 0) {
                throw new IllegalArgumentException(
                        "what follows Basic looks like a reference and is not Base64 of user:password");
            }
            return split(plain, length);
        } finally {
            Wipe.bytes(plain);
        }
    }

    private static int decode(byte[] coded, byte[] plain) {
        try {
            return Base64Bytes.decode(coded, 0, coded.length, plain, 0, coded.length % 4 == 0);
        } catch (IllegalArgumentException e) {
            return -1;
        }
    }

    private static @Nullable Basic split(byte[] plain, int length) {
        boolean userFirst = begins(plain, 0, length);
        int colon = indexOfColon(plain, userFirst ? Reference.PREFIX.length() : 0, length);
        if (colon < 0) {
            // Also what begins like a reference: a user called "lethe" and a password.
            return null;
        }
        boolean passwordToo = begins(plain, colon + 1, length);
        if (!userFirst && !passwordToo) {
            return null;
        }
        String user = text(plain, 0, colon);
        Reference userReference = userFirst ? userReference(user) : null;
        if (userReference == null && !passwordToo) {
            return null;
        }
        Reference passwordReference =
                passwordToo ? Reference.parse(text(plain, colon + 1, length - colon - 1), "password") : null;
        byte[] password = new byte[0];
        if (!passwordToo) {
            password = new byte[length - colon - 1];
            System.arraycopy(plain, colon + 1, password, 0, password.length);
        }
        return new Basic(userReference, user, passwordReference, password);
    }

    /** Null where it is the user "lethe" and the beginning of a password, which no message may show. */
    private static @Nullable Reference userReference(String user) {
        try {
            return Reference.parse(user, "username");
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static boolean begins(byte[] plain, int from, int length) {
        for (int i = 0; i < Reference.PREFIX.length(); i++) {
            if (from + i >= length || plain[from + i] != Reference.PREFIX.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int indexOfColon(byte[] plain, int from, int length) {
        for (int i = from; i < length; i++) {
            if (plain[i] == ':') {
                return i;
            }
        }
        return -1;
    }

    /** A user's name or a reference. */
    @NotSecret("user names and references are public")
    private static String text(byte[] plain, int from, int length) {
        return Utf8.isValid(plain, from, length)
                ? new String(plain, from, length, StandardCharsets.UTF_8)
                : new String(plain, from, length, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        Wipe.bytes(password);
    }
}
