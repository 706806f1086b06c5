package io.lethe.broker.audit;

import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The last whole line of a file, found from its end.
 *
 * <p>Loaded by the agent loader and the command line's. Immutable.
 */
final class Tail {

    private static final int STEP = 8192;

    private final byte @Nullable [] line;
    private final long whole;
    private final boolean torn;

    private Tail(byte @Nullable [] line, long whole, boolean torn) {
        this.line = line;
        this.whole = whole;
        this.torn = torn;
    }

    static Tail of(File file) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file, "r")) {
            return of(in);
        }
    }

    static Tail of(RandomAccessFile in) throws IOException {
        return of(in.length(), (at, bytes) -> {
            in.seek(at);
            in.readFully(bytes);
        });
    }

    /** Heeds interrupts, as channels do. */
    static Tail of(FileChannel in) throws IOException {
        return of(in.size(), (at, bytes) -> {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                if (in.read(buffer, at + buffer.position()) < 0) {
                    throw new EOFException("it became shorter");
                }
            }
        });
    }

    private static Tail of(long total, Source in) throws IOException {
        for (long step = STEP; ; step *= 4) {
            int length = (int) Math.min(total, Math.min(step, 2L * AuditReader.MAX_LINE));
            byte[] end = new byte[length];
            in.read(total - length, end);
            int last = lineFeedBefore(end, length);
            int first = last < 0 ? -1 : lineFeedBefore(end, last);
            if (first >= 0 || length == total || length == 2 * AuditReader.MAX_LINE) {
                byte[] line = last < 0 ? null : Arrays.copyOfRange(end, first + 1, last);
                return new Tail(line, total - length + last + 1, last + 1 < length);
            }
        }
    }

    /** Fills the bytes with what is there from a place on. */
    private interface Source {
        void read(long at, byte[] bytes) throws IOException;
    }

    private static int lineFeedBefore(byte[] bytes, int from) {
        int i = from - 1;
        while (i >= 0 && bytes[i] != '\n') {
            i--;
        }
        return i;
    }

    /** Without its line feed; null where there is none. */
    byte @Nullable [] line() {
        return line;
    }

    /** How long the file is up to the end of that line. */
    long whole() {
        return whole;
    }

    /** Whether something follows it that no line feed ends. */
    boolean torn() {
        return torn;
    }
}
