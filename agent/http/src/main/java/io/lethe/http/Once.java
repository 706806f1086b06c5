package io.lethe.http;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Something that is found out once for a JVM, on an agent thread, when the first one asks.
 *
 * <p>Loaded by the agent loader. Thread-safe. An interrupt does not end a wait; it is set again afterwards.
 */
final class Once {

    private final Http http;
    private final Runnable work;
    private final CountDownLatch done = new CountDownLatch(1);
    private boolean started;

    /** @param work throws nothing */
    Once(Http http, Runnable work) {
        this.http = http;
        this.work = work;
    }

    /** Begins, if nobody did yet. */
    synchronized void begin() {
        if (!started) {
            started = true;
            http.background(this::run);
        }
    }

    private void run() {
        try {
            work.run();
        } finally {
            done.countDown();
        }
    }

    /** Whether it is over within so many nanoseconds; the first call begins. */
    boolean await(long wait) {
        begin();
        boolean interrupted = false;
        long deadline = System.nanoTime() + wait;
        try {
            while (true) {
                try {
                    return done.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
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

    boolean isOver() {
        return done.getCount() == 0;
    }
}
