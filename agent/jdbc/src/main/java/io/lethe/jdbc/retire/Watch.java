package io.lethe.jdbc.retire;

import io.lethe.broker.BrokerException;
import io.lethe.broker.Leases;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks every second whether the secrets and grants still hold that open connections were opened with. While nobody can say,
 * they stay open; of a broker that cannot say cheaply which version is the current one, they follow their grants alone.
 *
 * <p>Loaded by the agent loader. Looks on an agent thread, as long as there is an open connection that a reference opened. What
 * fails is tried again at the next look, and never reaches the application.
 */
final class Watch implements Runnable {

    static final String ROTATED = "rotated";
    private static final long EVERY = TimeUnit.SECONDS.toNanos(1);

    private final Retirement retirement;
    private final Supplier<? extends Standing> standing;
    private final Object lock = new Object();
    private boolean running;

    /** The watching thread's own from here on: secrets by name with their current version, null where they are gone. */
    private final Map<String, @Nullable String> versions = new HashMap<>();

    private @Nullable Object seen;

    Watch(Retirement retirement, Supplier<? extends Standing> standing) {
        this.retirement = retirement;
        this.standing = standing;
    }

    /** There is something to look after. */
    void begin() {
        synchronized (lock) {
            if (running) {
                return;
            }
            running = true;
        }
        standing.get().leases().watch(this);
    }

    @Override
    public void run() {
        while (goOn()) {
            LockSupport.parkNanos(this, EVERY);
            try {
                look(System.nanoTime());
            } catch (Throwable t) {
                // What an application's pool or driver throws must not end this thread.
                seen = null;
            }
        }
    }

    private boolean goOn() {
        synchronized (lock) {
            running = !retirement.snapshot().isEmpty();
            return running;
        }
    }

    /** @param now {@link System#nanoTime()} value */
    synchronized void look(long now) {
        Standing ground = standing.get();
        List<Opened> open = retirement.snapshot();
        settle(open, ground, now);
        Set<Pooling> told = new HashSet<>();
        boolean any = false;
        boolean known = learn(open, ground.leases());
        for (Opened each : open) {
            String before = each.why();
            String why = known ? why(each) : null;
            // What a rotation left to its user may end with the grant.
            if (why != null && (before == null || before.equals(ROTATED) && !why.equals(ROTATED))) {
                each.retire(why, now);
                Pooling pool = each.pooling();
                if (pool != null) {
                    told.add(pool);
                }
            }
            any |= each.why() != null;
        }
        retirement.anyRetired(any);
        for (Pooling pool : told) {
            pool.evict();
        }
    }

    /** Forgets what is closed, and ends what was used for too long after its grant had ended. */
    private void settle(List<Opened> open, Standing ground, long now) {
        List<Opened> gone = new ArrayList<>();
        for (Opened each : open) {
            String why = each.why();
            if (why != null && !why.equals(ROTATED) && each.retiredFor(ground.drainNanos(), now)) {
                each.abort();
            }
            if (each.gone()) {
                gone.add(each);
                if (why != null) {
                    ground.leases().retired(each.lease, each.request, why);
                }
            }
        }
        open.removeAll(gone);
        retirement.forget(gone);
    }

    /** Returns whether what is in force is known. */
    private boolean learn(List<Opened> open, Leases leases) {
        try {
            Object changes = leases.changes();
            if (changes == null || !changes.equals(seen)) {
                seen = null;
                versions.clear();
            }
            if (changes == null) {
                return true;
            }
            for (Opened each : open) {
                String secret = each.request.secret();
                if (!versions.containsKey(secret)) {
                    versions.put(secret, version(secret, leases));
                }
            }
            seen = changes;
            return true;
        } catch (BrokerException e) {
            versions.clear();
            seen = null;
            return false;
        }
    }

    private static @Nullable String version(String secret, Leases leases) throws BrokerException {
        try {
            return leases.currentVersion(secret);
        } catch (BrokerException e) {
            if (e.kind() == BrokerException.Kind.NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }

    private @Nullable String why(Opened opened) {
        if (!versions.containsKey(opened.request.secret())) {
            return opened.lease.over();
        }
        String current = versions.get(opened.request.secret());
        String over = current == null ? "revoked" : opened.lease.over();
        return over != null ? over : opened.lease.version().equals(current) ? null : ROTATED;
    }
}
