package io.lethe.harness;

import java.util.Map;

/** Counts copies of secrets in the whole memory of another process, which stands still meanwhile. */
public interface MemoryScan {

    /** @param wanted what to look for, by name; in every encoding that the scanner knows */
    Residue scan(long pid, Map<String, byte[]> wanted);

    /** The scanner that tests use. */
    static MemoryScan standard() {
        return new ProcMemoryScan();
    }
}
