package io.lethe.jdbc;

import io.lethe.broker.BrokerException;
import io.lethe.broker.Lease;
import io.lethe.broker.Request;
import io.lethe.secret.Window;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way from a sink to the broker and back: asks, and records what was done with the answer. Turns every no into the
 * {@link Refusal} that a driver carries outward.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
public final class Sinks {

    private final Supplier<Access> access;

    /** Failed logins, so that the outermost call, maybe on another thread, knows which lease they were made with. */
    private final Map<Throwable, RefusedLogin> refusedLogins = Collections.synchronizedMap(new WeakHashMap<>());

    /** @param access called when the first reference is seen, and then at each use; must be cheap after the first time */
    public Sinks(Supplier<Access> access) {
        this.access = access;
    }

    Access access() {
        return access.get();
    }

    Lease acquire(Request request) throws Refusal {
        Access open = access.get();
        try {
            open.circuit().check(request);
            return open.leases().acquire(request);
        } catch (BrokerException e) {
            throw refusal(e);
        }
    }

    private static Refusal refusal(BrokerException e) {
        String message = String.valueOf(e.getMessage());
        return e.kind() == BrokerException.Kind.UNAVAILABLE ? Refusal.unavailable(message) : Refusal.denied(message);
    }

    /** The secret was used: the window is closed, and so is the derived one, which lasted {@code derivedNanos}. */
    void released(Lease lease, Request request, Window window, long derivedNanos) throws Refusal {
        try {
            access.get().leases().released(lease, request, window.nanos(), derivedNanos, 1, window.collections());
        } catch (BrokerException e) {
            throw refusal(e);
        }
    }

    /** An attempt is over; without a failure and not accepted it was abandoned for another one. */
    void ended(Lease lease, Request request, boolean accepted, @Nullable Throwable failure) {
        Access open = access.get();
        String state = accepted ? "ok" : state(failure);
        if (accepted) {
            open.circuit().accepted(request);
        } else if (failure != null && isRefusedLogin(state)) {
            open.circuit().refused(request, lease.version());
            refusedLogins.put(failure, new RefusedLogin(request, lease.version()));
        }
        open.leases().outcome(lease, request, state);
    }

    private static String state(@Nullable Throwable failure) {
        if (failure == null) {
            return "abandoned";
        }
        String state = failure instanceof SQLException ? ((SQLException) failure).getSQLState() : null;
        return state == null ? "error" : state;
    }

    /** 28P01 is PostgreSQL's own "invalid password"; 28000 the standard's. */
    private static boolean isRefusedLogin(String state) {
        return state.equals("28P01") || state.equals("28000");
    }

    /** Whether a login that the server refused would be made with a newer version now. */
    boolean newerThanRefused(Throwable failure) {
        RefusedLogin refused = refusedLogins.get(failure);
        if (refused == null) {
            return false;
        }
        try {
            String current = access.get().leases().currentVersion(refused.request.secret());
            return !current.equals(refused.version);
        } catch (BrokerException e) {
            // The driver's own exception says more than that the broker could not be asked again.
            return false;
        }
    }

    private static final class RefusedLogin {
        final Request request;
        final String version;

        RefusedLogin(Request request, String version) {
            this.request = request;
            this.version = version;
        }
    }
}
