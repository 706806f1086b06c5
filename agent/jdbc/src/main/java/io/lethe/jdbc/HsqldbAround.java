package io.lethe.jdbc;

import io.lethe.weave.Scope;
import java.lang.reflect.Field;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Around a connect of HSQLDB: what begins inside ends with it.
 *
 * <p>Loaded by the agent loader. Called on the application's threads; all state is in {@link Connect}.
 */
class HsqldbAround implements Scope {

    @Override
    public @Nullable Object[] enter(@Nullable Object[] arguments) {
        Connect.push(null, null);
        return arguments;
    }

    @Override
    public void returned() {
        Connect connect = Connect.current();
        if (connect != null) {
            connect.accepted();
        }
        Connect.pop(null);
    }

    @Override
    public @Nullable Object @Nullable [] failed(Throwable thrown) {
        Connect.pop(thrown);
        return null;
    }

    /** The thread that connects where there is a loginTimeout. */
    static final class OnItsThread extends HsqldbAround {

        private final ThreadLocal<Object> running;

        /** @param running set to that thread while it connects */
        OnItsThread(ThreadLocal<Object> running) {
            this.running = running;
        }

        @Override
        public @Nullable Object[] enter(@Nullable Object[] arguments) {
            running.set(arguments[0]);
            return super.enter(arguments);
        }

        /** It keeps what it catches, for the thread that waits. */
        @Override
        public void returned() {
            Object thread = running.get();
            running.remove();
            SQLException caught = thread == null ? null : caught(thread);
            if (caught == null) {
                super.returned();
            } else {
                Connect.pop(caught);
            }
        }

        @Override
        public @Nullable Object @Nullable [] failed(Throwable thrown) {
            running.remove();
            return super.failed(thrown);
        }

        private static @Nullable SQLException caught(Object thread) {
            for (Field field : thread.getClass().getDeclaredFields()) {
                if (field.getType() == SQLException[].class) {
                    try {
                        field.setAccessible(true);
                        SQLException[] caught = (SQLException[]) field.get(thread);
                        return caught == null || caught.length == 0 ? null : caught[0];
                    } catch (IllegalAccessException | RuntimeException e) {
                        return new SQLException("HSQLDB does not show how its login ended", e);
                    }
                }
            }
            return null;
        }
    }
}
