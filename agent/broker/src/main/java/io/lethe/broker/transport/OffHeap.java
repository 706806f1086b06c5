package io.lethe.broker.transport;

import io.lethe.secret.ByteSource;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes off the Java heap that grow, where no collector copies them; overwritten as soon as they are let go.
 *
 * <p>Loaded by the agent loader. One thread. Whoever made it closes it; what is read after that is an
 * {@link IndexOutOfBoundsException}.
 */
public final class OffHeap implements ByteSource, AutoCloseable {

    private static final int FIRST = 4096;

    private final int most;
    private @Nullable ByteBuffer bytes;
    private int length;

    /** @param most how many bytes it holds at most */
    public OffHeap(int most) {
        this.most = most;
    }

    /** Appends; false where there is no room. */
    public boolean add(byte b) {
        ByteBuffer room = room(1);
        if (room == null) {
            return false;
        }
        room.put(length++, b);
        return true;
    }

    /** Appends and overwrites what it takes there; false, with nothing taken but overwritten all the same, where there is no room. */
    public boolean take(byte[] from, int offset, int count) {
        ByteBuffer room = room(count);
        for (int i = 0; i < count; i++) {
            if (room != null) {
                room.put(length + i, from[offset + i]);
            }
            from[offset + i] = 0;
        }
        length += room == null ? 0 : count;
        return room != null;
    }

    private @Nullable ByteBuffer room(int more) {
        if (more > most - length) {
            return null;
        }
        ByteBuffer now = bytes;
        if (now != null && more <= now.capacity() - length) {
            return now;
        }
        int capacity = Math.min(most, Math.max(Math.max(FIRST, 2 * length), length + more));
        ByteBuffer larger = ByteBuffer.allocateDirect(capacity);
        for (int i = 0; i < length; i++) {
            larger.put(i, byteAt(i));
        }
        overwrite();
        bytes = larger;
        return larger;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public byte byteAt(int index) {
        ByteBuffer now = bytes;
        if (now == null || index < 0 || index >= length) {
            throw new IndexOutOfBoundsException("no such byte");
        }
        return now.get(index);
    }

    /** Overwrites all and begins anew. */
    public void clear() {
        overwrite();
        length = 0;
    }

    private void overwrite() {
        ByteBuffer now = bytes;
        if (now != null) {
            for (int i = 0; i < length; i++) {
                now.put(i, (byte) 0);
            }
        }
    }

    @Override
    public void close() {
        clear();
        bytes = null;
    }
}
