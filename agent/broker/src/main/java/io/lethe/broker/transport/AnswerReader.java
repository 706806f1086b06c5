package io.lethe.broker.transport;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/**
 * Reads answers of HTTP/1.1 (RFC 9112), strictly: the length is given once, by {@code Content-Length} or by chunks, all lines end
 * with CR and LF, all is bounded. What the answer says goes off the heap; of its head no more than a line is kept, and overwritten.
 *
 * <p>Loaded by the agent loader. One thread, one answer. What is no such answer is an {@link IOException} in words that follow the
 * server's name and hold nothing of it.
 */
final class AnswerReader {

    private static final int LONGEST_LINE = 8192;
    private static final int MOST_LINES = 100;
    private static final int MOST_INTERIM = 5;
    private static final int CHUNK_DIGITS = 8;
    private static final int LENGTH_DIGITS = 10;
    private static final int UNKNOWN = -1;

    private final ByteInput in;
    private final OffHeap body;
    private final byte[] line = new byte[LONGEST_LINE];
    private int lineLength;
    private boolean chunked;
    private boolean encoded;
    private long length = UNKNOWN;
    private boolean closing;

    private AnswerReader(ByteInput in, OffHeap body) {
        this.in = in;
        this.body = body;
    }

    /**
     * Reads one answer to a request that was no HEAD.
     *
     * @param body gets the content, as much as it has room for; more is an error
     */
    static Answer read(ByteInput in, OffHeap body) throws IOException {
        AnswerReader reader = new AnswerReader(in, body);
        try {
            return reader.answer();
        } finally {
            Arrays.fill(reader.line, (byte) 0);
        }
    }

    private Answer answer() throws IOException {
        int status = head();
        for (int i = 0; status < 200; i++) {
            if (i == MOST_INTERIM || status == 101) {
                throw wrong("a status that was not asked for");
            }
            status = head();
        }
        if (status == 204 || status == 304) {
            return new Answer(status, closing);
        }
        if (encoded) {
            throw wrong("an encoding that was not asked for");
        }
        if (chunked) {
            chunks();
        } else if (length == UNKNOWN) {
            // Read until its end, it could have been cut off by anybody.
            throw wrong("no length");
        } else {
            content(length);
        }
        return new Answer(status, closing);
    }

    private int head() throws IOException {
        chunked = false;
        encoded = false;
        length = UNKNOWN;
        line();
        boolean old = startsWith("http/1.0 ");
        if (!(old || startsWith("http/1.1 ")) || lineLength < 12 || (lineLength > 12 && line[12] != ' ')) {
            throw new IOException("does not speak HTTP/1.1");
        }
        closing |= old;
        int status = (int) digits(9, 12, 10);
        if (status < 100 || status > 599) {
            throw wrong("no status");
        }
        fields(true);
        return status;
    }

    /** @param counts whether they are the head's; what follows the content says nothing about it any more */
    private void fields(boolean counts) throws IOException {
        line();
        for (int lines = 0; lineLength > 0; lines++) {
            if (lines == MOST_LINES) {
                throw wrong("too many headers");
            }
            field(counts);
            line();
        }
    }

    private void field(boolean counts) throws IOException {
        int colon = 0;
        while (colon < lineLength && isToken(line[colon])) {
            colon++;
        }
        if (colon == 0 || colon == lineLength || line[colon] != ':') {
            throw wrong("a header that is none");
        }
        if (!counts) {
            return;
        }
        int from = colon + 1;
        int to = lineLength;
        while (from < to && isBlank(line[from])) {
            from++;
        }
        while (to > from && isBlank(line[to - 1])) {
            to--;
        }
        if (isName("content-length", colon)) {
            long value = to - from > LENGTH_DIGITS ? UNKNOWN : digits(from, to, 10);
            if (value < 0 || length != UNKNOWN && length != value || chunked) {
                throw wrong("no single length");
            }
            length = value;
        } else if (isName("transfer-encoding", colon)) {
            if (chunked || length != UNKNOWN || !is("chunked", from, to)) {
                throw wrong("no single length");
            }
            chunked = true;
        } else if (isName("content-encoding", colon)) {
            encoded |= !is("identity", from, to);
        } else if (isName("connection", colon)) {
            closing |= is("close", from, to);
        }
    }

    private void chunks() throws IOException {
        while (true) {
            line();
            int end = 0;
            while (end < lineLength && line[end] != ';' && !isBlank(line[end])) {
                end++;
            }
            long size = end > CHUNK_DIGITS ? UNKNOWN : digits(0, end, 16);
            if (size < 0) {
                throw wrong("a chunk without a size");
            }
            if (size == 0) {
                break;
            }
            content(size);
            line();
            if (lineLength > 0) {
                throw wrong("a chunk that is longer than it says");
            }
        }
        // What follows the last chunk are headers that nobody needs.
        fields(false);
    }

    private void content(long count) throws IOException {
        for (long i = 0; i < count; i++) {
            int b = next();
            if (!body.add((byte) b)) {
                throw new IOException("gave an answer that is too long");
            }
        }
    }

    private void line() throws IOException {
        lineLength = 0;
        while (true) {
            int b = next();
            if (b == '\r') {
                if (next() != '\n') {
                    throw wrong("a line that does not end");
                }
                return;
            }
            if (b == '\n' || b == 0 || lineLength == LONGEST_LINE) {
                throw wrong("a line that does not end");
            }
            line[lineLength++] = (byte) b;
        }
    }

    private int next() throws IOException {
        int b = in.read();
        if (b < 0) {
            throw new EOFException("closed the connection in the middle of its answer");
        }
        return b;
    }

    /** The number that these characters are; negative where they are none. */
    private long digits(int from, int to, int radix) {
        long number = from < to ? 0 : UNKNOWN;
        for (int i = from; i < to && number >= 0; i++) {
            // Of other scripts there are digits, too, but not in one byte.
            int digit = line[i] < 0 ? -1 : Character.digit((char) line[i], radix);
            number = digit < 0 ? UNKNOWN : number * radix + digit;
        }
        return number;
    }

    private boolean startsWith(String lower) {
        return lineLength >= lower.length() && is(lower, 0, lower.length());
    }

    private boolean isName(String lower, int end) {
        return is(lower, 0, end);
    }

    private boolean is(String lower, int from, int to) {
        if (to - from != lower.length()) {
            return false;
        }
        for (int i = 0; i < lower.length(); i++) {
            int c = line[from + i];
            if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBlank(byte c) {
        return c == ' ' || c == '\t';
    }

    private static boolean isToken(byte c) {
        return c > ' ' && c < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
    }

    private static IOException wrong(String what) {
        return new IOException("gave an answer with " + what);
    }
}
