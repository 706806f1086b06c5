package io.lethe.broker.audit;

import io.lethe.broker.digest.Sha256;
import io.lethe.broker.json.Json;
import io.lethe.broker.json.JsonBuffer;
import io.lethe.broker.json.JsonException;
import io.lethe.broker.json.JsonFields;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The list of the chains that one user writes into one folder: a chain itself, to which all JVMs of that user append. Each
 * line names the key that signs next; a signed line names the key after its own, which is overwritten then. So who gets at
 * the key of now can sign what comes, and nothing that was.
 *
 * <p>Loaded by the agent loader and the command line's. Thread-safe, also against other processes. An {@link IOException}
 * where it cannot be written, or another process holds it for more than two seconds.
 */
final class Manifest {

    /** What a signature is about, before the line's own bytes. */
    static final String SIGNED = "lethe-audit-manifest-1\n";

    static final String SIGNATURE = ",\"signature\":\"";
    static final String PREFIX = "manifest-";
    static final String KEY_SUFFIX = ".key";

    private static final long WAIT = TimeUnit.SECONDS.toNanos(2);

    /** Of this loader: the system's lock knows processes, not threads. */
    private static final ReentrantLock LOCK = new ReentrantLock();

    private final File file;
    private final File keyFile;
    private final String user;
    private final String host;
    private final Heads heads;
    /** Guarded by {@link #LOCK}. */
    private final List<String> unsent = new ArrayList<>();

    /** @param user the writing user's number or name */
    Manifest(File folder, String user, String host, Heads heads) {
        this.user = user;
        this.file = new File(folder, PREFIX + user);
        this.keyFile = new File(folder, PREFIX + user + KEY_SUFFIX);
        this.host = host;
        this.heads = heads;
    }

    String name() {
        return file.getName();
    }

    String user() {
        return user;
    }

    /** Notes a chain that begins; on disk when this returns. */
    void began(String chain, String head) throws IOException {
        locked(keys -> append(event("begin", chain, head)));
    }

    /** Notes and signs how far a chain goes; on disk when this returns, and its head sent where the operator keeps them. */
    void sign(String chain, Chain.Mark mark) throws IOException {
        Map<String, Object> event = event("head", chain, mark.head);
        event.put("records", mark.line);
        sign(event);
    }

    /** Appends an event with a signature. */
    void sign(Map<String, Object> event) throws IOException {
        locked(keys -> signLocked(keys, event));
    }

    /** What runs while no other JVM changes the manifest or its chains. */
    interface Locked {
        void run(FileChannel keys) throws IOException;
    }

