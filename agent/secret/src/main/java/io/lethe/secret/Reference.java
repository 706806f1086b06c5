package io.lethe.secret;

import org.jspecify.annotations.Nullable;

/**
 * The text that stands in an application's configuration instead of a secret: {@code lethe:<name>} or
 * {@code lethe:<name>#<field>}. {@code <name>} is {@code [a-z0-9]([a-z0-9_.-]{0,126}[a-z0-9])?}, {@code <field>}
 * likewise; in a URL the field is written {@code %23field}.
 *
 * <p>Loaded by the agent loader. Immutable. Nothing of it is secret.
 */
public final class Reference {

    /** What every reference begins with. */
    public static final String PREFIX = "lethe:";

    private static final int MAX_NAME = 128;

    private final String name;
    private final String field;
    private final String text;

    private Reference(String name, String field, String text) {
        this.name = name;
        this.field = field;
        this.text = text;
    }

    /** Whether {@code text} claims to be a reference; {@link #parse} may still refuse it. */
    public static boolean claims(@Nullable CharSequence text) {
        if (text == null || text.length() < PREFIX.length()) {
            return false;
        }
        for (int i = 0; i < PREFIX.length(); i++) {
            if (text.charAt(i) != PREFIX.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Reads a whole text as a reference.
     *
     * @param defaultField the field that the position asks for where the text names none: {@code password} or
     *     {@code username}
     * @return null where the text does not begin with {@link #PREFIX}
     * @throws IllegalArgumentException where it does and is not a reference; the message is fit for people
     */
    public static @Nullable Reference parse(@Nullable String text, String defaultField) {
        if (text == null || !claims(text)) {
            return null;
        }
        int end = text.length();
        int hash = text.indexOf('#');
        int escaped = text.indexOf("%23");
        int nameEnd = hash >= 0 ? hash : escaped >= 0 ? escaped : end;
        int fieldStart = hash >= 0 ? hash + 1 : escaped >= 0 ? escaped + 3 : -1;
        if (!isName(text, PREFIX.length(), nameEnd)) {
            throw malformed(text, "its name must be a-z, 0-9, '_', '.', '-', 1 to 128 long, ending in a letter or digit");
        }
        if (fieldStart >= 0 && !isName(text, fieldStart, end)) {
            throw malformed(text, "its field must be a-z, 0-9, '_', '.', '-', ending in a letter or digit");
        }
        String field = fieldStart < 0 ? defaultField : text.substring(fieldStart);
        return new Reference(text.substring(PREFIX.length(), nameEnd), field, text);
    }

    /** Whether {@code text} is a name of a secret, a field or a workload. */
    public static boolean isName(String text) {
        return isName(text, 0, text.length());
    }

    private static IllegalArgumentException malformed(String text, String why) {
        String shown = text.length() > MAX_NAME ? text.substring(0, MAX_NAME) + "..." : text;
        return new IllegalArgumentException("'" + shown + "' is not a reference: " + why);
    }

    private static boolean isName(String text, int from, int to) {
        if (to - from < 1 || to - from > MAX_NAME) {
            return false;
        }
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            boolean inner = c == '_' || c == '.' || c == '-';
            if (!letterOrDigit && !(inner && i > from && i < to - 1)) {
                return false;
            }
        }
        return true;
    }

    /** Name of the secret. */
    public String name() {
        return name;
    }

    /** Field of the secret. */
    public String field() {
        return field;
    }

    /** The reference as it stood in the configuration. */
    @Override
    public String toString() {
        return text;
    }
}
