package io.lethe.broker.audit;

import io.lethe.broker.json.JsonException;
import io.lethe.broker.json.JsonFields;
import java.io.File;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Goes along one chain, line by line, and notes the first that does not link.
 *
 * <p>Loaded by the command line's loader. One thread, one chain.
 */
final class ChainWalk {

    private final File file;
    private final String name;
    private final Set<String> missing;
    private final AuditVerifier.Expected expected;
    private String head = Chain.NONE;
    private long line;
    private long anchored;
    private boolean torn;
    private @Nullable String problem;
    private @Nullable String previousFile;
    private @Nullable String previousHead;
    private @Nullable String manifest;

    /** @param expected what is known of it from elsewhere */
    ChainWalk(File file, String name, AuditVerifier.Expected expected) {
        this.file = file;
        this.name = name;
        this.missing = new HashSet<>(expected.heads);
        this.expected = expected;
    }

    /** @return whether the line links */
    boolean take(JsonFields record, String hash) {
        line++;
        try {
            check(record);
        } catch (JsonException e) {
            problem = e.getMessage();
        }
        if (problem != null) {
            return false;
        }
        head = hash;
        missing.remove(hash);
        if (file.getName().equals(expected.wholeIn) || expected.anchors.contains(hash)) {
            anchored = line;
        }
        return true;
    }

    /** Takes a line that is none. @return false */
    boolean garbage() {
        line++;
        problem = "is not an audit record";
        return false;
    }

    /** The line taken last was kept elsewhere. */
    void anchor() {
        anchored = line;
    }

    boolean begun() {
        return line > 0;
    }

    void end(boolean isTorn) {
        // A process that was killed before its first line left an empty file.
        torn = isTorn || line == 0;
    }

    private void check(JsonFields record) throws JsonException {
        long seq = record.number("seq");
        String prev = record.string("prev");
        String event = record.string("event");
        record.string("time");
        if (!prev.equals(head)) {
            problem = line == 1 ? "does not begin a chain" : "does not link to the line before it";
        } else if (seq != line) {
            problem = "has the number " + seq;
        } else if ((line == 1) != event.equals("chain")) {
            problem = line == 1 ? "does not begin a chain" : "begins a chain within another";
        } else if (line == 1) {
            manifest = record.stringOrNull("manifest");
            if (record.has("previous")) {
                JsonFields previous = record.object("previous");
                previousFile = previous.string("file");
                previousHead = previous.string("head");
            }
        }
    }

    ChainReport report() {
        if (problem != null) {
            return new ChainReport(this, line - 1, line, "line " + line + " " + problem);
        }
        if (!missing.isEmpty()) {
            return new ChainReport(
                    this,
                    line,
                    0,
                    "the head " + missing.iterator().next()
                            + " that is known of it is not in it: lines were cut off or written anew");
        }
        return new ChainReport(this, line, 0, null);
    }

    File file() {
        return file;
    }

    String name() {
        return name;
    }

    String head() {
        return head;
    }

    boolean torn() {
        return torn;
    }

    long anchored() {
        return anchored;
    }

    @Nullable
    String previousFile() {
        return previousFile;
    }

    @Nullable
    String previousHead() {
        return previousHead;
    }

    @Nullable
    String manifest() {
        return manifest;
    }
}
