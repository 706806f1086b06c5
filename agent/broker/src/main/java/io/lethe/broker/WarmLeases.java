package io.lethe.broker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps leases for HTTP warm, so that a request seldom waits for the broker: for each secret, field, scheme, host and port the
 * lease under each grant that was needed there. A lease that was used is acquired anew at two thirds of its life; one that
 * has expired, was replaced, or rests on grants or secrets that have changed since is retired, and overwritten when its last
 * {@link Use} is closed. Changes are seen within a second.
 *
 * <p>Loaded by the agent loader; to be made before the application runs, since it constructs a thread. Called by application
 * threads, platform or virtual, event loops among them: they wait no longer than they say, uninterruptibly, and hold no
 * monitor. Failures are {@link BrokerException}s with a line for people.
 */
public final class WarmLeases implements AutoCloseable {

    private static final long AFTER_FAILURE = TimeUnit.SECONDS.toNanos(1);

    private final Leases leases;
    private final Freshness freshness;
    private final Map<List<?>, Slot> slots = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread keeper = new Thread(this::keep, "lethe-warm");
    private boolean keeperStarted;
    private volatile boolean closed;
    /** Grows when grants or secrets were seen to have changed; what was asked for before that is not kept. */
    private long generation;

    public WarmLeases(Leases leases) {
        this.leases = leases;
        this.freshness = new Freshness(leases, this::retireAll);
        keeper.setDaemon(true);
        keeper.setContextClassLoader(null);
    }

    /**
     * A lease that covers the request. The caller closes the use as soon as the secret has left, or will not leave any more.
     *
     * @param waitNanos how long to wait for the broker where no such lease is warm, at most as long as an acquire may take;
     *     what was asked goes on behind and serves the next that ask
     */
    public Use use(Request request, long waitNanos) throws BrokerException {
        long wait = Math.max(0, Math.min(waitNanos, leases.total()));
        long deadline = System.nanoTime() + wait;
        try {
            Use use = freshness.await(deadline) ? awaitFor(request, deadline) : null;
            if (use != null) {
                return use;
            }
        } catch (IllegalStateException e) {
            throw new BrokerException(
                    BrokerException.Kind.UNAVAILABLE,
                    "no secret for " + Records.what(request) + ": the agent has shut down",
                    e);
        }
        throw Leases.late(wait, Records.what(request));
    }

    /** Retires all; what is in use is overwritten when it is closed. Nothing is handed out any more. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        retireAll();
    }

    private @Nullable Use awaitFor(Request request, long deadline) throws BrokerException {
        Request asked = leases.withCaller(request);
        try {
            return await(asked, deadline);
        } catch (BrokerException e) {
            if (!leases.needsCaller(asked, e)) {
                throw e;
            }
            return await(leases.withCaller(asked), deadline);
        }
    }

    private @Nullable Use await(Request request, long deadline) throws BrokerException {
        List<?> place = Slot.place(request);
        boolean waitedForOther = false;
        do {
            Use use = warm(place, request);
            if (use != null) {
                return use;
            }
            Fill fill = fill(place, request, !waitedForOther);
            if (fill == null) {
                continue;
            }
            if (fill.request == request || Leases.question(fill.request).equals(Leases.question(request))) {
                use = fill.take(deadline);
                if (use != null) {
                    return use;
                }
            } else {
                fill.await(deadline);
                waitedForOther = true;
            }
        } while (System.nanoTime() - deadline < 0);
        // What arrived at the last moment, or was there all the time for one who does not wait.
        return warm(place, request);
    }

    private @Nullable Use warm(List<?> place, Request request) {
        Slot slot = slots.get(place);
        if (slot == null || closed) {
            return null;
        }
        for (Warm warm : slot.warm) {
            Use use = warm.covers(request) ? warm.use() : null;
            if (use != null) {
                renewWhenDue(slot, warm);
                return use;
            }
        }
        return null;
    }

    /**
     * What is under way and will serve the request, else begun now; null where what serves it has landed since it was looked for.
     *
     * @param orOther whether a lease for another question will do, since its grant most likely covers this one too
     */
    private @Nullable Fill fill(List<?> place, Request request, boolean orOther) {
        lock.lock();
        try {
            Slot slot = slots.computeIfAbsent(place, Slot::new);
            for (Warm warm : slot.warm) {
                if (warm.lease().hasUses() && warm.covers(request)) {
                    return null;
                }
            }
            Fill pending = slot.fill(request);
            if (pending == null && orOther && !slot.fills.isEmpty()) {
                pending = slot.fills.get(0);
            }
            return pending != null ? pending : begin(slot, request);
        } finally {
            lock.unlock();
        }
    }

