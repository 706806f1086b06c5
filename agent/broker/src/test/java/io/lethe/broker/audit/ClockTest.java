package io.lethe.broker.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClockTest {

    private static final int[] NANOS = {
        0, 1, 999, 1_000, 10_000, 999_000, 1_000_000, 20_000_000, 123_456_789, 999_999_999
    };

    @Test
    void text_isThatOfInstant() {
        Clock clock = new Clock();
        Random random = new Random(7);
        for (int i = 0; i < 1_000; i++) {
            // Seconds that stay the same, go on and go back.
            long second = 1_700_000_000L + random.nextInt(3);
            for (int nanos : NANOS) {
                Instant time = Instant.ofEpochSecond(second, nanos);
                assertThat(clock.text(time)).isEqualTo(time.toString());
            }
        }
    }
}
