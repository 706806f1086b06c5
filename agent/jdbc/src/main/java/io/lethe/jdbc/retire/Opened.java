package io.lethe.jdbc.retire;

import io.lethe.broker.Lease;
import io.lethe.broker.Request;
import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A driver's connection, held weakly, with the lease that opened it, of which the secret is overwritten already.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
final class Opened {

    final Lease lease;
    final Request request;
    private final WeakReference<Connection> connection;
    private volatile @Nullable Pooling pooling;
    private volatile @Nullable String why;
    private volatile long since;

    Opened(Connection connection, Lease lease, Request request) {
        this.connection = new WeakReference<>(connection);
        this.lease = lease;
        this.request = request;
    }

    /** Null once nobody holds it any more. */
    @Nullable
    Connection connection() {
        return connection.get();
    }

    boolean is(Object other) {
        return connection.get() == other;
    }

    /** Which pool has it; null where none that can be told. */
    @Nullable
    Pooling pooling() {
        return pooling;
    }

    void pooling(Pooling owner) {
        pooling = owner;
    }

    /** Why it is to be closed; null where it may stay. */
    @Nullable
    String why() {
        return why;
    }

    /** @param now {@link System#nanoTime()} value */
    void retire(String reason, long now) {
        since = now;
        why = reason;
    }

    boolean retiredFor(long nanos, long now) {
        return why != null && now - since >= nanos;
    }

    /** Whether the driver has closed it, by itself or because somebody said so. */
    boolean gone() {
        Connection open = connection.get();
        try {
            return open == null || open.isClosed();
        } catch (SQLException | RuntimeException | LinkageError e) {
            // What cannot even say that is no connection any more.
            return true;
        }
    }

    /** Closes it under whoever uses it. */
    void abort() {
        Connection open = connection.get();
        if (open == null) {
            return;
        }
        try {
            open.abort(HERE);
        } catch (SQLException | RuntimeException | LinkageError e) {
            // A driver of before JDBC 4.1, or one that does not let us.
            close(open);
        }
    }

    static void close(Connection open) {
        try {
            open.close();
        } catch (SQLException | RuntimeException e) {
            // The next look sees whether it is open still.
            return;
        }
    }

    private static final Executor HERE = new Executor() {
        @Override
        public void execute(Runnable command) {
            command.run();
        }
    };
}
