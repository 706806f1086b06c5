package io.lethe.broker;

import io.lethe.broker.audit.Audit;
import io.lethe.broker.audit.AuditException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is written of decisions and uses: to the audit trail or, where an override allows that, to standard error.
 *
 * <p>Loaded by the agent loader. Thread-safe. What waits for a disk or asks the broker is for agent threads; {@link #use} is for
 * any.
 */
final class Recorder implements AutoCloseable {

    private final Broker broker;
    private final @Nullable Audit audit;
    private final Emergency emergency;

    /** @param audit null where all is denied and nothing is written */
    Recorder(Broker broker, @Nullable Audit audit, Emergency emergency) {
        this.broker = broker;
        this.audit = audit;
        this.emergency = emergency;
    }

    /** Another one since what was written before may be lost; null where nothing is written. */
    @Nullable
    Object stamp() {
        return audit == null ? null : audit.stamp();
    }

    /** Returns whether it is on disk, as {@link #durably}. */
    boolean decided(Request request, List<Lease> leases, @Nullable BrokerException failure) throws BrokerException {
        if (audit == null) {
            return true;
        }
        List<Map<String, Object>> events = new ArrayList<>();
        if (!leases.isEmpty() && isFromBundle(leases.get(0))) {
            BreakGlass override = override(request);
            if (override != null) {
                String instead = "the vault cannot be read, and a bundle is";
                emergency.say(override, request, instead);
                events.add(Records.breakGlass(override, request, instead, broker.marks()));
            }
        }
        for (Lease lease : leases) {
            events.add(Records.allowed(lease, request));
        }
        // Who asks again with what was missing gets a decision then.
        if (failure != null && !Leases.isForCaller(failure)) {
            events.add(Records.refused(failure, request, marksWithout(failure.decision())));
        }
        return durably(request, events);
    }

    private Set<String> marksWithout(@Nullable Decision decision) {
        return decision == null ? broker.marks() : Collections.<String>emptySet();
    }

    private static boolean isFromBundle(Lease lease) {
        Decision decision = lease.decision();
        return decision != null && decision.marks().contains(BreakGlass.MARK);
    }

    /** The override that lets something pass for this request, said aloud and recorded; null where none does. */
    @Nullable
    BreakGlass breakGlass(Request request, String obstacle) throws BrokerException {
        BreakGlass override = override(request);
        if (override != null) {
            emergency.say(override, request, obstacle);
            durably(
                    request,
                    Collections.singletonList(Records.breakGlass(override, request, obstacle, broker.marks())));
        }
        return override;
    }

    private @Nullable BreakGlass override(Request request) {
        try {
            for (BreakGlass override : broker.breakGlass(request.secret())) {
                if (override.matches(request)) {
                    return override;
                }
            }
            return null;
        } catch (BrokerException e) {
            // The acquire says what is wrong; here there is just no override.
            return null;
        }
    }

    /**
     * Returns when the events are on disk or, where an override allows that, on standard error.
     *
     * @return whether they are on disk
     */
    private boolean durably(Request request, List<Map<String, Object>> events) throws BrokerException {
        if (audit == null) {
            return true;
        }
        try {
            audit.durably(events);
            return true;
        } catch (AuditException e) {
            BreakGlass override = override(request);
            if (override == null) {
                throw new BrokerException(
                        BrokerException.Kind.BROKEN,
                        "no secret for " + Records.what(request) + ": " + e.getMessage(),
                        e);
            }
            String obstacle = "the audit trail cannot be written, and what it would say follows";
            emergency.say(override, request, obstacle);
            try {
                emergency.write(Records.breakGlass(override, request, String.valueOf(e.getMessage()), broker.marks()));
                for (Map<String, Object> event : events) {
                    emergency.write(event);
                }
            } catch (IOException f) {
                throw new BrokerException(
                        BrokerException.Kind.BROKEN,
                        "no secret for " + Records.what(request)
                                + ": neither the trail nor standard error takes its records: " + e.getMessage()
                                + "; standard error: " + f.getMessage(),
                        f);
            }
            return false;
        }
    }

    /** A use: returns at once. */
    void use(Map<String, Object> event) {
        if (audit != null) {
            // A use cannot be undone; what is lost here is counted, and the next decision finds the trail broken.
            audit.promptly(event);
            emergency.follow(event);
        }
    }

    /** A lease is about to be handed out whose decision is on standard error: its uses go there, too. */
    void follow(Lease lease) {
        emergency.follow(lease);
    }

    /** Nobody took it. */
    void forget(Lease lease) {
        emergency.forget(lease);
    }

    @Override
    public void close() {
        if (audit != null) {
            audit.close();
        }
    }
}
