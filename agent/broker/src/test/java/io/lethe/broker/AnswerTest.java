package io.lethe.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AnswerTest {

    private final Answer<String> answer = new Answer<>();

    @Test
    void whoGaveUp_isKnownToTheGiver() throws Exception {
        assertThat(answer.await(System.nanoTime() - 1)).isNull();
        assertThat(answer.gone()).isTrue();
        assertThat(answer.give("late")).isFalse();
    }

    @Test
    void whatWasGivenInTime_isTaken() throws Exception {
        assertThat(answer.give("yes")).isTrue();
        assertThat(answer.await(System.nanoTime() - 1)).isEqualTo("yes");
        assertThat(answer.gone()).isFalse();
    }

    @Test
    void failure_isThrownAndTheInterruptKept() {
        answer.fail(new BrokerException(BrokerException.Kind.DENIED, "no"));
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> answer.await(System.nanoTime() + 1_000_000_000L))
                .hasMessage("no");
        assertThat(Thread.interrupted()).isTrue();
    }
}
