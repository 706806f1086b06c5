package io.lethe.secret;

import java.util.Arrays;

/**
 * The time during which one secret stands in the clear in one array. Opened by {@link Sealed#open()}; closing it
 * overwrites the array.
 *
 * <p>Loaded by the agent loader. Used by one thread, in try-with-resources. The array is lent: it must not be kept.
 */
public final class Window implements AutoCloseable {

    private final byte[] bytes;
    private final long openedAt = System.nanoTime();
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
        Arrays.fill(bytes, (byte) 0);
        if (nanos < 0) {
            nanos = System.nanoTime() - openedAt;
        }
    }

    /** How long the window was open, in nanoseconds; -1 while it is. */
    public long nanos() {
        return nanos;
    }
}
