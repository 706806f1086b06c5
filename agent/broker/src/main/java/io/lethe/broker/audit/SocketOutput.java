package io.lethe.broker.audit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;

/**
 * A connection to a server that answers each line with the line's SHA-256 in lower-case hex and a line feed, in the order of
 * the lines, once it is safe there. The hash of the last line stands for all before it, since they are a chain.
 *
 * <p>Loaded by the agent loader. Not more is under way than the system's buffer holds, so that no application thread waits for
 * a server that does not read.
 */
final class SocketOutput implements Output {

    static final int MOST_UNACKNOWLEDGED = 1 << 16;

    private static final int HASH = 64;
    private static final long WAIT = TimeUnit.SECONDS.toNanos(2);

    private final String name;
    private final Socket socket;
    private final OutputStream out;
    private final InputStream in;
    private volatile boolean failed;
    private volatile long written;
    /** What was written when the last sync began; all of it is acknowledged when that ends. */
    private volatile long acknowledged;

    private long acknowledgedLines;

    SocketOutput(String name, Socket socket) throws IOException {
        this.name = name;
        this.socket = socket;
        this.out = socket.getOutputStream();
        this.in = new BufferedInputStream(socket.getInputStream(), 4096);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean reaches() {
        return !failed && !socket.isClosed();
    }

    @Override
    public void write(byte[] lines, int length) throws IOException {
        if (written - acknowledged + length > MOST_UNACKNOWLEDGED) {
            failed = true;
            throw new IOException("it acknowledges nothing");
        }
        out.write(lines, 0, length);
        written += length;
    }

    @Override
    public void sync(long line, String head) throws IOException {
        boolean done = false;
        try {
            long reaches = written;
            long until = System.nanoTime() + WAIT;
            String last = "";
            while (acknowledgedLines < line) {
                last = acknowledgement(until);
                acknowledgedLines++;
            }
            if (!last.isEmpty() && !last.equals(head)) {
                throw new IOException("it acknowledged another line than was sent");
            }
            acknowledged = reaches;
            done = true;
        } finally {
            failed |= !done;
        }
    }

    private String acknowledgement(long until) throws IOException {
        StringBuilder hash = new StringBuilder(HASH);
        while (true) {
            long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            if (left <= 0) {
                throw new SocketTimeoutException("no acknowledgement within 2 s");
            }
            socket.setSoTimeout((int) left);
            int b;
            try {
                b = in.read();
            } catch (SocketTimeoutException e) {
                throw new SocketTimeoutException("no acknowledgement within 2 s");
            }
            if (b < 0) {
                throw new IOException("it closed the connection");
            }
            if (b == '\n') {
                return hash.toString();
            }
            if (hash.length() == HASH) {
                throw new IOException("what it answers is no hash");
            }
            hash.append((char) b);
        }
    }

    @Override
    public long mostUnsynced() {
        return MOST_UNACKNOWLEDGED / 2;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // What counted was acknowledged before.
            return;
        }
    }
}
