package io.lethe.harness;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;

/**
 * An HTTP/2 server over TLS that answers every request with 200 and nothing else, and keeps the header blocks as they came:
 * how a client encoded its fields is what a real server would not tell. Thread-safe.
 */
final class HeaderBlocks implements AutoCloseable {

    private static final int PREFACE = 24;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int ACK = 1;
    private static final int PADDED = 8;
    private static final int PRIORITY = 32;
    /** END_STREAM and END_HEADERS. */
    private static final int WHOLE = 5;
    /** {@code :status: 200} of the static table. */
    private static final byte[] OK = {(byte) 0x88};

    private final Listener listener;

    private HeaderBlocks(Listener listener) {
        this.listener = listener;
    }

    static HeaderBlocks start(Authority.Identity identity) {
        ServerSocketFactory tls = identity.context().getServerSocketFactory();
        return new HeaderBlocks(Listener.start(new Alpn(tls), HeaderBlocks::speak));
    }

    String origin() {
        return "https://localhost:" + listener.port();
    }

    /** The header block of each HEADERS frame, in order. */
    List<byte[]> headerBlocks() {
        List<byte[]> blocks = new ArrayList<>();
        for (byte[] connection : listener.received()) {
            ByteBuffer all = ByteBuffer.wrap(connection);
            all.position(Math.min(PREFACE, all.limit()));
            while (all.remaining() >= 9) {
                int length = (all.getShort() & 0xffff) << 8 | all.get() & 0xff;
                int type = all.get();
                int flags = all.get();
                all.getInt();
                byte[] payload = new byte[Math.min(length, all.remaining())];
                all.get(payload);
                if (type == HEADERS) {
                    int padding = (flags & PADDED) == 0 ? 0 : 1 + payload[0];
                    int from = (padding == 0 ? 0 : 1) + ((flags & PRIORITY) == 0 ? 0 : 5);
                    blocks.add(Arrays.copyOfRange(payload, from, payload.length - Math.max(0, padding - 1)));
                }
            }
        }
        return blocks;
    }

    private static void speak(InputStream in, OutputStream out) throws IOException {
        DataInputStream frames = new DataInputStream(in);
        frames.readNBytes(PREFACE);
        frame(out, SETTINGS, 0, 0, new byte[0]);
        while (true) {
            int length = frames.readUnsignedShort() << 8 | frames.readUnsignedByte();
            int type = frames.readUnsignedByte();
            int flags = frames.readUnsignedByte();
            int stream = frames.readInt();
            byte[] payload = frames.readNBytes(length);
            if (type == HEADERS) {
                frame(out, HEADERS, WHOLE, stream, OK);
            } else if ((type == SETTINGS || type == PING) && flags != ACK) {
                frame(out, type, ACK, 0, type == PING ? payload : new byte[0]);
            }
        }
    }

    private static void frame(OutputStream out, int type, int flags, int stream, byte[] payload) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(9);
        head.put((byte) 0).putShort((short) payload.length).put((byte) type).put((byte) flags);
        head.putInt(stream);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(head.array());
        whole.write(payload);
        out.write(whole.toByteArray());
        out.flush();
    }

    @Override
    public void close() {
        listener.close();
    }

    /** Server sockets that speak HTTP/2 only. */
    private static final class Alpn extends ServerSocketFactory {

        private final ServerSocketFactory tls;

        Alpn(ServerSocketFactory tls) {
            this.tls = tls;
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog, InetAddress address) throws IOException {
            SSLServerSocket socket = (SSLServerSocket) tls.createServerSocket(port, backlog, address);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            return socket;
        }

        @Override
        public ServerSocket createServerSocket(int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog) {
            throw new UnsupportedOperationException();
        }
    }
}
