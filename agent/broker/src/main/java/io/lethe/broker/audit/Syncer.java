package io.lethe.broker.audit;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What is done of a trail behind the backs of those who write it: syncing, signing, and tidying up once after a chain was begun.
 *
 * <p>Loaded by the agent loader; to be made before the application runs, since it constructs the thread. Thread-safe, under its
 * {@link Audit}'s lock. What fails is said on standard error once, and does not end the thread.
 */
final class Syncer implements Runnable {

    private static final long SYNC_DELAY = TimeUnit.MILLISECONDS.toNanos(500);
    /** Not at once: the first connect of an application has other work to do. */
    private static final long FIRST_SIGNATURE = TimeUnit.SECONDS.toNanos(5);

    private static final long NEXT_SIGNATURE = TimeUnit.MINUTES.toNanos(10);
    private static final long MOST_UNSIGNED = 10_000;

    /** What is written now. */
    interface Chains {
        @Nullable
        Chain current();

        /** Nothing more can be written to it. */
        void giveUp(Chain broken);
    }

    private final Trails trails;
    private final ReentrantLock lock;
    private final Chains chains;
    private final Condition toSync;
    private final Condition signed;
    /** Never waited for under the other lock. */
    private final ReentrantLock signing = new ReentrantLock();

    private final Thread thread = new Thread(this, "lethe-audit-sync");
    /** Whether somebody waits for a signature. */
    private volatile boolean signNow;

    private volatile boolean started;
    /** Whether it waits for something to do, and not only for more of it. */
    private volatile boolean idle;

    private volatile boolean closed;
    private boolean untidy;
    private long signAt;
    private boolean signingFailed;

    /** @param lock under which the current chain changes */
    Syncer(Trails trails, ReentrantLock lock, Chains chains) {
        this.trails = trails;
        this.lock = lock;
        this.chains = chains;
        this.toSync = lock.newCondition();
        this.signed = lock.newCondition();
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
    }

    /** A chain was begun; under the lock. */
    void begun() {
        untidy = true;
        signAt = System.nanoTime() + FIRST_SIGNATURE;
    }

    /** No chain follows; under the lock. */
    void end() {
        closed = true;
        toSync.signalAll();
    }

    /** Something was written. */
    void wake() {
        if (started && !idle) {
            // It looks for what is dirty after it has said that it is idle, so it will see this.
            return;
        }
        lock.lock();
        try {
            if (!started && !closed) {
                started = true;
                thread.start();
            }
            if (idle) {
                // Once, not for each use of a busy JVM: to wake it costs the user's thread more than to write the use.
                idle = false;
                toSync.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets its thread sign what is not signed yet, and waits so long at most. */
    void signWithin(long nanos) {
        long left = nanos;
        long until = System.nanoTime() + left;
        try {
            if (!lock.tryLock(left, TimeUnit.NANOSECONDS)) {
                return;
            }
            try {
                signNow = chains.current() != null && started && !closed;
                idle = false;
                toSync.signal();
                for (left = until - System.nanoTime(); signNow && left > 0; left = until - System.nanoTime()) {
                    if (signed.awaitNanos(left) <= 0) {
                        return;
                    }
                }
            } finally {
                lock.unlock();
            }
        } catch (InterruptedException e) {
            // Whoever ends the JVM is in a hurry.
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        for (Chain work = nextWork(); work != null; work = nextWork()) {
            try {
                if (work.dirty()) {
                    work.sync(Long.MAX_VALUE);
                }
            } catch (IOException e) {
                chains.giveUp(work);
            }
            if (!signNow && mustTidy()) {
                tidy(work);
            }
            if (signNow || mustSign(work) <= 0) {
                boolean asked = signNow;
                sign(work);
                if (asked) {
                    saySigned();
                }
            }
        }
    }

    private void saySigned() {
        lock.lock();
        try {
            signNow = false;
            signed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Chain nextWork() {
        lock.lock();
        try {
            while (!closed) {
                Chain current = chains.current();
                if (signNow && current == null) {
                    signNow = false;
                    signed.signalAll();
                }
                long left = current == null ? Long.MAX_VALUE : mustSign(current);
                if (current != null && (untidy || signNow || left <= 0)) {
                    return current;
                }
                if (current != null && current.dirty()) {
                    pause();
                    return current;
                }
                // What is appended after this finds it idle, what was before is seen below.
                idle = true;
                if (current == null || !current.dirty()) {
                    await(left);
                }
                idle = false;
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** In how many nanoseconds the chain is to be signed. */
    private long mustSign(Chain current) {
        long unsigned = current.mark().line - current.signedLine();
        lock.lock();
        try {
            if (unsigned == 0 || current != chains.current()) {
                return Long.MAX_VALUE;
            }
            return unsigned >= MOST_UNSIGNED && !signingFailed ? 0 : signAt - System.nanoTime();
        } finally {
            lock.unlock();
        }
    }

    private boolean mustTidy() {
        lock.lock();
        try {
            boolean must = untidy;
            untidy = false;
            return must;
        } finally {
            lock.unlock();
        }
    }

    /** Signs what is not signed yet; who comes while another thread does waits for that. */
    void sign(Chain current) {
        signing.lock();
        try {
            Chain.Mark mark = current.mark();
            if (mark.line != current.signedLine()) {
                sign(current, mark);
            }
        } finally {
            signing.unlock();
        }
    }

    private void sign(Chain current, Chain.Mark mark) {
        boolean failed = false;
        try {
            // A manifest must not know more than the disk has.
            current.sync(Long.MAX_VALUE);
            trails.sign(current.output().name(), mark);
            current.signed(mark.line);
        } catch (Throwable e) {
            failed = true;
            if (!signingFailed) {
                System.err.println("lethe: the audit trail is not signed: " + said(e));
            }
        }
        lock.lock();
        try {
            signingFailed = failed;
            signAt = System.nanoTime() + NEXT_SIGNATURE;
        } finally {
            lock.unlock();
        }
    }

    private void tidy(Chain current) {
        try {
            trails.tidy(current);
        } catch (Throwable e) {
            // The thread has to go on: it syncs.
            System.err.println("lethe: old audit chains were neither joined nor pruned: " + said(e));
        }
    }

    private static String said(Throwable e) {
        boolean tells = e instanceof IOException && !(e instanceof FileSystemException);
        return tells ? String.valueOf(e.getMessage()) : e.toString();
    }

    /** Lets more uses gather, so that a busy JVM syncs twice a second and not at each of them. */
    private void pause() {
        long until = System.nanoTime() + SYNC_DELAY;
        for (long left = SYNC_DELAY; left > 0 && !closed && !signNow; left = until - System.nanoTime()) {
            await(left);
        }
    }

    private void await(long nanos) {
        try {
            if (toSync.awaitNanos(nanos) > 0) {
                return;
            }
        } catch (InterruptedException e) {
            // Nobody interrupts our thread; should it happen, what it waits for comes early.
            return;
        }
    }
}
