package io.lethe.broker;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One lease that is kept warm, and how many hold it: {@link WarmLeases}, until it retires it, and each {@link Use}. The last to
 * let go overwrites the secret.
 *
 * <p>Loaded by the agent loader. Thread-safe, without locks.
 */
final class Warm {

    private final Leases leases;
    private final Lease lease;
    private final Request issuedFor;
    private final long renewAt;
    private final AtomicInteger holders = new AtomicInteger(1);
    private final AtomicBoolean renewed = new AtomicBoolean();
    private final AtomicBoolean retired = new AtomicBoolean();
    private volatile boolean used;

    Warm(Leases leases, Lease lease, Request issuedFor) {
        this.leases = leases;
        this.lease = lease;
        this.issuedFor = issuedFor;
        long now = System.nanoTime();
        this.renewAt = now + (lease.expiresAt() - now) / 3 * 2;
    }

    Lease lease() {
        return lease;
    }

    Request issuedFor() {
        return issuedFor;
    }

    boolean covers(Request request) {
        if (lease.knowsWhatElseItCovers()) {
            return lease.isFor(request);
        }
        return !lease.expired() && Leases.question(issuedFor).equals(Leases.question(request));
    }

    /** {@link System#nanoTime()} value from which on it is renewed where it was used. */
    long renewAt() {
        return renewAt;
    }

    /** True once: to whoever renews it. A renewal that fails leaves the lease to the end of its life. */
    boolean takeRenewal(long now) {
        return now - renewAt >= 0 && used && lease.hasUses() && renewed.compareAndSet(false, true);
    }

    /** Null where it was retired meanwhile, or its grant is used up. */
    @Nullable
    Use use() {
        for (int n = holders.get(); n > 0 && !retired.get(); n = holders.get()) {
            if (holders.compareAndSet(n, n + 1)) {
                used = true;
                if (lease.take()) {
                    return new Use(this);
                }
                letGo();
                return null;
            }
        }
        return null;
    }

    /** Nobody gets it any more; whoever has it may finish. */
    void retire() {
        if (retired.compareAndSet(false, true)) {
            letGo();
        }
    }

    void letGo() {
        if (holders.decrementAndGet() == 0) {
            lease.close();
            leases.closed(lease, issuedFor);
        }
    }
}
