package io.lethe.broker.audit;

import io.lethe.broker.digest.Sha256;
import io.lethe.broker.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One chain file that is being written.
 *
 * <p>Loaded by the agent loader. Thread-safe. A stream, not a channel: an interrupt of a writing thread closes a
 * {@code FileChannel} for the whole JVM, while {@code FileOutputStream} and {@code FD.sync} do not heed interrupts.
 * After an {@link IOException} the file may end in half a line: it must not be written to any more.
 */
final class Chain {

    /** What the first line of a chain links to. */
    static final String NONE = "0000000000000000000000000000000000000000000000000000000000000000";

    /** Opens the stream; another one in tests, for disks that are full. */
    interface Opener {
        FileOutputStream open(File file) throws IOException;
    }

    private final File file;
    private final FileOutputStream out;
    private final ReentrantLock appending = new ReentrantLock();
    private final ReentrantLock syncing = new ReentrantLock();
    private final MessageDigest digest = Sha256.digest();
    private final Clock clock = new Clock();
    private long seq;
    private String head = NONE;
    private volatile long appended;
    private volatile long synced;

    Chain(File file, Opener opener) throws IOException {
        this.file = file;
        this.out = opener.open(file);
    }

    File file() {
        return file;
    }

    /** Hash of the last line that was written whole. */
    String head() {
        appending.lock();
        try {
            return head;
        } finally {
            appending.unlock();
        }
    }

    boolean started() {
        return appended > 0;
    }

    boolean dirty() {
        return synced < appended;
    }

    /** Writes the events in one go. @return how far {@link #sync} has to reach for them */
    long append(List<Map<String, Object>> events) throws IOException {
        appending.lock();
        try {
            ByteArrayOutputStream lines = new ByteArrayOutputStream(512 * events.size());
            String newHead = head;
            long newSeq = seq;
            for (Map<String, Object> event : events) {
                Map<String, Object> record = new LinkedHashMap<>();
                record.put("seq", ++newSeq);
                record.put("prev", newHead);
                record.put("time", clock.now());
                record.putAll(event);
                byte[] line = Json.write(record);
                newHead = Sha256.toHex(digest.digest(line));
                lines.write(line, 0, line.length);
                lines.write('\n');
            }
            out.write(lines.toByteArray());
            seq = newSeq;
            head = newHead;
            appended += lines.size();
            return appended;
        } finally {
            appending.unlock();
        }
    }

    /** Waits until the disk has all up to there; one sync serves all that wait for it. */
    void sync(long upTo) throws IOException {
        syncing.lock();
        try {
            if (synced < upTo) {
                long reaches = appended;
                out.getFD().sync();
                synced = reaches;
            }
        } finally {
            syncing.unlock();
        }
    }

    void close() {
        try {
            out.close();
        } catch (IOException e) {
            // What counted was synced before; nobody is left to tell.
            return;
        }
    }
}
