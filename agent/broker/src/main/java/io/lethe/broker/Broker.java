package io.lethe.broker;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Issues leases on secrets. Implementations decide on each {@link Request} anew and hold no secret in the clear between
 * calls.
 *
 * <p>Loaded by the agent loader. Called on agent threads only, which nobody interrupts; must be thread-safe. A failure
 * is a {@link BrokerException} whose message is one line for people and never holds a secret.
 */
public interface Broker extends AutoCloseable {

    /**
     * Decides and, where the answer is yes, issues.
     *
     * @param deadline {@link System#nanoTime()} value after which nobody waits for the answer any more
     * @throws BrokerException denied, not found, unavailable or invalid
     */
    Lease acquire(Request request, long deadline) throws BrokerException;

    /** The version that an acquire would issue now, to tell whether a refused login is worth a second try. */
    String currentVersion(String secret) throws BrokerException;

    /**
     * Whether any grant on the secret names this position of HTTP requests, see {@link Grants#names}. A broker that does not
     * know says yes: then the acquire decides.
     */
    default boolean names(String secret, String position) throws BrokerException {
        return true;
    }

    /**
     * A cheap value that equals the last one as long as no grant and no version of a secret has changed since. Null where the
     * broker has no such thing and its leases hold until they expire.
     */
    default @Nullable Object stamp() throws BrokerException {
        return null;
    }

    /**
     * As {@link #stamp()}, for whoever looks at leases that are out: has the grants read again where they changed. Null where only a
     * server could say whether a secret has a new version, which is not asked each second.
     *
     * @throws BrokerException where the grants cannot be read now
     */
    default @Nullable Object changes() throws BrokerException {
        return stamp();
    }

    /** The overrides on a secret that hold now; none where the broker knows no such thing. */
    default List<BreakGlass> breakGlass(String secret) throws BrokerException {
        return Collections.emptyList();
    }

    /** What weakens all that it says now, as its decisions are marked; where it can say nothing, the records are. */
    default Set<String> marks() {
        return Collections.emptySet();
    }

    /** Asks for more time; returns the lease to use from now on. */
    Lease renew(Lease lease, long deadline) throws BrokerException;

    /** Gives the lease back; idempotent. */
    void revoke(Lease lease) throws BrokerException;

    @Override
    void close();
}
