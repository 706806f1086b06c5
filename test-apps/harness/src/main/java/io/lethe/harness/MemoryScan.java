package io.lethe.harness;

/** Counts copies of secrets in the whole memory of another process, which stands still meanwhile. */
public interface MemoryScan {

    Residue scan(long pid, Wanted wanted);

    /** The scanner that tests use. */
    static MemoryScan standard() {
        return new ProcMemoryScan();
    }
}
