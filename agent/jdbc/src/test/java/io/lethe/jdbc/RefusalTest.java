package io.lethe.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;

class RefusalTest {

    @Test
    void insideADriver_itsStateIsOneThatNoDriverKnows() {
        assertThat(Refusal.denied("no").getSQLState()).isEqualTo("LT000");
    }

    @Test
    void outward_itIsWhatUsersOfJdbcExpect() {
        SQLException denied = Refusal.denied("no").outward();
        assertThat((Throwable) denied)
                .isInstanceOf(SQLInvalidAuthorizationSpecException.class)
                .hasMessage("lethe: no");
        assertThat(denied.getSQLState()).isEqualTo("28000");
        SQLException later = Refusal.unavailable("later").outward();
        assertThat((Throwable) later).isInstanceOf(SQLTransientConnectionException.class);
        assertThat(later.getSQLState()).isEqualTo("08001");
    }

    @Test
    void wrappedHoweverDeep_itIsFound() {
        Refusal refusal = Refusal.denied("no");
        SQLException chained = new SQLException("first");
        chained.setNextException(new SQLException("second", refusal));
        RuntimeException outer = new RuntimeException(new Error(chained));
        assertThat((Throwable) Refusal.in(outer)).isSameAs(refusal);

        Exception suppressing = new Exception("x");
        suppressing.addSuppressed(refusal);
        assertThat((Throwable) Refusal.in(suppressing)).isSameAs(refusal);
    }

    @Test
    void circlesOfCauses_end() {
        Exception a = new Exception("a");
        Exception b = new Exception("b", a);
        a.initCause(b);
        assertThat((Throwable) Refusal.in(a)).isNull();
    }
}
