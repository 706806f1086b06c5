package io.lethe.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectTest {

    private static final SQLException LOST = new SQLException("lost");

    @AfterEach
    void nothingIsLeftOnThisThread() {
        Connect.unwind(null, null);
        assertThat(Connect.current()).isNull();
    }

    @Test
    void unwinding_endsWhatBeganInside_andLeavesTheConnectAround() {
        Connect around = Connect.push(null, null);
        Connect.push(null, null);
        Connect.push(null, null).loose();

        Connect.unwind(around, LOST);

        assertThat(Connect.current()).isSameAs(around);
    }

    @Test
    void unwindingToAConnectThatIsOver_leavesTheOnesAroundIt() {
        Connect outermost = Connect.push(null, null);
        Connect over = Connect.push(null, null);
        Connect.pop(null);

        Connect.unwind(over, LOST);

        assertThat(Connect.current()).isSameAs(outermost);
    }

    @Test
    void unwindingToNone_endsAllOfThem_alsoWhileAServerIsBeingAnswered() {
        Connect.push(null, null);
        Connect.push(null, null).authenticating(true);

        Connect.unwind(null, LOST);

        assertThat(Connect.current()).isNull();
    }
}
