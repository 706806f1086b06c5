package io.lethe.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Durations and moments as people write them. Stateless. */
final class Times {

    private Times() {}

    /** {@code 90}, {@code 90s}, {@code 5m}, {@code 12h} in seconds. */
    static long seconds(String text) throws CliException {
        int end = text.length();
        long unit = 1;
        if (end > 0 && !Character.isDigit(text.charAt(end - 1))) {
            char last = text.charAt(--end);
            unit = last == 's' ? 1 : last == 'm' ? 60 : last == 'h' ? 3600 : 0;
        }
        try {
            long value = Long.parseLong(text.substring(0, end));
            if (unit > 0 && value > 0) {
                return Math.multiplyExact(value, unit);
            }
        } catch (NumberFormatException | ArithmeticException e) {
            // Said below.
        }
        throw CliException.usage("'" + text + "' is no duration; write 60s, 5m or 12h");
    }

    /** {@code 2027-01-31} (that day's beginning in UTC) or {@code 2027-01-31T18:00:00Z}, in seconds since 1970. */
    static long moment(String text) throws CliException {
        try {
            return text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay().toEpochSecond(ZoneOffset.UTC)
                    : Instant.parse(text).getEpochSecond();
        } catch (DateTimeException e) {
            throw CliException.usage("'" + text + "' is no moment; write 2027-01-31 or 2027-01-31T18:00:00Z");
        }
    }
}
