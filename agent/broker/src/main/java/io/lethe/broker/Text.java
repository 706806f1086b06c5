package io.lethe.broker;

/** Keeps what comes from outside on one line and short, before it enters a message. */
final class Text {

    private static final int MAX = 256;

    private Text() {}

    static String shown(String text) {
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
