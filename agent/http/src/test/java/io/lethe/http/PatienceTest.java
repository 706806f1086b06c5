package io.lethe.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PatienceTest {

    private final Patience patience = new Patience();

    @Test
    void untilAllIsPrepared_theFirstWaitIsLong_andNoOtherAfterIt() {
        long start = Long.MAX_VALUE - 1;
        assertThat(patience.nanos(false, start)).isEqualTo(Arming.PATIENT);
        assertThat(patience.nanos(false, start + Arming.PATIENT - 1)).isEqualTo(Arming.PATIENT);
        // What looked like a reference and was none never began the preparation.
        assertThat(patience.nanos(false, start + Arming.PATIENT)).isEqualTo(Arming.HASTY);
    }

    @Test
    void onceAllIsPrepared_noWaitIsLong() {
        assertThat(patience.nanos(true, 0)).isEqualTo(Arming.HASTY);
        assertThat(patience.nanos(true, 1)).isEqualTo(Arming.HASTY);
    }
}
