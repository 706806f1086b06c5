package io.lethe.broker;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Paces the tries of one acquire, with jitter so that a hundred JVMs do not come back in step.
 *
 * <p>Loaded by the agent loader. Used by one agent thread, which nobody interrupts.
 */
final class Retry {

    private static final long FIRST = TimeUnit.MILLISECONDS.toNanos(50);

    private final long deadline;
    private long pause = FIRST;

    Retry(long deadline) {
        this.deadline = deadline;
    }

    long deadlineOfTry(long length) {
        long end = System.nanoTime() + length;
        return end - deadline < 0 ? end : deadline;
    }

    /** Waits; false where the time left is too short for another try. */
    boolean again() {
        long wait = pause + ThreadLocalRandom.current().nextLong(pause);
        long until = System.nanoTime() + wait;
        if (until + FIRST - deadline >= 0) {
            return false;
        }
        for (long left = wait; left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
        pause *= 2;
        return true;
    }
}
