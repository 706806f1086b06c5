package io.lethe.broker;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An answer that an application thread waits for and an agent thread gives. Either it is taken, or the giver learns
 * that nobody takes it any more.
 *
 * <p>Loaded by the agent loader. Waiting parks on a latch, not on a monitor, so that a virtual thread does not pin its
 * carrier; it is not interruptible and keeps the interrupt flag.
 */
class Answer<T> implements Taker<T> {

    private final CountDownLatch given = new CountDownLatch(1);
    private @Nullable T value;
    private @Nullable BrokerException failure;
    private boolean gone;

    @Override
    public final synchronized boolean give(T answer) {
        value = answer;
        given.countDown();
        return !gone;
    }

    @Override
    public final synchronized void fail(BrokerException why) {
        failure = why;
        given.countDown();
    }

    @Override
    public final synchronized boolean gone() {
        return gone;
    }

    /** Waits for the answer; null where the deadline passed without one. */
    final @Nullable T await(long deadline) throws BrokerException {
        await(given, deadline);
        return take();
    }

    /** Parks until the latch is open or the deadline has passed, and keeps the interrupt flag. */
    static void await(CountDownLatch latch, long deadline) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    latch.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized @Nullable T take() throws BrokerException {
        if (failure != null) {
            throw failure;
        }
        gone = value == null;
        return value;
    }
}
