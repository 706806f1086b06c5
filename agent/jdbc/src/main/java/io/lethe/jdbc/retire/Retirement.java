package io.lethe.jdbc.retire;

import io.lethe.broker.Lease;
import io.lethe.broker.Request;
import io.lethe.weave.Answer;
import io.lethe.weave.Filter;
import io.lethe.weave.Scope;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which connections are open that a lease opened, and in which pools: what hooks of drivers and pools tell and ask.
 *
 * <p>Loaded by the agent loader. Thread-safe. Its hooks run on the application's threads and throw nothing of their own; without
 * a reference in the JVM nothing is kept and no thread is started.
 */
public final class Retirement {

    private static final List<String> FOLLOWED = Arrays.asList("postgresql", "mariadb");
    private static final int MANY = 1_000;

    final Watch watch;
    /** The lease that the server let in on this thread, until the driver has made a connection of it. */
    private final ThreadLocal<Accepted> accepted = new ThreadLocal<>();
    /** The pool that is opening a connection on this thread. */
    private final ThreadLocal<Pooling> opening = new ThreadLocal<>();

    private final Object lock = new Object();
    private final List<Opened> open = new ArrayList<>();
    /** So many are looked through for those that nobody holds any more. */
    private int many = MANY;

    /** Asked for each connection that comes back to a pool. */
    private volatile boolean anyRetired;

    /** @param standing asked once a connection was opened with a reference */
    public Retirement(Supplier<? extends Standing> standing) {
        this.watch = new Watch(this, standing);
    }

    /** A connect begins on this thread: what an earlier one left behind is not its own. */
    public void begins() {
        accepted.remove();
    }

    /** The server let this lease in; the driver makes a connection of it now, on this thread. */
    public void accepted(Lease lease, Request request) {
        // Of other drivers no method is known that makes the connection, and so nothing would take this away again.
        if (FOLLOWED.contains(request.target().scheme())) {
            accepted.set(new Accepted(lease, request));
        }
    }

    /** The result of a driver's method that makes a connection, or hands out one that was made on another thread. */
    public Filter made() {
        return new Filter() {
            @Override
            public @Nullable Object filter(@Nullable Object value) {
                try {
                    if (value instanceof Connection) {
                        made((Connection) value);
                    }
                } catch (Throwable fault) {
                    // The connection is there, and will be closed when its pool does.
                    System.err.println("lethe: an error of Lethe's own: " + fault);
                }
                return null;
            }
        };
    }

    private void made(Connection connection) {
        Accepted now = accepted.get();
        Pooling pool = opening.get();
        if (now != null) {
            accepted.remove();
            add(new Opened(connection, now.lease, now.request));
        }
        if (pool != null) {
            Opened opened = of(connection);
            if (opened != null) {
                opened.pooling(pool);
            }
        }
    }

    private void add(Opened opened) {
        synchronized (lock) {
            if (open.size() >= many) {
                forgetUnheld();
                many = Math.max(MANY, 2 * open.size());
            }
            open.add(opened);
        }
        watch.begin();
    }

    /** The watching thread does this, too, unless a pool that it has told keeps it waiting. */
    private void forgetUnheld() {
        for (Iterator<Opened> all = open.iterator(); all.hasNext(); ) {
            if (all.next().connection() == null) {
                all.remove();
            }
        }
    }

    private @Nullable Opened of(Object connection) {
        synchronized (lock) {
            for (int i = 0; i < open.size(); i++) {
                if (open.get(i).is(connection)) {
                    return open.get(i);
                }
            }
            return null;
        }
    }

    /** Around the method of a pool that opens a connection on the calling thread. */
    Scope opening(final RetiringPool kind) {
        return new Scope() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) {
                try {
                    Object opener = arguments[0];
                    if (opener != null) {
                        opening.set(new Pooling(kind, kind.pool(opener)));
                    }
                } catch (Throwable fault) {
                    // A version of the pool that is built otherwise is not told.
                    opening.remove();
                }
                return arguments;
            }

            @Override
            public void returned() {
                opening.remove();
            }

            @Override
            public @Nullable Object @Nullable [] failed(Throwable thrown) {
                opening.remove();
                return null;
            }
        };
    }

    /** {@code Connection.isValid} of a driver: no for one that is to be closed, so that whoever asks takes another. */
    public Answer valid() {
        return new Answer() {
            @Override
            public @Nullable Object answer(@Nullable Object[] arguments) {
                Opened opened = anyRetired && arguments[0] != null ? of(arguments[0]) : null;
                return opened == null || opened.why() == null ? null : Boolean.FALSE;
            }
        };
    }

    /**
     * What a pool gets back.
     *
     * @param returned a connection, or what a pool keeps it in
     * @return null where it may stay, or nobody knows
     */
    @Nullable
    Opened comesBack(@Nullable Object returned) {
        if (!anyRetired || returned == null) {
            return null;
        }
        try {
            Connection connection = connection(returned);
            List<Opened> retired = new ArrayList<>();
            for (Opened opened : snapshot()) {
                if (opened.why() != null) {
                    retired.add(opened);
                }
            }
            for (Opened opened : retired) {
                Connection driver = opened.connection();
                if (driver != null && (connection == driver || unwrapped(connection, driver.getClass()) == driver)) {
                    return opened;
                }
            }
        } catch (Throwable fault) {
            // It stays, and its pool goes on as it would.
            return null;
        }
        return null;
    }

    private static Connection connection(Object returned) throws ReflectiveOperationException {
        if (returned instanceof Connection) {
            return (Connection) returned;
        }
        for (Method method : returned.getClass().getMethods()) {
            boolean holds =
                    method.getName().equals("getObject") || method.getName().equals("rawConnection");
            if (holds && method.getParameterTypes().length == 0) {
                method.setAccessible(true);
                Object held = method.invoke(returned);
                if (held instanceof Connection) {
                    return (Connection) held;
                }
            }
        }
        return (Connection) Steps.field(returned, "rawConnection");
    }

    private static @Nullable Object unwrapped(Connection connection, Class<?> driver) {
        try {
            return connection.unwrap(driver);
        } catch (SQLException | LinkageError e) {
            return null;
        }
    }

    List<Opened> snapshot() {
        synchronized (lock) {
            return new ArrayList<>(open);
        }
    }

    /** Forgets these; says whether any are left. */
    boolean forget(List<Opened> gone) {
        synchronized (lock) {
            open.removeAll(gone);
            return !open.isEmpty();
        }
    }

    void anyRetired(boolean now) {
        anyRetired = now;
    }

    private static final class Accepted {
        final Lease lease;
        final Request request;

        Accepted(Lease lease, Request request) {
            this.lease = lease;
            this.request = request;
        }
    }
}
