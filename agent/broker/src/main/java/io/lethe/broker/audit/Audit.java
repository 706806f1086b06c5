package io.lethe.broker.audit;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes this JVM's audit trail: one chain file in the audit folder, opened at the first event.
 *
 * <p>Loaded by the agent loader; to be made before the application runs, since it constructs the thread that syncs.
 * {@link #durably} is for agent threads, {@link #promptly} for any. When a write fails, that chain is given up where it
 * ends, and the next durable event begins a new one that names the last good line; as long as that fails, too,
 * {@link #durably} throws and there are no secrets.
 */
public final class Audit implements AutoCloseable {

    private static final long SYNC_DELAY = TimeUnit.MILLISECONDS.toNanos(500);

    private final ChainFiles files;
    private final Map<String, Object> workload;
    private final boolean syncEach;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition toSync = lock.newCondition();
    private final Thread syncer = new Thread(this::syncLoop, "lethe-audit-sync");
    private boolean syncerStarted;
    /** Whether it waits for something to sync, and not only for more of it. */
    private boolean syncerIdle;

    private boolean closed;
    private @Nullable Chain chain;
    private long lost;
    private long givenUp;

    /**
     * @param workload who this JVM is, for the first line of the chain
     * @param syncEach whether uses, too, are on disk before the call returns, and not only within a second
     */
    public Audit(File folder, Map<String, Object> workload, boolean syncEach) {
        this(folder, workload, syncEach, file -> new FileOutputStream(file, true));
    }

    Audit(File folder, Map<String, Object> workload, boolean syncEach, Chain.Opener opener) {
        this.files = new ChainFiles(folder, opener);
        this.workload = workload;
        this.syncEach = syncEach;
        syncer.setDaemon(true);
        syncer.setContextClassLoader(null);
    }

    /**
     * Whether a trail could be written now; to be asked at start, so that a wrong folder is known before it matters.
     */
    public void check() throws AuditException {
        files.check();
    }

    /** Returns when the events are on disk; all of them or, with the exception, none that counts. */
    public void durably(List<Map<String, Object>> events) throws AuditException {
        if (events.isEmpty()) {
            return;
        }
        Chain current = null;
        try {
            current = currentChain();
            current.sync(current.append(events));
        } catch (IOException e) {
            throw broken(current, e);
        }
    }

    /**
     * Equal as long as the trail goes on; another one since a write failed or the file was moved or deleted. What was handed
     * out on the strength of a decision that is written there must then be asked for again. Any thread; looks at the file.
     */
    public Object stamp() {
        lock.lock();
        try {
            Chain current = chain;
            if (current != null && !current.file().isFile()) {
                giveUp(current, 0);
            }
            return givenUp;
        } finally {
            lock.unlock();
        }
    }

    /** Writes the event and returns; it is on disk within a second. What cannot be written is counted as lost. */
    public void promptly(Map<String, Object> event) {
        Chain current = null;
        lock.lock();
        try {
            current = chain;
            if (current == null) {
                lost++;
                return;
            }
        } finally {
            lock.unlock();
        }
        try {
            long end = current.append(Collections.singletonList(event));
            if (syncEach) {
                current.sync(end);
            } else {
                wakeSyncer();
            }
        } catch (IOException e) {
            giveUp(current, 1);
        }
    }

    @Override
    public void close() {
        Chain current;
        lock.lock();
        try {
            closed = true;
            current = chain;
            chain = null;
            toSync.signalAll();
        } finally {
            lock.unlock();
        }
        if (current != null) {
            try {
                current.sync(Long.MAX_VALUE);
            } catch (IOException e) {
                // Uses only; the decisions were synced one by one.
                current.close();
            }
            current.close();
        }
    }

    private Chain currentChain() throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new IOException("it is closed");
            }
            Chain current = chain;
            // A trail whose file was moved or deleted would be written into nowhere.
            if (current != null && !current.file().isFile()) {
                giveUp(current, 0);
                current = null;
            }
            if (current == null) {
                current = files.begin(openingEvent());
                chain = current;
                lost = 0;
            }
            return current;
        } finally {
            lock.unlock();
        }
    }

    private Map<String, Object> openingEvent() {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", "chain");
        event.put("host", files.host());
        event.put("workload", workload);
        if (lost > 0) {
            event.put("lost", lost);
        }
        return event;
    }

    private AuditException broken(@Nullable Chain current, IOException e) {
        if (current != null) {
            giveUp(current, 0);
        }
        return e instanceof AuditException ? (AuditException) e : files.unwritable(e);
    }

    private void giveUp(Chain broken, int lostEvents) {
        lock.lock();
        try {
            lost += lostEvents;
            if (chain == broken) {
                chain = null;
                givenUp++;
                files.ended(broken);
                broken.close();
            }
        } finally {
            lock.unlock();
        }
    }

    private void wakeSyncer() {
        lock.lock();
        try {
            if (!syncerStarted) {
                syncerStarted = true;
                syncer.start();
            }
            if (syncerIdle) {
                // Once, not for each use of a busy JVM: to wake it costs the user's thread more than to write the use.
                syncerIdle = false;
                toSync.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private void syncLoop() {
        Chain dirty = nextDirty();
        while (dirty != null) {
            try {
                dirty.sync(Long.MAX_VALUE);
            } catch (IOException e) {
                giveUp(dirty, 0);
            }
            dirty = nextDirty();
        }
    }

    private @Nullable Chain nextDirty() {
        lock.lock();
        try {
            while (!closed) {
                Chain current = chain;
                if (current == null || !current.dirty()) {
                    syncerIdle = true;
                    toSync.awaitUninterruptibly();
                    syncerIdle = false;
                } else {
                    pause();
                    return current;
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Lets more uses gather, so that a busy JVM syncs twice a second and not at each of them. */
    private void pause() {
        long left = SYNC_DELAY;
        while (left > 0 && !closed) {
            try {
                left = toSync.awaitNanos(left);
            } catch (InterruptedException e) {
                // Nobody interrupts our thread; should it happen, the sync comes early.
                return;
            }
        }
    }
}
