package io.lethe.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CircuitTest {

    private static final Target DB = Target.parse("postgresql://db/orders");

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
    private final Circuit circuit = new Circuit(clock::get);

    @Test
    void refusals_doubleTheWaitUpToAMinute() throws Exception {
        long[] waits = {1, 2, 4, 8, 16, 32, 60, 60};
        for (long wait : waits) {
            enter().refused();
            pass(wait * 1000 - 1);
            assertThatThrownBy(this::enter).isInstanceOf(BrokerException.class);
            pass(1);
        }
        enter();
    }

    @Test
    void message_saysHowLongAndAfterHowMany() throws Exception {
        enter().refused();
        pass(1000);
        enter().refused();
        assertThatThrownBy(this::enter)
                .hasMessage("postgresql://db:5432/orders refused lethe:orders-db for user orders 2 times, so it is not"
                        + " tried again for 2 s, to keep the account from being locked; a new version of the"
                        + " secret ends the wait")
                .satisfies(e -> assertThat(((BrokerException) e).kind()).isEqualTo(BrokerException.Kind.UNAVAILABLE));
    }

    @Test
    void afterTheWait_oneAttemptIsLetThrough() throws Exception {
        enter().refused();
        pass(1000);
        enter();
        assertThatThrownBy(this::enter).isInstanceOf(BrokerException.class);
        pass(1000);
        enter();
    }

    @Test
    void success_closes() throws Exception {
        enter().refused();
        pass(1000);
        enter().succeeded();
        enter();
        enter().refused();
        pass(1000);
        enter();
    }

    @Test
    void newVersion_closesAtOnce() throws Exception {
        enter().refused();
        circuit.enter(DB, "orders-db", "orders", "2");
        circuit.enter(DB, "orders-db", "orders", "2");
    }

    @Test
    void attemptsUnderWayTogether_areOneStep() throws Exception {
        Circuit.Attempt[] attempts = new Circuit.Attempt[16];
        for (int i = 0; i < attempts.length; i++) {
            attempts[i] = enter();
        }
        for (Circuit.Attempt attempt : attempts) {
            attempt.refused();
        }
        assertThatThrownBy(this::enter).hasMessageContaining(" 16 times").hasMessageContaining("for 1 s");
        pass(1000);
        enter();
    }

    @Test
    void otherTargetsUsersAndSecrets_areNotHeldUp() throws Exception {
        enter().refused();
        circuit.enter(Target.parse("postgresql://db2/orders"), "orders-db", "orders", "1");
        circuit.enter(DB, "orders-db", null, "1");
        circuit.enter(DB, "other", "orders", "1");
    }

    private Circuit.Attempt enter() throws BrokerException {
        return circuit.enter(DB, "orders-db", "orders", "1");
    }

    private void pass(long millis) {
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
