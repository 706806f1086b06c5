package io.lethe.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HoursTest {

    @Test
    void workingHours_areThoseOfTheZone() {
        Hours hours = Hours.parse("Mon-Fri 08:00-18:00 Europe/Berlin");
        // 2027-01-15 is a Friday; Berlin is one hour ahead in winter and two in summer.
        assertThat(hours.hold(at("2027-01-15T07:00:00Z"))).isTrue();
        assertThat(hours.hold(at("2027-01-15T06:59:59Z"))).isFalse();
        assertThat(hours.hold(at("2027-01-15T16:59:59Z"))).isTrue();
        assertThat(hours.hold(at("2027-01-15T17:00:00Z"))).isFalse();
        assertThat(hours.hold(at("2027-01-16T10:00:00Z"))).isFalse();
        assertThat(hours.hold(at("2027-07-16T06:00:00Z"))).isTrue();
        assertThat(hours.hold(at("2027-07-16T16:00:00Z"))).isFalse();
        assertThat(hours.clock(at("2027-01-16T10:05:00Z"))).isEqualTo("Sat 11:05");
        assertThat(hours).hasToString("Mon-Fri 08:00-18:00 Europe/Berlin");
    }

    @Test
    void nights_belongToTheDayOnWhichTheyBegin() {
        Hours hours = Hours.parse("Fri 22:00-06:00 UTC");
        assertThat(hours.hold(at("2027-01-15T21:59:59Z"))).isFalse();
        assertThat(hours.hold(at("2027-01-15T22:00:00Z"))).isTrue();
        assertThat(hours.hold(at("2027-01-16T05:59:59Z"))).isTrue();
        assertThat(hours.hold(at("2027-01-16T06:00:00Z"))).isFalse();
        assertThat(hours.hold(at("2027-01-16T22:00:00Z"))).isFalse();
        assertThat(hours.hold(at("2027-01-15T05:00:00Z"))).isFalse();
        assertThat(Hours.parse("Sun 22:00-06:00 UTC").hold(at("2027-01-18T01:00:00Z")))
                .isTrue();
    }

    @Test
    void clocksSetForwardAndBack_areTheWallsClock() {
        Hours hours = Hours.parse("02:00-03:00 Europe/Berlin");
        // 2027-03-28: 02:00 is 03:00 at once; 2027-10-31: 02:00 to 03:00 comes twice.
        assertThat(hours.hold(at("2027-03-28T00:59:59Z"))).isFalse();
        assertThat(hours.hold(at("2027-03-28T01:00:00Z"))).isFalse();
        assertThat(hours.hold(at("2027-10-31T00:30:00Z"))).isTrue();
        assertThat(hours.hold(at("2027-10-31T01:30:00Z"))).isTrue();
        assertThat(hours.hold(at("2027-10-31T02:00:00Z"))).isFalse();
        Hours night = Hours.parse("Sat 22:00-04:00 Europe/Berlin");
        assertThat(night.hold(at("2027-03-28T01:30:00Z"))).isTrue();
        assertThat(night.hold(at("2027-03-28T02:00:00Z"))).isFalse();
    }

    @Test
    void days_areListsAndRanges_thatGoOverTheWeeksEnd() {
        Hours hours = Hours.parse("Sat-Mon,Wed 00:00-24:00 UTC");
        boolean[] expected = {true, false, true, false, false, true, true};
        for (int i = 0; i < 7; i++) {
            // 2027-01-18 is a Monday.
            assertThat(hours.hold(at("2027-01-" + (18 + i) + "T23:59:59Z"))).isEqualTo(expected[i]);
        }
        assertThat(Hours.parse("00:00-24:00 +05:30").hold(at("2027-01-18T23:59:59Z")))
                .isTrue();
    }

    @Test
    void aZoneThatThisJvmDoesNotKnow_neverHolds() {
        Hours hours = Hours.parse("00:00-24:00 Mars/Olympus");
        assertThat(hours.zoneIsKnown()).isFalse();
        assertThat(hours.hold(at("2027-01-18T12:00:00Z"))).isFalse();
        assertThatThrownBy(() -> Grant.of("a")
                        .to("postgresql://db/x")
                        .hours("00:00-24:00 Mars/Olympus")
                        .requireSense())
                .hasMessageContaining("time zone");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "08:00-18:00",
                "Mon-Fri 08:00-18:00",
                "Mon-Fri 8-18 UTC",
                "Mo 08:00-18:00 UTC",
                "Mon- 08:00-18:00 UTC",
                "08:00-24:01 UTC",
                "24:00-08:00 UTC",
                "08:60-09:00 UTC",
                "08:00-08:00 UTC",
                "08:00 UTC",
                "Mon 08:00-09:00 UTC x"
            })
    void otherTexts_areRefusedInOneLine(String text) {
        assertThatThrownBy(() -> Hours.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("are no hours")
                .hasMessageNotContaining("\n");
    }

    private static long at(String text) {
        return OffsetDateTime.parse(text).toEpochSecond();
    }
}
