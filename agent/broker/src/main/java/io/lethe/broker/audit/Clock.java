package io.lethe.broker.audit;

import java.time.Instant;

/**
 * The time as {@link Instant#toString} writes it, of which all but the fraction is the same for a whole second: to write it
 * anew cost a tenth of a record.
 *
 * <p>Loaded by the agent loader. Guarded by the lock of the {@link Chain} that has it.
 */
final class Clock {

    private static final int MILLION = 1_000_000;

    private long second = Long.MIN_VALUE;
    private String written = "";

    String now() {
        return text(Instant.now());
    }

    String text(Instant time) {
        if (time.getEpochSecond() != second) {
            String whole = Instant.ofEpochSecond(time.getEpochSecond()).toString();
            written = whole.substring(0, whole.length() - 1);
            second = time.getEpochSecond();
        }
        int nanos = time.getNano();
        if (nanos == 0) {
            return written + "Z";
        }
        if (nanos % MILLION == 0) {
            return written + fraction(nanos / MILLION, 3);
        }
        return written + (nanos % 1_000 == 0 ? fraction(nanos / 1_000, 6) : fraction(nanos, 9));
    }

    private static String fraction(int value, int digits) {
        char[] text = new char[digits + 2];
        text[0] = '.';
        int rest = value;
        for (int i = digits; i > 0; i--) {
            text[i] = (char) ('0' + rest % 10);
            rest /= 10;
        }
        text[digits + 1] = 'Z';
        return new String(text);
    }
}
