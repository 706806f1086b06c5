package io.lethe.cli.scan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What a scan found and how far it reached. Immutable; holds nothing of any secret. */
public final class Report {

    private final String subject;
    private final List<String> needles;
    private final List<Finding> findings;
    private final long bytes;
    private final long unreadable;
    private final long nanos;
    private final boolean stopped;

    Report(
            String subject,
            List<Needle> sought,
            List<Finding> findings,
            long bytes,
            long unreadable,
            long nanos,
            boolean stopped) {
        List<String> names = new ArrayList<>();
        for (Needle needle : sought) {
            names.add(needle.name());
        }
        this.subject = subject;
        this.needles = Collections.unmodifiableList(names);
        this.findings = findings;
        this.bytes = bytes;
        this.unreadable = unreadable;
        this.nanos = nanos;
        this.stopped = stopped;
    }

    /** {@code process 4711} or the file's name. */
    public String subject() {
        return subject;
    }

    /** Names of all that was looked for, found or not. */
    public List<String> needles() {
        return needles;
    }

    public List<Finding> findings() {
        return findings;
    }

    /** Whether nothing at all was found. */
    public boolean clean() {
        return findings.isEmpty();
    }

    /** Whole copies of all secrets in all encodings. */
    public int copies() {
        return count(Finding.Kind.COPY);
    }

    /** Parts of secrets outside of whole copies. */
    public int fragments() {
        return count(Finding.Kind.FRAGMENT);
    }

    /** Derived values. */
    public int derived() {
        return count(Finding.Kind.DERIVED);
    }

    /** How often this needle was found as this. */
    public int count(String needle, Finding.Kind kind) {
        int n = 0;
        for (Finding f : findings) {
            n += f.kind() == kind && f.needle().equals(needle) ? 1 : 0;
        }
        return n;
    }

    /** How often this needle was found in this encoding, parts not counted. */
    public int count(String needle, String encoding) {
        int n = 0;
        for (Finding f : findings) {
            boolean whole = f.kind() != Finding.Kind.FRAGMENT;
            n += whole && f.needle().equals(needle) && f.encoding().equals(encoding) ? 1 : 0;
        }
        return n;
    }

    private int count(Finding.Kind kind) {
        int n = 0;
        for (Finding f : findings) {
            n += f.kind() == kind ? 1 : 0;
        }
        return n;
    }

    /** Bytes looked at. */
    public long bytes() {
        return bytes;
    }

    /** Bytes that are mapped and could not be read; where this is not 0, "nothing found" is not the whole truth. */
    public long unreadable() {
        return unreadable;
    }

    public long nanos() {
        return nanos;
    }

    /** Whether the process stood still meanwhile. */
    public boolean stopped() {
        return stopped;
    }
}
