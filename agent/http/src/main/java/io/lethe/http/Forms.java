package io.lethe.http;

import org.jspecify.annotations.Nullable;

/**
 * What a form is, told by its media type, and whether it has to be looked at.
 *
 * <p>Loaded by the agent loader. Stateless.
 */
final class Forms {

    /** A form longer than this is not looked at: no login is. */
    static final int LONGEST_FORM = 65_536;

    private static final String FORM_SUBTYPE = "x-www-form-urlencoded";
    private static final String FORM = "application/" + FORM_SUBTYPE;

    private Forms() {}

    /** Whether a body of this type is a form, for {@link Arming#form}. */
    static boolean isForm(@Nullable String contentType) {
        if (contentType == null || !contentType.regionMatches(true, 0, FORM, 0, FORM.length())) {
            return false;
        }
        String parameters = contentType.substring(FORM.length()).trim();
        return parameters.isEmpty() || parameters.charAt(0) == ';';
    }

    /** Whether the media type of forms stands anywhere in a head: what most have not need not be taken apart. */
    static boolean namesForm(StringBuilder head) {
        for (int i = head.indexOf("/") + 1; i > 0; i = head.indexOf("/", i) + 1) {
            int end = Math.min(head.length(), i + FORM_SUBTYPE.length());
            if (FORM_SUBTYPE.equalsIgnoreCase(head.substring(i, end))) {
                return true;
            }
        }
        return false;
    }

    /** Whether a form has to go through {@link Arming#form}. */
    static boolean concernsForm(byte @Nullable [] body) {
        return body != null && concernsForm(body, 0);
    }

    /** The same for what begins there. */
    static boolean concernsForm(byte[] body, int from) {
        return !Pairs.references(Pairs.latin1(body), from, body.length).isEmpty();
    }
}
