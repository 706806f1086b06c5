package io.lethe.broker;

import java.util.List;

/**
 * Whether a path of an HTTP request stays where a grant's prefix says, whatever the server makes of it. Client, proxy and
 * server may each decode a path once more, drop parameters and resolve dots; what is read in two ways is refused.
 *
 * <p>Loaded by the agent loader and the command line's. Stateless.
 */
final class HttpPath {

    private HttpPath() {}

    /** Whether no segment can lead a server out of the segments before it. */
    static boolean staysBelow(List<String> segments) {
        for (String segment : segments) {
            if (mayClimb(segment)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Decodes the segment once and refuses dots, with or without a parameter ({@code ..;x} is {@code ..} for servlet containers)
     * or spaces (Windows drops them), and whatever some server takes for a slash, a dot or the end: a backslash, an escaped
     * slash or percent sign (decoded twice on the way), control characters, {@code %u002e}, UTF-8 that is longer than it must
     * be, and characters that are not ASCII, of which {@code (byte) c} makes others.
     */
    static boolean mayClimb(String segment) {
        boolean dots = false;
        boolean onlyDots = true;
        boolean parameter = false;
        for (int i = 0; i < segment.length(); i++) {
            int c = segment.charAt(i);
            if (c == '%') {
                c = decoded(segment, i);
                if (c < ' ' || c == '/' || c == '%' || isOverlong(c, decoded(segment, i + 3))) {
                    return true;
                }
                i += 2;
            } else if (c <= ' ' || c >= 0x80 || c == '#' || c == '?') {
                return true;
            }
            if (c == '\\' || c == 0x7f) {
                return true;
            }
            parameter |= c == ';';
            dots |= c == '.' && !parameter;
            onlyDots &= parameter || c == '.' || c == ' ';
        }
        return dots && onlyDots;
    }

    /** -1 where there is no escape. */
    private static int decoded(String segment, int at) {
        if (at + 2 >= segment.length() || segment.charAt(at) != '%') {
            return -1;
        }
        int high = hex(segment.charAt(at + 1));
        int low = hex(segment.charAt(at + 2));
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    /** {@link Character#digit} takes the digits of other scripts too. */
    private static int hex(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    /** Whether the byte stands in no UTF-8, or begins with the next one a longer form of a shorter character. */
    private static boolean isOverlong(int c, int next) {
        return c == 0xc0 || c == 0xc1 || c >= 0xf5 || (c == 0xe0 && next < 0xa0) || (c == 0xf0 && next < 0x90);
    }
}
