package io.lethe.broker.transport;

import io.lethe.secret.GcWatch;

/**
 * How long something secret stood on the Java heap in the clear, and how many collections fell into that time, over all steps of
 * one exchange: a collection may leave a copy behind, and the audit trail says so. Waiting for a network is no such step.
 *
 * <p>Loaded by the agent loader. One thread.
 */
public final class ClearTime {

    private long nanos;
    private int collections;
    private long start;
    private long mark;

    /** A step begins. */
    public void begin() {
        mark = GcWatch.mark();
        start = System.nanoTime();
    }

    /** It is over, and all that stood in the clear is overwritten. */
    public void end() {
        nanos += System.nanoTime() - start;
        int found = GcWatch.since(mark);
        collections =
                found == GcWatch.UNKNOWN || collections == GcWatch.UNKNOWN ? GcWatch.UNKNOWN : collections + found;
    }

    public long nanos() {
        return nanos;
    }

    /** {@link GcWatch#UNKNOWN} where they cannot be counted. */
    public int collections() {
        return collections;
    }
}
