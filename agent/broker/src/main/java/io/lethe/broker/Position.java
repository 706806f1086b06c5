package io.lethe.broker;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The places in an HTTP request where a secret may stand, as texts: {@code header:authorization} (the name in lower
 * case), {@code cookie:<name>}, {@code form:<field>}, {@code query:<name>}, {@code path}.
 *
 * <p>Loaded by the agent loader and the command line's. Stateless. A name that no request can carry is an
 * {@link IllegalArgumentException} with a line for people.
 */
public final class Position {

    /** A segment of the path. */
    public static final String PATH = "path";

    /** What a grant allows that names no position. */
    static final Set<String> DEFAULTS = Collections.unmodifiableSet(
            new LinkedHashSet<>(Arrays.asList("header:authorization", "header:proxy-authorization")));

    private static final int MAX_NAME = 256;
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private Position() {}

    /** The header of this name; names of headers compare without case. */
    public static String header(String name) {
        return "header:" + Text.lower(token(name, "header"));
    }

    /** The cookie of this name, in the {@code Cookie} header. */
    public static String cookie(String name) {
        return "cookie:" + token(name, "cookie");
    }

    /** The field of this name, decoded, in a form that is the request's body. */
    public static String form(String name) {
        return "form:" + text(name, "form field");
    }

    /** The parameter of this name, decoded, behind the path's question mark. */
    public static String query(String name) {
        return "query:" + text(name, "query parameter");
    }

    /** Whether a grant that names no position allows this one. */
    public static boolean isDefault(String position) {
        return DEFAULTS.contains(position);
    }

    /**
     * Reads a position from an index. One of an unknown kind is refused, never ignored; a name is taken as it is, since what
     * no request can carry matches none.
     */
    static String parse(String text) {
        if (text.startsWith("header:")) {
            return Text.lower(text);
        }
        if (text.startsWith("cookie:") || text.startsWith("form:") || text.startsWith("query:") || text.equals(PATH)) {
            return text;
        }
        throw new IllegalArgumentException("'" + Text.shown(text) + "' is no position in a request; there are"
                + " header:NAME, cookie:NAME, form:NAME, query:NAME and path");
    }

    private static String token(String name, String what) {
        boolean token = !name.isEmpty() && name.length() <= MAX_NAME;
        for (int i = 0; token && i < name.length(); i++) {
            token = isToken(name.charAt(i));
        }
        if (!token) {
            throw new IllegalArgumentException("'" + Text.shown(name) + "' is not a name of a " + what
                    + ": write it without its value, colon or spaces, as in Authorization");
        }
        return name;
    }

    /** RFC 9110, section 5.6.2. */
    static boolean isToken(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || TOKEN_MARKS.indexOf(c) >= 0;
    }

    private static String text(String name, String what) {
        boolean plain = !name.isEmpty() && name.length() <= MAX_NAME;
        for (int i = 0; plain && i < name.length(); i++) {
            plain = !Character.isISOControl(name.charAt(i)) && !Character.isSurrogate(name.charAt(i));
        }
        if (!plain) {
            throw new IllegalArgumentException("'" + Text.shown(name) + "' is not a name of a " + what
                    + ": write it decoded, without its value or control characters");
        }
        return name;
    }
}