    private Fill begin(Slot slot, Request request) {
        boolean begun = false;
        try {
            if (closed) {
                throw new IllegalStateException("closed");
            }
            Fill fill = new Fill(this, slot, request, generation);
            // It cannot land before this lock is released.
            leases.ask(request, generation, fill);
            slot.fills.add(fill);
            begun = true;
            return fill;
        } finally {
            if (!begun) {
                removeIfEmpty(slot);
            }
        }
    }

    /** Takes in what arrived, or that nothing did; returns what is kept of it. */
    @Nullable
    Warm land(Fill fill, @Nullable Lease lease) {
        Warm kept = null;
        List<Warm> replaced = Collections.emptyList();
        lock.lock();
        try {
            fill.slot.fills.remove(fill);
            if (lease != null && !closed && fill.generation == generation) {
                kept = new Warm(leases, lease, fill.request);
                replaced = fill.slot.add(kept);
                startKeeper();
                changed.signalAll();
            }
            removeIfEmpty(fill.slot);
        } finally {
            lock.unlock();
        }
        for (Warm old : replaced) {
            old.retire();
        }
        return kept;
    }

    private void retireAll() {
        List<Warm> all = new ArrayList<>();
        lock.lock();
        try {
            generation++;
            for (Slot slot : new ArrayList<>(slots.values())) {
                all.addAll(slot.warm);
                slot.warm = Collections.emptyList();
                removeIfEmpty(slot);
            }
        } finally {
            lock.unlock();
        }
        for (Warm warm : all) {
            warm.retire();
        }
    }

    private void removeIfEmpty(Slot slot) {
        if (slot.isEmpty()) {
            slots.remove(slot.place, slot);
        }
    }

    private void renewWhenDue(Slot slot, Warm warm) {
        if (warm.takeRenewal(System.nanoTime())) {
            lock.lock();
            try {
                renew(slot, warm);
            } finally {
                lock.unlock();
            }
        }
    }

    private void renew(Slot slot, Warm warm) {
        try {
            if (slot.warm.contains(warm) && slot.fill(warm.issuedFor()) == null) {
                begin(slot, warm.issuedFor());
            }
        } catch (IllegalStateException e) {
            // Shut down; the lease lives on to its end.
            return;
        }
    }

    private void startKeeper() {
        if (!keeperStarted) {
            keeperStarted = true;
            keeper.start();
        }
    }

    /** Renews what is used and retires what has expired, so that no secret outlives its lease for want of a request. */
    private void keep() {
        while (!closed) {
            List<Warm> expired = new ArrayList<>();
            try {
                tendOrWait(expired);
            } catch (InterruptedException e) {
                // Nobody interrupts our thread; should it happen, it looks once more than it had to.
                LockSupport.parkNanos(this, 1);
            } catch (RuntimeException | Error e) {
                // Memory may be short; the thread must outlive that, or secrets would outlive their leases.
                LockSupport.parkNanos(this, AFTER_FAILURE);
            } finally {
                for (Warm warm : expired) {
                    warm.retire();
                }
            }
        }
    }

    @SuppressWarnings("WaitNotInLoop")
    private void tendOrWait(List<Warm> expired) throws InterruptedException {
        lock.lock();
        try {
            long next = tend(expired);
            if (expired.isEmpty() && !closed) {
                // Woken for nothing it tends once more than it had to.
                changed.awaitNanos(next);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns when there is something to do next, as nanoseconds from now. */
    private long tend(List<Warm> expired) {
        long now = System.nanoTime();
        long next = Long.MAX_VALUE;
        for (Slot slot : new ArrayList<>(slots.values())) {
            for (Warm warm : slot.warm) {
                if (warm.lease().expired()) {
                    slot.remove(warm);
                    expired.add(warm);
                    continue;
                }
                if (warm.takeRenewal(now)) {
                    renew(slot, warm);
                }
                next = Math.min(next, warm.lease().expiresAt() - now);
                if (warm.renewAt() - now > 0) {
                    next = Math.min(next, warm.renewAt() - now);
                }
            }
            removeIfEmpty(slot);
        }
        return next;
    }
}