    void locked(Locked work) throws IOException {
        // A channel heeds a pending interrupt.
        boolean interrupted = Thread.interrupted();
        String[] sent;
        LOCK.lock();
        try (FileChannel keys = openKeys()) {
            FileLock held = take(keys);
            if (held.isValid()) {
                work.run(keys);
            }
        } finally {
            sent = unsent.toArray(new String[0]);
            unsent.clear();
            LOCK.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        // Whoever is slow to take them must not keep other JVMs from their manifest.
        for (String head : sent) {
            heads.keep(head);
        }
    }

    void signLocked(FileChannel keys, Map<String, Object> event) throws IOException {
        String named = last().key;
        ManifestKey found = named == null ? null : ManifestKey.find(keys, decoded(named));
        try (ManifestKey key = found != null ? found : ManifestKey.create(keys)) {
            if (found == null) {
                // The first one; or one that the key before did not sign, which the verifier says.
                append(introduced(key));
            }
            try (ManifestKey next = key.next()) {
                appendSigned(event, key, next);
            }
            key.forget();
        }
    }

    private static byte[] decoded(String key) {
        try {
            return Base64.getDecoder().decode(key);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static Map<String, Object> introduced(ManifestKey key) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", "key");
        event.put("key", Base64.getEncoder().encodeToString(key.publicKey()));
        return event;
    }

    private void appendSigned(Map<String, Object> event, ManifestKey key, ManifestKey next) throws IOException {
        Last last = last();
        JsonBuffer line = new JsonBuffer(512);
        line.raw(SIGNED);
        int start = line.length();
        Map<String, Object> signed = new LinkedHashMap<>(event);
        signed.put("key", Base64.getEncoder().encodeToString(next.publicKey()));
        Line.open(line, last.seq + 1, last.head, new Clock().now(), signed);
        byte[] signature = key.sign(line.toBytes());
        line.raw(SIGNATURE);
        line.raw(Base64.getEncoder().encodeToString(signature));
        line.raw("\"}");
        String head = write(line, start);
        unsent.add(Heads.line(host, name(), last.seq + 1, head));
    }

    private void append(Map<String, Object> event) throws IOException {
        Last last = last();
        Map<String, Object> whole = new LinkedHashMap<>(event);
        if (last.key != null && !whole.containsKey("key")) {
            whole.put("key", last.key);
        }
        JsonBuffer line = new JsonBuffer(512);
        Line.append(line, last.seq + 1, last.head, new Clock().now(), whole);
        write(line, 0);
    }

    private Map<String, Object> event(String name, String chain, String head) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", name);
        event.put("file", chain);
        event.put("head", head);
        return event;
    }

    /** @return the hash of the line that begins at {@code start} */
    private String write(JsonBuffer line, int start) throws IOException {
        byte[] all = line.toBytes();
        byte[] content = new byte[all.length - start + 1];
        System.arraycopy(all, start, content, 0, content.length - 1);
        content[content.length - 1] = '\n';
        boolean fresh = !file.exists();
        try (FileChannel out = OwnFiles.open(file, user, "rw-r-----")) {
            Tail tail = Tail.of(out);
            if (tail.torn()) {
                // Half a line of a process that was killed, which counts as never written.
                out.truncate(tail.whole());
            }
            append(out, content, tail.whole());
        }
        if (fresh) {
            ChainFiles.syncFolder(file.getAbsoluteFile().getParentFile());
        }
        return Sha256.hex(Arrays.copyOf(content, content.length - 1));
    }

    /** All of it, on disk, or nothing. */
    static void append(FileChannel out, byte[] content, long at) throws IOException {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                out.write(buffer, at + buffer.position());
            }
            out.force(true);
        } catch (IOException e) {
            try {
                out.truncate(at);
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    private Last last() throws IOException {
        byte[] line = file.exists() ? Tail.of(file).line() : null;
        if (line == null) {
            return new Last(0, Chain.NONE, null);
        }
        try {
            JsonFields record = Json.readObject(line, AuditReader.MAX_LINE);
            return new Last(record.number("seq"), Sha256.hex(line), record.stringOrNull("key"));
        } catch (JsonException e) {
            throw new AuditException("the last line of " + file + " is no record of a manifest (" + e.getMessage()
                    + "); 'lethe audit verify' says what is wrong with it. Move the folder away to begin a new one");
        }
    }

    private FileChannel openKeys() throws IOException {
        // What it belongs to is read before it is written.
        OwnFiles.check(file, user, false);
        return OwnFiles.open(keyFile, user, "rw-------");
    }

    private FileLock take(FileChannel keys) throws IOException {
        long until = System.nanoTime() + WAIT;
        while (true) {
            FileLock lock = keys.tryLock();
            if (lock != null) {
                return lock;
            }
            if (System.nanoTime() - until > 0) {
                throw new IOException("another process holds " + keyFile);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(2);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while another process holds " + keyFile, e);
            }
        }
    }

    static byte[] message(byte[] body) {
        byte[] head = SIGNED.getBytes(StandardCharsets.US_ASCII);
        byte[] message = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, message, head.length, body.length);
        return message;
    }

    /** What the last line says. */
    private static final class Last {

        final long seq;
        final String head;
        final @Nullable String key;

        Last(long seq, String head, @Nullable String key) {
            this.seq = seq;
            this.head = head;
            this.key = key;
        }
    }
}
