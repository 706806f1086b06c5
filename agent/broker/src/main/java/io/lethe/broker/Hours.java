package io.lethe.broker;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hours of a week in a time zone, such as {@code Mon-Fri 08:00-18:00 Europe/Berlin}; without days it is every day. Hours that
 * go over midnight belong to the day on which they begin. What counts is the clock on the wall of that zone: an hour that comes
 * twice when clocks are set back is twice within, one that is left out in spring is missing.
 *
 * <p>Loaded by the agent loader and the command line's. Immutable. A text that is none is an {@link IllegalArgumentException}
 * with a line for people; a zone that this JVM does not know is none of these, since an index is read by JVMs of several ages:
 * then the hours never hold.
 */
public final class Hours {

    private static final List<String> DAYS = Arrays.asList("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");
    private static final int EVERY_DAY = 0x7f;
    private static final int DAY = 24 * 60;

    private final String text;
    /** A bit for each day, Monday's first. */
    private final int days;
    /** In minutes since midnight; the end is less than the beginning where it is on the next day. */
    private final int from;

    private final int to;
    private final @Nullable ZoneId zone;

    private Hours(String text, int days, int from, int to, @Nullable ZoneId zone) {
        this.text = text;
        this.days = days;
        this.from = from;
        this.to = to;
        this.zone = zone;
    }

    /** Reads what {@link #toString()} gives: days where it is not every day, hours, and the zone, which is always named. */
    public static Hours parse(String text) {
        String[] parts = text.trim().split(" +");
        int last = parts.length - 1;
        if (last < 1 || last > 2) {
            throw wrong(text, "write days, hours and zone");
        }
        int days = last == 2 ? days(text, parts[0]) : EVERY_DAY;
        String[] times = parts[last - 1].split("-", -1);
        if (times.length != 2) {
            throw wrong(text, "hours are written 08:00-18:00");
        }
        int from = minutes(text, times[0]);
        int to = minutes(text, times[1]);
        if (from == to || from == DAY) {
            throw wrong(text, "it begins when it ends; 00:00-24:00 is the whole day");
        }
        return new Hours(String.join(" ", parts), days, from, to, zone(parts[last]));
    }

    /** Whether it is within these hours; false where this JVM does not know the zone. */
    public boolean hold(long epochSecond) {
        if (zone == null) {
            return false;
        }
        LocalDateTime now = LocalDateTime.ofInstant(Instant.ofEpochSecond(epochSecond), zone);
        int minute = now.getHour() * 60 + now.getMinute();
        if (from < to) {
            return isIn(now.getDayOfWeek()) && minute >= from && minute < to;
        }
        return (isIn(now.getDayOfWeek()) && minute >= from)
                || (isIn(now.getDayOfWeek().minus(1)) && minute < to);
    }

    /** Whether this JVM's time zones have this one. */
    public boolean zoneIsKnown() {
        return zone != null;
    }

    /** What the clock on the wall says there, for messages. */
    String clock(long epochSecond) {
        if (zone == null) {
            return "in a zone that this JVM does not know";
        }
        LocalDateTime now = LocalDateTime.ofInstant(Instant.ofEpochSecond(epochSecond), zone);
        return DAYS.get(now.getDayOfWeek().getValue() - 1) + " " + two(now.getHour()) + ":" + two(now.getMinute());
    }

    @Override
    public String toString() {
        return text;
    }

    private boolean isIn(DayOfWeek day) {
        return (days & bit(day.getValue() - 1)) != 0;
    }

    private static int days(String text, String list) {
        int days = 0;
        for (String range : list.split(",", -1)) {
            int dash = range.indexOf('-');
            int first = DAYS.indexOf(dash < 0 ? range : range.substring(0, dash));
            int last = dash < 0 ? first : DAYS.indexOf(range.substring(dash + 1));
            if (first < 0 || last < 0) {
                throw wrong(text, "days are written Mon-Fri or Sat,Sun");
            }
            days |= bit(last);
            for (int day = first; day != last; day = (day + 1) % 7) {
                days |= bit(day);
            }
        }
        return days;
    }

    private static int bit(int day) {
        return 1 << day;
    }

    private static int minutes(String text, String time) {
        boolean shaped = time.length() == 5 && time.charAt(2) == ':';
        for (int i = 0; shaped && i < 5; i++) {
            shaped = i == 2 || (time.charAt(i) >= '0' && time.charAt(i) <= '9');
        }
        int hour = shaped ? Integer.parseInt(time.substring(0, 2)) : 99;
        int minute = shaped ? Integer.parseInt(time.substring(3)) : 99;
        if (minute > 59 || hour * 60 + minute > DAY) {
            throw wrong(text, "'" + Text.shown(time) + "' is no time of day from 00:00 to 24:00");
        }
        return hour * 60 + minute;
    }

    private static @Nullable ZoneId zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static String two(int number) {
        return (number < 10 ? "0" : "") + number;
    }

    private static IllegalArgumentException wrong(String text, String why) {
        return new IllegalArgumentException(
                "'" + Text.shown(text) + "' are no hours: " + why + ", as in 'Mon-Fri 08:00-18:00 Europe/Berlin'");
    }
}
