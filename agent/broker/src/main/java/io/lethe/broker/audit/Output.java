package io.lethe.broker.audit;

import java.io.IOException;

/**
 * Where the lines of one chain go.
 *
 * <p>Loaded by the agent loader. Writing and syncing are each guarded by the {@link Chain}, and may happen at the same time.
 */
interface Output {

    /** What the next chain calls this one. */
    String name();

    /** Whether what is written still gets where it should: the file may have been moved or deleted. */
    boolean reaches();

    /** Appends whole lines; they survive the end of this process when this returns. */
    void write(byte[] lines, int length) throws IOException;

    /**
     * Waits until all lines up to one are safe.
     *
     * @param line its number
     * @param head its hash
     */
    void sync(long line, String head) throws IOException;

    /** How many bytes may be written before somebody has to sync. */
    long mostUnsynced();

    void close();
}
