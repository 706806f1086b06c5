package io.lethe.broker;

import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A lease for {@link WarmLeases} that is under way. It arrives whether or not anybody still waits for it.
 *
 * <p>Loaded by the agent loader. Thread-safe: many wait, one agent thread answers.
 */
final class Fill implements Taker<Lease> {

    final WarmLeases store;
    final Slot slot;
    final Request request;
    /** What the grants and secrets were when it was asked for; see {@link WarmLeases}. */
    final long generation;

    private final CountDownLatch landed = new CountDownLatch(1);
    private volatile @Nullable Warm warm;
    private volatile @Nullable BrokerException failure;

    Fill(WarmLeases store, Slot slot, Request request, long generation) {
        this.store = store;
        this.slot = slot;
        this.request = request;
        this.generation = generation;
    }

    void await(long deadline) {
        Answer.await(landed, deadline);
    }

    /** The use of what arrived; null where nothing did by the deadline or it was retired meanwhile. */
    @Nullable
    Use take(long deadline) throws BrokerException {
        await(deadline);
        BrokerException why = failure;
        if (why != null) {
            throw why.copy();
        }
        Warm arrived = warm;
        return arrived == null ? null : arrived.use();
    }

    @Override
    public boolean give(Lease lease) {
        Warm kept = null;
        try {
            kept = store.land(this, lease);
            warm = kept;
        } finally {
            landed.countDown();
        }
        return kept != null;
    }

    @Override
    public void fail(BrokerException why) {
        failure = why;
        try {
            store.land(this, null);
        } finally {
            landed.countDown();
        }
    }

    @Override
    public boolean gone() {
        return false;
    }
}
