package io.lethe.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SentTest {

    private final ThreadLocal<One> current = new ThreadLocal<>();
    private final Sent<One> sent = new Sent<One>(current) {
        @Override
        public @Nullable Object[] enter(@Nullable Object[] arguments) {
            current.set(new One(current.get()));
            return arguments;
        }

        @Override
        @Nullable
        Arming arming(One open) {
            return null;
        }

        @Override
        @Nullable
        One outer(One open) {
            return open.outer;
        }
    };

    /** As where an application asks for a proxy's login with a call of its own. */
    @Test
    void whatBeganWithinAnother_leavesThatOneBehind() throws Throwable {
        sent.enter(new Object[0]);
        One outer = current.get();
        sent.enter(new Object[0]);
        sent.returned();
        assertThat(current.get()).isSameAs(outer);
        sent.enter(new Object[0]);
        sent.failed(new IllegalStateException());
        assertThat(current.get()).isSameAs(outer);
        sent.returned();
        assertThat(current.get()).isNull();
        sent.failed(new IllegalStateException());
        assertThat(current.get()).isNull();
    }

    private static final class One {

        final @Nullable One outer;

        One(@Nullable One outer) {
            this.outer = outer;
        }
    }
}
