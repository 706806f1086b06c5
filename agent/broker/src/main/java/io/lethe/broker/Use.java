package io.lethe.broker;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The use of a warm lease for one request. As long as it is open the lease's secret is not overwritten, even where the lease is
 * renewed, revoked or expires meanwhile; so it is closed as soon as the secret has left, or will not leave any more.
 *
 * <p>Loaded by the agent loader. Any thread may close it, once or more often.
 */
public final class Use implements AutoCloseable {

    private final Warm warm;
    private final AtomicBoolean closed = new AtomicBoolean();

    Use(Warm warm) {
        this.warm = warm;
    }

    /** The lease, which the caller does not close. */
    public Lease lease() {
        return warm.lease();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            warm.letGo();
        }
    }
}
