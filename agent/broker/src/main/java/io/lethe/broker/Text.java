package io.lethe.broker;

/** Keeps what comes from outside on one line and short, before it enters a message. */
final class Text {

    private static final int MAX = 256;

    private Text() {}

    /**
     * Lower case for A to Z only. {@link String#toLowerCase} makes an ASCII letter of U+212A too, and with it one name of
     * another.
     */
    static String lower(String text) {
        StringBuilder out = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                if (out == null) {
                    out = new StringBuilder(text);
                }
                out.setCharAt(i, (char) (c + 32));
            }
        }
        return out == null ? text : out.toString();
    }

    static String shown(String text) {
        return isHarmless(text) ? text : replaced(text);
    }

    /** Whether it is printable ASCII and short, as nearly all is. */
    private static boolean isHarmless(String text) {
        if (text.length() > MAX) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) >= 0x7f) {
                return false;
            }
        }
        return true;
    }

    private static String replaced(String text) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), MAX));
        for (int i = 0; i < text.length(); i++) {
            if (i == MAX) {
                return out.append("...").toString();
            }
            char c = text.charAt(i);
            // Control characters, line separators and text-direction overrides could forge a second line or hide one.
            boolean harmless = (c >= ' ' && c < 0x7f) || Character.isLetterOrDigit(c);
            out.append(harmless ? c : '?');
        }
        return out.toString();
    }
}
