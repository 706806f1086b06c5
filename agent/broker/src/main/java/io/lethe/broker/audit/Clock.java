package io.lethe.broker.audit;

import java.time.Instant;

/**
 * The time as {@link Instant#toString} writes it, of which all but the fraction is the same for a whole second: to write it
 * anew cost a tenth of a record.
 *
 * <p>Loaded by the agent loader. Guarded by the lock of the {@link Chain} that has it.
 */
final class Clock {

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
        StringBuilder out = new StringBuilder(30).append(written);
        if (nanos != 0) {
            int digits = nanos % 1_000_000 == 0 ? 3 : nanos % 1_000 == 0 ? 6 : 9;
            out.append('.');
            for (int i = 0, unit = 100_000_000; i < digits; i++, unit /= 10) {
                out.append((char) ('0' + nanos / unit % 10));
            }
        }
        return out.append('Z').toString();
    }
}
