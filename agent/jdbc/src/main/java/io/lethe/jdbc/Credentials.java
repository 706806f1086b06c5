package io.lethe.jdbc;

import io.lethe.secret.Reference;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What stands in the places of user and password of one connect, where at least one of them is a reference.
 *
 * <p>Loaded by the agent loader. Immutable. Nothing of it is secret, because a place that holds a true password is never
 * read into it.
 */
final class Credentials {

    private final @Nullable Reference user;
    private final @Nullable Reference password;
    private final @Nullable String plainUser;

    private Credentials(@Nullable Reference user, @Nullable Reference password, @Nullable String plainUser) {
        this.user = user;
        this.password = password;
        this.plainUser = plainUser;
    }

    /**
     * Reads the two places.
     *
     * @return null where neither claims to be a reference
     * @throws Refusal where one does and is none, or where the two name different secrets
     */
    static @Nullable Credentials of(@Nullable String user, @Nullable String password) throws Refusal {
        if (!Reference.claims(user) && !Reference.claims(password)) {
            return null;
        }
        Reference inUser;
        Reference inPassword;
        try {
            inUser = Reference.parse(user, "username");
            inPassword = Reference.parse(password, "password");
        } catch (IllegalArgumentException e) {
            throw Refusal.denied(String.valueOf(e.getMessage()));
        }
        if (inUser != null && !inUser.field().equals("username")) {
            throw Refusal.denied(
                    "'" + inUser + "' stands in a user's place, where only the public field 'username' resolves");
        }
        if (inUser != null && inPassword != null && !inUser.name().equals(inPassword.name())) {
            throw Refusal.denied("'" + inUser + "' and '" + inPassword + "' name two secrets for one login; use one");
        }
        return new Credentials(inUser, inPassword, inUser == null ? user : null);
    }

    /** Whether these bytes begin like a reference; it is ASCII. */
    static boolean claims(byte[] bytes) {
        if (bytes.length < Reference.PREFIX.length()) {
            return false;
        }
        for (int i = 0; i < Reference.PREFIX.length(); i++) {
            if (bytes[i] != Reference.PREFIX.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    String secret() {
        return password != null ? password.name() : userReference().name();
    }

    /** The reference, as messages name it. */
    String reference() {
        return Reference.PREFIX + secret();
    }

    /** The field to lease. Where only the user is a reference, the lease still is on the secret as a whole. */
    String field() {
        return password != null ? password.field() : "password";
    }

    /** The user name that stands beside the reference; null where the secret's own is meant. */
    @Nullable
    String plainUser() {
        return plainUser;
    }

    boolean userIsReference() {
        return user != null;
    }

    boolean passwordIsReference() {
        return password != null;
    }

    /** Whether this text, from the driver's hands, is the reference in the password's place. */
    boolean isPassword(CharSequence text) {
        return password != null && password.toString().contentEquals(text);
    }

    /** The same for its bytes; it is ASCII. */
    boolean isPassword(byte[] bytes) {
        return password != null && Arrays.equals(password.toString().getBytes(StandardCharsets.US_ASCII), bytes);
    }

    /**
     * Whether the reference is the same bytes in this charset as in ASCII: in UTF-16, say, it would not be known as one on the
     * wire.
     *
     * @param ifUnknown the answer where this JVM has no such charset
     */
    boolean isPlainIn(String charset, boolean ifUnknown) {
        byte[] ascii = reference().getBytes(StandardCharsets.US_ASCII);
        try {
            return Arrays.equals(reference().getBytes(charset), ascii);
        } catch (UnsupportedEncodingException e) {
            return ifUnknown;
        }
    }

    /** Whether the reference in the password's place stands among the first of these bytes. */
    boolean sends(byte[] bytes, int length) {
        return password != null && new StandIn(password.toString()).in(bytes, length) >= 0;
    }

    private Reference userReference() {
        if (user == null) {
            throw new IllegalStateException("neither place is a reference");
        }
        return user;
    }
}
