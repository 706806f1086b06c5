package io.lethe.runtime;

import io.lethe.secret.GcWatch;
import io.lethe.secret.crypto.Sha256Words;
import io.lethe.weave.HookClass;
import java.io.File;
import java.lang.instrument.Instrumentation;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens config, broker and audit trail when the first reference is seen, on a thread that was made before the application
 * ran: agent threads take over access control context, class loader and thread-locals of whoever makes them, and those of an
 * application's thread must not be theirs.
 *
 * <p>Loaded by the agent loader. Thread-safe. What cannot be opened becomes an access that denies all and says why.
 */
final class Opening implements Supplier<Wiring>, Runnable {

    private final @Nullable File config;
    private final File jar;
    private final Instrumentation instrumentation;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition opened = lock.newCondition();
    private final Thread thread;
    private boolean started;
    private boolean finished;
    private volatile @Nullable Wiring access;

    /** To be made before main, and cheap: the thread is not started. */
    Opening(@Nullable File config, File jar, Instrumentation instrumentation) {
        this.config = config;
        this.jar = jar;
        this.instrumentation = instrumentation;
        thread = new Thread(null, this, "lethe-open");
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
    }

    @Override
    public Wiring get() {
        Wiring ready = access;
        return ready != null ? ready : await();
    }

    private Wiring await() {
        lock.lock();
        try {
            if (!started) {
                started = true;
                thread.start();
            }
            while (!finished) {
                opened.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
        Wiring ready = access;
        if (ready == null) {
            throw new IllegalStateException("neither a config nor the refusal of all references could be opened");
        }
        return ready;
    }

    @Override
    public void run() {
        try {
            access = open();
        } finally {
            lock.lock();
            finished = true;
            opened.signalAll();
            lock.unlock();
        }
        // The first look at the collectors loads the management classes, 28 to 96 ms of CPU on 11 to 27: rather here,
        // beside the connection that is being opened, than inside the first window.
        GcWatch.mark();
        reachWords();
    }

    /** Derivations that began before, or a JVM that does not allow it, work with clones. */
    private void reachWords() {
        try {
            HookClass.open(instrumentation, Object.class, Sha256Words.PACKAGES);
            Sha256Words.reach();
        } catch (Throwable e) {
            // Nothing that a user of references would notice.
        }
    }

    private Wiring open() {
        try {
            return Wiring.open(config, jar);
        } catch (Throwable e) {
            return Wiring.denyAll("an error of Lethe's own while opening its config: " + e);
        }
    }
}
