package io.lethe.broker;

import io.lethe.broker.json.Json;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an override does aloud: one line on standard error at each use, and records that the trail cannot take. Written to the
 * process's own standard error: {@link System#err} tells no failure, and the application may have put anything in its place.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
final class Emergency {

    /** Leases whose decision is on standard error, where what is done with them goes, too. */
    final Set<String> followed = Collections.synchronizedSet(new HashSet<>());

    private volatile @Nullable OutputStream err;

    Emergency() {}

    /** @param err what stands for standard error */
    Emergency(OutputStream err) {
        this.err = err;
    }

    /**
     * Agent threads only. That nobody hears it is no reason to refuse: {@link #write} tells, where nothing else is written.
     *
     * @param obstacle what the override lets pass
     */
    void say(BreakGlass override, Request request, String obstacle) {
        String line =
                "lethe: BREAK-GLASS for " + Records.what(request) + ": " + obstacle + "; it goes on by " + override;
        writeOrNot(line.getBytes(StandardCharsets.UTF_8));
    }

    /** The first time on an agent thread, whose rights do not depend on the application's. */
    void write(Map<String, Object> event) throws IOException {
        line(record(event));
    }

    void follow(Lease lease) {
        followed.add(lease.id());
    }

    /** Nobody got the lease. */
    void forget(Lease lease) {
        followed.remove(lease.id());
    }

    /** Writes a use of such a lease; its end is the last one. */
    void follow(Map<String, Object> use) {
        if (followed.isEmpty()) {
            return;
        }
        Object lease = use.get("lease");
        if (lease instanceof String && followed.contains(lease)) {
            writeOrNot(record(use));
            if ("close".equals(use.get("event"))) {
                followed.remove(lease);
            }
        }
    }

    private static byte[] record(Map<String, Object> event) {
        byte[] json = Json.write(event);
        byte[] begin = "lethe: audit: ".getBytes(StandardCharsets.US_ASCII);
        byte[] line = new byte[begin.length + json.length];
        System.arraycopy(begin, 0, line, 0, begin.length);
        System.arraycopy(json, 0, line, begin.length, json.length);
        return line;
    }

    private void writeOrNot(byte[] line) {
        try {
            line(line);
        } catch (IOException e) {
            // What was done cannot be undone; the next decision finds the same and is a refusal.
            return;
        }
    }

    /** At once, so that the lines of several threads do not mix. */
    private void line(byte[] text) throws IOException {
        OutputStream out = err;
        if (out == null) {
            out = new FileOutputStream(FileDescriptor.err);
            err = out;
        }
        byte[] line = new byte[text.length + 1];
        System.arraycopy(text, 0, line, 0, text.length);
        line[text.length] = '\n';
        out.write(line);
        out.flush();
    }
}
