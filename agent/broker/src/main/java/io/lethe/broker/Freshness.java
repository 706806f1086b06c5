package io.lethe.broker;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Whether the grants and secrets are still those that the warm leases rest on. The broker's stamp is looked at on an agent
 * thread, by and by while leases are used, so that the threads that use them wait only after a pause.
 *
 * <p>Loaded by the agent loader. Thread-safe. What fails counts as a change, and the acquire that follows says why.
 */
final class Freshness {

    /** How old the last look may be when a lease is used. */
    static final long MAX_AGE = TimeUnit.SECONDS.toNanos(1);
    /** After this another look is taken behind the back of whoever uses a lease, so that MAX_AGE is seldom reached. */
    static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(750);

    private final Leases leases;
    private final Runnable whenChanged;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Look last;
    private @Nullable Look pending;

    /** @param whenChanged called on an agent thread before the look at which the change was seen counts as taken */
    Freshness(Leases leases, Runnable whenChanged) {
        this.leases = leases;
        this.whenChanged = whenChanged;
    }

    /** Returns once the last look is fresh enough; false where it was not by the deadline. */
    boolean await(long deadline) {
        if (younger(LOOK_AGAIN)) {
            return true;
        }
        Look look = look();
        if (!younger(MAX_AGE)) {
            Answer.await(look.taken, deadline);
        }
        return younger(MAX_AGE);
    }

    private boolean younger(long age) {
        Look look = last;
        return look != null && System.nanoTime() - look.begun < age;
    }

    private Look look() {
        lock.lock();
        try {
            Look look = pending;
            Look done = last;
            if (look == null && done != null && younger(LOOK_AGAIN)) {
                // Taken since the caller saw that it was time.
                return done;
            }
            if (look == null) {
                Look begun = new Look();
                leases.look(() -> take(begun));
                pending = begun;
                return begun;
            }
            return look;
        } finally {
            lock.unlock();
        }
    }

    private void take(Look look) {
        look.begun = System.nanoTime();
        try {
            Object stamp = stamp();
            Look before = last;
            look.stamp = stamp;
            if (before != null && !same(before.stamp, stamp)) {
                whenChanged.run();
            }
        } finally {
            lock.lock();
            try {
                last = look;
                pending = null;
            } finally {
                lock.unlock();
            }
            look.taken.countDown();
        }
    }

    private @Nullable Object stamp() {
        try {
            return leases.stamp();
        } catch (BrokerException | RuntimeException e) {
            return new Object();
        }
    }

    private static boolean same(@Nullable Object one, @Nullable Object other) {
        return one == null ? other == null : one.equals(other);
    }

    private static final class Look {

        final CountDownLatch taken = new CountDownLatch(1);
        volatile long begun;
        volatile @Nullable Object stamp;
    }
}
