package io.lethe.secret;

/**
 * The time during which one secret stands in the clear in one array. Opened by {@link Sealed#open()}; closing it
 * overwrites the array.
 *
 * <p>Loaded by the agent loader. Used by one thread, in try-with-resources. The array is lent: it must not be kept.
 */
public final class Window implements AutoCloseable {

    private final byte[] bytes;
    private final long mark = GcWatch.mark();
    private final long openedAt = System.nanoTime();
    private int collections;
    private long nanos = -1;

    Window(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The secret in the clear, of exactly its length; overwritten by {@link #close()}. */
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public void close() {
        Wipe.bytes(bytes);
        if (nanos < 0) {
            nanos = System.nanoTime() - openedAt;
            collections = GcWatch.since(mark);
        }
    }

    /** How long the window was open, in nanoseconds; -1 while it is. */
    public long nanos() {
        return nanos;
    }

    /**
     * How many collections fell between opening and closing, or so far while it is open; {@link GcWatch#UNKNOWN} where
     * they cannot be counted. Where it is not 0 a copy of the secret may lie in freed memory.
     */
    public int collections() {
        return nanos < 0 ? GcWatch.since(mark) : collections;
    }
}
