package io.lethe.broker.audit;

import java.io.File;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes this JVM's audit trail: one chain, begun at the first event and followed by another when it is long or a day is over.
 *
 * <p>Loaded by the agent loader; to be made before the application runs, since it constructs the thread that syncs and signs.
 * {@link #durably} is for agent threads, {@link #promptly} for any. When a write fails, that chain is given up where it
 * ends, and the next durable event begins a new one that names the last good line; as long as that fails, too,
 * {@link #durably} throws and there are no secrets.
 */
public final class Audit implements AutoCloseable {

    private static final long LONGEST_TURN = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long END_WAIT = TimeUnit.SECONDS.toNanos(2);

    private final Trails trails;
    private final Map<String, Object> workload;
    private final boolean syncEach;
    private final ReentrantLock lock = new ReentrantLock();
    private final Syncer syncer;
    private boolean closed;
    /** Changed under the lock; a use reads it without. */
    private volatile @Nullable Chain chain;

    /** Changed without the lock: who loses a use must not wait for the disk. */
    private final AtomicLong lost = new AtomicLong();

    private long givenUp;

    /**
     * @param workload who this JVM is, for the first line of the chain
     * @param syncEach whether uses, too, are on disk before the call returns, and not only within a second
     */
    public Audit(File folder, Map<String, Object> workload, boolean syncEach) {
        this(folder, workload, syncEach, Heads.nowhere(), 0);
    }

    /**
     * @param heads where the manifest's heads go
     * @param keepDays after how many days chains are deleted; 0 for never
     */
    public Audit(File folder, Map<String, Object> workload, boolean syncEach, Heads heads, int keepDays) {
        this(new ChainFiles(folder, OwnFiles::stream, heads, keepDays, System::currentTimeMillis), workload, syncEach);
    }

    /**
     * A trail that goes to a server which acknowledges each line.
     *
     * @param server host and port
     * @throws IllegalArgumentException where it is none
     */
    public static Audit toServer(String server, Map<String, Object> workload, boolean syncEach) {
        return new Audit(SocketTrails.to(server), workload, syncEach);
    }

    Audit(Trails trails, Map<String, Object> workload, boolean syncEach) {
        this.trails = trails;
        this.workload = workload;
        this.syncEach = syncEach;
        this.syncer = new Syncer(trails, lock, new Syncer.Chains() {
            @Override
            public @Nullable Chain current() {
                return chain;
            }

            @Override
            public void giveUp(Chain broken) {
                Audit.this.giveUp(broken);
            }
        });
    }

    /**
     * Whether a trail could be written now; to be asked at start, so that a wrong folder is known before it matters.
     */
    public void check() throws AuditException {
        trails.check();
    }

    /** Returns when the events are on disk; all of them or, with the exception, none that counts. */
    public void durably(List<Map<String, Object>> events) throws AuditException {
        if (events.isEmpty()) {
            return;
        }
        Chain first = chain;
        try {
            write(events);
        } catch (AuditException e) {
            if (first == null) {
                throw e;
            }
            // What broke may be that one only: its server closed the connection, its disk was full a while ago.
            write(events);
        }
    }

    private void write(List<Map<String, Object>> events) throws AuditException {
        Chain current = null;
        try {
            long end;
            do {
                current = currentChain();
                end = current.append(events);
            } while (end == Chain.ENDED);
            current.sync(end);
            syncer.wake();
        } catch (IOException e) {
            throw broken(current, e);
        }
    }

    /** Waits a little for whoever begins or ends a chain. @return whether that is done */
    private boolean turned() {
        boolean interrupted = Thread.interrupted();
        try {
            if (lock.tryLock(LONGEST_TURN, TimeUnit.NANOSECONDS)) {
                lock.unlock();
                return true;
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return false;
    }

    /**
     * Equal as long as the trail goes on; another one since a write failed or the file was moved or deleted. What was handed
     * out on the strength of a decision that is written there must then be asked for again. Any thread; looks at the file.
     */
    public Object stamp() {
        lock.lock();
        try {
            Chain current = chain;
            if (current != null && !current.output().reaches()) {
                giveUp(current);
            }
            return givenUp;
        } finally {
            lock.unlock();
        }
    }

    /** Writes the event and returns; it is on disk within a second. What cannot be written is counted as lost. */
    public void promptly(Map<String, Object> event) {
        List<Map<String, Object>> events = Collections.singletonList(event);
        while (true) {
            Chain current = chain;
            if (current == null) {
                lost.incrementAndGet();
                return;
            }
            try {
                long end = current.append(events);
                if (end == Chain.ENDED) {
                    // Another thread is about to begin the next one, which may have to wait for the disk.
                    if (turned()) {
                        continue;
                    }
                    lost.incrementAndGet();
                    return;
                }
                if (syncEach || current.crowded()) {
                    current.sync(end);
                } else {
                    syncer.wake();
                }
            } catch (IOException e) {
                lost.incrementAndGet();
                if (turned()) {
                    giveUp(current);
                }
                // Else a decision waits for the disk, and this chain takes nothing more: the next one finds that out.
            }
            return;
        }
    }

    /** Signs what is not signed yet; for the end of the JVM, after which nobody would. The trail goes on. */
    public void checkpoint() {
        Chain current = chain;
        if (current != null) {
            syncer.sign(current);
        }
    }

    /**
     * The same, for a shutdown hook: lets the thread that signs do it, and waits a second at most, since a disk or another
     * process that holds the manifest must not keep a JVM from ending.
     */
    public void checkpointAtTheEnd() {
        checkpointWithin(END_WAIT);
    }

    void checkpointWithin(long nanos) {
        syncer.signWithin(nanos);
    }

    @Override
    public void close() {
        checkpoint();
        Chain current;
        lock.lock();
        try {
            closed = true;
            current = chain;
            chain = null;
            syncer.end();
        } finally {
            lock.unlock();
        }
        if (current != null) {
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
            if (current != null && !current.output().reaches()) {
                giveUp(current);
                current = null;
            }
            if (current != null && current.full()) {
                end(current);
                current = null;
            }
            if (current == null) {
                long told = lost.get();
                current = trails.begin(openingEvent(told));
                chain = current;
                lost.addAndGet(-told);
                syncer.begun();
            }
            return current;
        } finally {
            lock.unlock();
        }
    }

    private Map<String, Object> openingEvent(long told) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", "chain");
        event.put("host", trails.host());
        event.put("workload", workload);
        if (told > 0) {
            event.put("lost", told);
        }
        return event;
    }

    /**
     * Ends a chain that another one follows; what was handed out on the strength of it stays good. The next one's first line
     * names its head, and so do they who sign that.
     */
    private void end(Chain full) throws IOException {
        full.end();
        chain = null;
        trails.ended(full);
        try {
            full.sync(Long.MAX_VALUE);
        } finally {
            full.close();
        }
    }

    private AuditException broken(@Nullable Chain current, IOException e) {
        if (current != null) {
            giveUp(current);
        }
        return e instanceof AuditException ? (AuditException) e : trails.unwritable(e);
    }

    private void giveUp(Chain broken) {
        lock.lock();
        try {
            if (chain == broken) {
                chain = null;
                givenUp++;
                trails.ended(broken);
                broken.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
