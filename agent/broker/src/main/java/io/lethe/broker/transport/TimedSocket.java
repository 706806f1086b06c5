package io.lethe.broker.transport;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;

/**
 * A socket that is over at a deadline: one that answers a byte at a time does not keep an agent thread longer. The application's
 * proxies are not asked.
 *
 * <p>Loaded by the agent loader. One thread. Past the deadline reading fails with a {@link SocketTimeoutException}.
 */
public final class TimedSocket extends Socket {

    private final long deadline;

    /** @param deadline {@link System#nanoTime()} value */
    public TimedSocket(long deadline) {
        super(Proxy.NO_PROXY);
        this.deadline = deadline;
    }

    /** @param host a name, or an address without brackets */
    public void connectTo(String host, int port) throws IOException {
        connect(new InetSocketAddress(host, port), millisLeft());
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new FilterInputStream(super.getInputStream()) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                setSoTimeout(millisLeft());
                return super.read(into, offset, length);
            }
        };
    }

    private int millisLeft() throws SocketTimeoutException {
        long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (millis <= 0) {
            throw new SocketTimeoutException("too late");
        }
        return (int) Math.min(millis, Integer.MAX_VALUE);
    }
}
