package io.lethe.broker.audit;

import io.lethe.broker.digest.Sha256;
import io.lethe.broker.json.Json;
import io.lethe.broker.json.JsonException;
import io.lethe.broker.json.JsonFields;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a chain file line by line, as bytes, because the chain is made over bytes.
 *
 * <p>Loaded by the agent loader and the command line's. One thread. It reads what was written by anybody: a line that
 * is too long or no JSON is an {@link AuditException}.
 */
public final class AuditReader implements Closeable {

    /** What the names of chain files end with. */
    public static final String SUFFIX = ".jsonl";

    static final int MAX_LINE = 1 << 20;

    private final File file;
    private final InputStream in;
    private long lines;
    private boolean torn;

    public AuditReader(File file) throws AuditException {
        this.file = file;
        try {
            this.in = new BufferedInputStream(new FileInputStream(file), 1 << 16);
        } catch (IOException e) {
            throw new AuditException(
                    "the audit chain " + file + " cannot be read; check that it exists and who may", e);
        }
    }

    /** The chain files of a folder, the oldest first. */
    public static List<File> chains(File folder) throws AuditException {
        File[] files = folder.listFiles((dir, name) -> name.endsWith(SUFFIX));
        if (files == null) {
            throw new AuditException(
                    "the audit folder " + folder + " cannot be read; check that it exists and who may");
        }
        Arrays.sort(files);
        return new ArrayList<>(Arrays.asList(files));
    }

    /** The next event, null at the end; a torn last line is not one. */
    public @Nullable JsonFields next() throws AuditException {
        byte[] line = nextLine();
        return line == null ? null : parse(line);
    }

    /** The next whole line without its line feed, null at the end; of a line without end its beginning. */
    byte @Nullable [] nextLine() throws AuditException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        try {
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b == '\n') {
                    lines++;
                    return line.toByteArray();
                }
                line.write(b);
                if (line.size() == MAX_LINE) {
                    // None of ours is nearly so long: what was read of it is no record, and the verifier says so.
                    lines++;
                    return line.toByteArray();
                }
            }
        } catch (IOException e) {
            throw new AuditException("the audit chain " + file + " cannot be read (" + e.getMessage() + ")", e);
        }
        torn = line.size() > 0;
        return null;
    }

    JsonFields parse(byte[] line) throws AuditException {
        try {
            return Json.readObject(line, MAX_LINE);
        } catch (JsonException e) {
            throw new AuditException("line " + lines + " of " + file + " is not an audit record: " + e.getMessage());
        }
    }

    /** Whether the file ended in the middle of a line; known once the end was reached. */
    public boolean torn() {
        return torn;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Hash of the last whole line, null where there is none. Reads the end of the file only. */
    static @Nullable String headOf(File file) throws IOException {
        byte[] line = Tail.of(file).line();
        return line == null ? null : Sha256.hex(line);
    }
}
