package io.lethe.broker.audit;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
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
        long total = in.length();
        for (long step = STEP; ; step *= 4) {
            int length = (int) Math.min(total, Math.min(step, 2L * AuditReader.MAX_LINE));
            byte[] end = new byte[length];
            in.seek(total - length);
            in.readFully(end);
            int last = lineFeedBefore(end, length);
            int first = last < 0 ? -1 : lineFeedBefore(end, last);
            if (first >= 0 || length == total || length == 2 * AuditReader.MAX_LINE) {
                byte[] line = last < 0 ? null : Arrays.copyOfRange(end, first + 1, last);
                return new Tail(line, total - length + last + 1, last + 1 < length);
            }
        }
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
