package io.lethe.broker.audit;

import java.io.File;
import org.jspecify.annotations.Nullable;

/**
 * What {@link AuditVerifier} found of one chain.
 *
 * <p>Loaded by the command line's loader. Immutable.
 */
public final class ChainReport {

    private final File file;
    private final long records;
    private final String head;
    private final long brokenLine;
    private final @Nullable String problem;
    private final boolean torn;
    private final @Nullable String previousFile;
    private final @Nullable String previousHead;

    ChainReport(
            File file,
            long records,
            String head,
            long brokenLine,
            @Nullable String problem,
            boolean torn,
            @Nullable String previousFile,
            @Nullable String previousHead) {
        this.file = file;
        this.records = records;
        this.head = head;
        this.brokenLine = brokenLine;
        this.problem = problem;
        this.torn = torn;
        this.previousFile = previousFile;
        this.previousHead = previousHead;
    }

    ChainReport with(String newProblem) {
        return new ChainReport(file, records, head, brokenLine, newProblem, torn, previousFile, previousHead);
    }

    public File file() {
        return file;
    }

    /** How many lines link, from the first on. */
    public long records() {
        return records;
    }

    /** Hash of the last line that links; worth keeping where the application's user cannot write. */
    public String head() {
        return head;
    }

    public boolean intact() {
        return problem == null;
    }

    /** The first line that does not link, 0 where all do. */
    public long brokenLine() {
        return brokenLine;
    }

    /** What is wrong, without the file's name; null where nothing is. */
    public @Nullable String problem() {
        return problem;
    }

    /** Whether the file ends within a line, as after a crash; that line counts as never written. */
    public boolean torn() {
        return torn;
    }

    /** The chain that this one names as the one before it. */
    public @Nullable String previousFile() {
        return previousFile;
    }

    @Nullable
    String previousHead() {
        return previousHead;
    }
}
