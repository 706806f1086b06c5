package io.lethe.jdbc;

import io.lethe.broker.BrokerException;
import io.lethe.broker.Lease;
import io.lethe.broker.Request;
import io.lethe.broker.Target;
import io.lethe.broker.WireSink;
import io.lethe.jdbc.retire.Retirement;
import io.lethe.secret.Reference;
import io.lethe.secret.Window;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
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

    private static final int DEEPEST_CAUSE = 8;

    private final Supplier<? extends Access> access;
    private final Supplier<? extends WireSink> wire;
    private final Retirement retirement;

    /** Failed logins, so that the outermost call, maybe on another thread, knows which lease they were made with. */
    private final Map<Throwable, RefusedLogin> refusedLogins = Collections.synchronizedMap(new WeakHashMap<>());

    /**
     * @param access called when the first reference is seen, and then at each use; must be cheap after the first time
     * @param wire where a password in clear text leaves; asked when one is to
     */
    public Sinks(Supplier<? extends Access> access, Supplier<? extends WireSink> wire) {
        this.access = access;
        this.wire = wire;
        this.retirement = new Retirement(access);
    }

    /** What becomes of the connections that were opened. */
    Retirement retirement() {
        return retirement;
    }

    WireSink wire() {
        return wire.get();
    }

    Access access() {
        return access.get();
    }

    /** What these credentials ask for: a connection to this target. */
    Request request(Credentials credentials, Target target, List<String> via) {
        return new Request(
                access.get().leases().workload(),
                credentials.secret(),
                credentials.field(),
                target,
                "connect",
                credentials.plainUser(),
                via);
    }

    /** Asks the broker, waiting a few seconds at most, and then the circuit, which knows what the server said before. */
    Login acquire(Request request) throws Refusal {
        Access open = access.get();
        try {
            Lease lease = open.leases().acquire(request);
            try {
                return new Login(
                        lease,
                        open.circuit().enter(request.target(), request.secret(), request.user(), lease.version()));
            } catch (BrokerException e) {
                open.leases().unused(lease, request);
                lease.close();
                throw e;
            }
        } catch (BrokerException e) {
            throw refusal(request, e);
        }
    }

    /** Whether any override on the secret holds; one that cannot be looked for does not. */
    boolean mayBreakGlass(String secret) {
        try {
            return access.get().leases().mayBreakGlass(secret);
        } catch (BrokerException e) {
            return false;
        }
    }

    /** Whether an override lets this obstacle pass, which is said aloud then. */
    boolean breaksGlass(Request request, String obstacle) throws Refusal {
        try {
            return access.get().leases().breakGlass(request, obstacle) != null;
        } catch (BrokerException e) {
            throw refusal(request, e);
        }
    }

    private static Refusal refusal(Request request, BrokerException e) {
        String message = String.valueOf(e.getMessage());
        String reference = Reference.PREFIX + request.secret();
        if (!message.contains(reference) || !message.contains(request.target().toString())) {
            message = reference + " for " + request.target() + ": " + message;
        }
        return e.kind() == BrokerException.Kind.UNAVAILABLE ? Refusal.unavailable(message) : Refusal.denied(message);
    }

    /**
     * The secret was used: the window is closed, and so is the derived one.
     *
     * @param derivedNanos how long the derived window was, the window itself included
     * @param arrays how many arrays were overwritten
     * @param collections how many collections ran meanwhile
     */
    void released(Login login, Request request, Window window, long derivedNanos, int arrays, int collections) {
        access.get().leases().released(login.lease, request, window.nanos(), derivedNanos, arrays, collections);
    }

    /** An attempt is over; without a failure and not accepted it was abandoned for another one. */
    void ended(Login login, Request request, boolean accepted, @Nullable Throwable failure) {
        String state = accepted ? null : state(failure);
        if (accepted) {
            login.circuit.succeeded();
            retirement.accepted(login.lease, request);
        } else if (failure != null && isRefusedLogin(state)) {
            login.circuit.refused();
            RefusedLogin refused = new RefusedLogin(request, login.lease.version());
            Throwable seen = failure;
            for (int i = 0; seen != null && i < DEEPEST_CAUSE; i++) {
                refusedLogins.put(seen, refused);
                seen = seen.getCause();
            }
        }
        access.get().leases().outcome(login.lease, request, state);
        access.get().leases().closed(login.lease, request);
    }

    private static String state(@Nullable Throwable failure) {
        if (failure == null) {
            return "abandoned";
        }
        String state = failure instanceof SQLException ? ((SQLException) failure).getSQLState() : null;
        return state == null ? "error" : state;
    }

    /** 28P01 is PostgreSQL's own "invalid password"; 28000 the standard's. */
    private static boolean isRefusedLogin(@Nullable String state) {
        return "28P01".equals(state) || "28000".equals(state);
    }

    /** Whether a login that the server refused would be made with a newer version now. */
    boolean newerThanRefused(Throwable failure) {
        RefusedLogin refused = refusedLogin(failure);
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

    /** Drivers wrap what the server said. */
    private @Nullable RefusedLogin refusedLogin(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < DEEPEST_CAUSE; i++) {
            RefusedLogin refused = refusedLogins.get(cause);
            if (refused != null) {
                return refused;
            }
            cause = cause.getCause();
        }
        return null;
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
