package io.lethe.runtime;

import io.lethe.jdbc.Access;
import io.lethe.secret.GcWatch;
import java.io.File;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens config, broker and audit trail when the first reference is seen, on a thread that was made before the application
 * ran: agent threads take over access control context, class loader and thread-locals of whoever makes them, and those of an
 * application's thread must not be theirs.
 *
 * <p>Loaded by the agent loader. Thread-safe. What cannot be opened becomes an access that denies all and says why.
 */
final class Opening implements Supplier<Access>, Runnable {

    private final @Nullable File config;
    private final CountDownLatch opened = new CountDownLatch(1);
    private final Thread thread;
    private boolean started;
    private volatile @Nullable Access access;

    /** To be made before main, and cheap: the thread is not started. */
    Opening(@Nullable File config) {
        this.config = config;
        thread = new Thread(null, this, "lethe-open");
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
    }

    @Override
    public Access get() {
        Access ready = access;
        return ready != null ? ready : await();
    }

    private Access await() {
        synchronized (thread) {
            if (!started) {
                started = true;
                thread.start();
            }
        }
        boolean interrupted = false;
        while (true) {
            try {
                opened.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        Access ready = access;
        if (ready == null) {
            throw new IllegalStateException("nothing was opened");
        }
        return ready;
    }

    @Override
    public void run() {
        try {
            access = Wiring.open(config);
        } catch (Throwable e) {
            access = Wiring.denyAll("an error of Lethe's own while opening its config: " + e);
        } finally {
            opened.countDown();
        }
        // The first look at the collectors loads the management classes, 28 to 96 ms of CPU on 11 to 27: here rather
        // than
        // inside the first window, and beside the connection that is being opened.
        GcWatch.mark();
    }
}
