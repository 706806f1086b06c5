package io.lethe.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PatienceTest {

    private final Patience patience = new Patience();

    @Test
    void untilAllIsPrepared_waitsAreLong_andEndWithTheFirst() {
        long start = Long.MAX_VALUE - 1;
        assertThat(patience.nanos(false, start)).isEqualTo(Arming.PATIENT);
        assertThat(patience.nanos(false, start + 1)).isEqualTo(Arming.PATIENT - 1);
        assertThat(patience.nanos(false, start + Arming.PATIENT - Arming.HASTY - 1))
                .isEqualTo(Arming.HASTY + 1);
        assertThat(patience.nanos(false, start + Arming.PATIENT - 1)).isEqualTo(Arming.HASTY);
        // What looked like a reference and was none never began the preparation.
        assertThat(patience.nanos(false, start + Arming.PATIENT)).isEqualTo(Arming.HASTY);
    }

    @Test
    void onceAllIsPrepared_noWaitIsLong() {
        assertThat(patience.nanos(true, 0)).isEqualTo(Arming.HASTY);
        assertThat(patience.nanos(true, 1)).isEqualTo(Arming.HASTY);
    }
}
