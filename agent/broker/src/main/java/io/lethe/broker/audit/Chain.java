package io.lethe.broker.audit;

import io.lethe.broker.digest.Sha256;
import io.lethe.broker.json.JsonBuffer;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * One chain that is being written.
 *
 * <p>Loaded by the agent loader. Thread-safe. After an {@link IOException} its output may end in half a line: nothing more
 * is written to it.
 */
final class Chain {

    /** What the first line of a chain links to. */
    static final String NONE = "0000000000000000000000000000000000000000000000000000000000000000";

    private static final int HASH = 32;

    /** From {@link #append} where the chain was ended, so that the caller takes the next one. */
    static final long ENDED = -1;

    /** A chain that is longer, or began on another day, is followed by a new one. */
    private static final long LONGEST = 64L << 20;

    private static final long DAY = TimeUnit.DAYS.toMillis(1);

    /** Opens the stream of a file that was just made; another one in tests, for disks that are full. */
    interface Opener {
        FileOutputStream open(File file, FileChannel made) throws IOException;
    }

    private final Output out;
    private final LongSupplier now;
    private final long day;
    private final ReentrantLock appending = new ReentrantLock();
    private final ReentrantLock syncing = new ReentrantLock();
    private final MessageDigest digest = Sha256.digest();
    private final Clock clock = new Clock();
    private final JsonBuffer lines = new JsonBuffer(1024);
    private long seq;
    private byte[] head = new byte[HASH];
    private byte[] spare = new byte[HASH];
    private boolean ended;
    /** Unless each write was whole. */
    private boolean broken;

    private volatile long appended;
    private volatile long synced;
    private volatile long signedLine;
    private volatile Mark syncedMark = new Mark(0, NONE);

    Chain(Output out, LongSupplier now) {
        this.out = out;
        this.now = now;
        this.day = now.getAsLong() / DAY;
    }

    Output output() {
        return out;
    }

    /** The last line that was written whole. */
    Mark mark() {
        appending.lock();
        try {
            return new Mark(seq, Sha256.toHex(head));
        } finally {
            appending.unlock();
        }
    }

    /** The last line that is known to be safe. */
    Mark syncedMark() {
        return syncedMark;
    }

    boolean dirty() {
        return synced < appended;
    }

    /** Whether so much is written that it has to be synced before more is. */
    boolean crowded() {
        return appended - synced > out.mostUnsynced();
    }

    /** Whether the next decision should begin a new one. */
    boolean full() {
        return appended > LONGEST || now.getAsLong() / DAY != day;
    }

    /** Writes the events in one go. @return how far {@link #sync} has to reach for them, or {@link #ENDED} */
    long append(List<Map<String, Object>> events) throws IOException {
        appending.lock();
        try {
            if (ended) {
                return ENDED;
            }
            if (broken) {
                throw new IOException("what was written before may end in half a line");
            }
            lines.truncate(0);
            byte[] newHead = head;
            long newSeq = seq;
            for (Map<String, Object> event : events) {
                int start = lines.length();
                Line.append(lines, ++newSeq, newHead, clock.now(), event);
                digest.update(lines.array(), start, lines.length() - start);
                newHead = hash(newHead == head ? spare : newHead);
                lines.raw('\n');
            }
            broken = true;
            out.write(lines.array(), lines.length());
            broken = false;
            seq = newSeq;
            spare = head;
            head = newHead;
            appended += lines.length();
            return appended;
        } finally {
            appending.unlock();
        }
    }

    private byte[] hash(byte[] out) {
        try {
            digest.digest(out, 0, HASH);
            return out;
        } catch (DigestException e) {
            throw new IllegalStateException("SHA-256 has 32 bytes", e);
        }
    }

    /** Waits until all up to there is safe; one sync serves all that wait for it. */
    void sync(long upTo) throws IOException {
        syncing.lock();
        try {
            if (synced < upTo) {
                long reaches;
                Mark mark;
                appending.lock();
                try {
                    reaches = appended;
                    mark = new Mark(seq, Sha256.toHex(head));
                } finally {
                    appending.unlock();
                }
                if (synced < reaches) {
                    out.sync(mark.line, mark.head);
                    synced = reaches;
                    syncedMark = mark;
                }
            }
        } finally {
            syncing.unlock();
        }
    }

    /** Up to which line it was signed; 0 where it was not. */
    long signedLine() {
        return signedLine;
    }

    void signed(long line) {
        signedLine = line;
    }

    /** Ends it where it is: who appends later is told so. */
    void end() {
        appending.lock();
        try {
            ended = true;
        } finally {
            appending.unlock();
        }
    }

    void close() {
        end();
        out.close();
    }

    /** A line of the chain: its number and its hash. Immutable. */
    static final class Mark {

        final long line;
        final String head;

        Mark(long line, String head) {
            this.line = line;
            this.head = head;
        }
    }
}
