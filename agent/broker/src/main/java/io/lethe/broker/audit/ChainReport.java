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
    private final String name;
    private final long records;
    private final String head;
    private final long brokenLine;
    private final @Nullable String problem;
    private final boolean torn;
    private final long anchored;
    private final @Nullable String previousFile;
    private final @Nullable String previousHead;
    private final @Nullable String manifest;

    ChainReport(ChainWalk walk, long records, long brokenLine, @Nullable String problem) {
        this.file = walk.file();
        this.name = walk.name();
        this.records = records;
        this.head = walk.head();
        this.brokenLine = brokenLine;
        this.problem = problem;
        this.torn = walk.torn();
        this.anchored = walk.anchored();
        this.previousFile = walk.previousFile();
        this.previousHead = walk.previousHead();
        this.manifest = walk.manifest();
    }

    private ChainReport(ChainReport other, String problem) {
        this.file = other.file;
        this.name = other.name;
        this.records = other.records;
        this.head = other.head;
        this.brokenLine = other.brokenLine;
        this.problem = problem;
        this.torn = other.torn;
        this.anchored = other.anchored;
        this.previousFile = other.previousFile;
        this.previousHead = other.previousHead;
        this.manifest = other.manifest;
    }

    ChainReport with(String newProblem) {
        return new ChainReport(this, newProblem);
    }

    /** The file that holds it; several chains of one day may lie in one. */
    public File file() {
        return file;
    }

    /** The file in which it was begun. */
    public String name() {
        return name;
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

    /** How many lines, from the first on, cannot have been changed since a head that was given was kept elsewhere. */
    public long anchored() {
        return anchored;
    }

    /** The chain that this one names as the one before it. */
    public @Nullable String previousFile() {
        return previousFile;
    }

    @Nullable
    String previousHead() {
        return previousHead;
    }

    /** The manifest that its first line names; null in chains of before there were any. */
    @Nullable
    String manifest() {
        return manifest;
    }
}
