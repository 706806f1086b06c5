package io.lethe.harness;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;

/**
 * An HTTP/2 server over TLS on a free port of 127.0.0.1 that answers every request with 200 and keeps the frames with which
 * clients sent headers and bodies, as they were before TLS encrypted them. It understands what it must of RFC 9113 and no
 * HPACK. Thread-safe.
 */
public final class H2Recorder implements AutoCloseable {

    private static final int PREFACE = 24;
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int CONTINUATION = 9;
    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    /** {@code :status: 200} in HPACK's static table. */
    private static final byte[] STATUS_200 = {(byte) 0x88};

    private final Listener listener;

    private H2Recorder(Listener listener) {
        this.listener = listener;
    }

    public static H2Recorder start(Authority.Identity identity) {
        return new H2Recorder(Listener.start(new Offering(identity.context()), H2Recorder::speak));
    }

    private static void speak(InputStream in, OutputStream out) throws IOException {
        DataInputStream frames = new DataInputStream(in);
        frames.readNBytes(PREFACE);
        frame(out, SETTINGS, 0, 0, new byte[0]);
        boolean ends = false;
        while (true) {
            Frame frame = Frame.read(frames);
            switch (frame.type) {
                case SETTINGS -> {
                    if ((frame.flags & ACK) == 0) {
                        frame(out, SETTINGS, ACK, 0, new byte[0]);
                    }
                }
                case PING -> {
                    if ((frame.flags & ACK) == 0) {
                        frame(out, PING, ACK, 0, frame.payload);
                    }
                }
                case HEADERS, CONTINUATION, DATA -> {
                    ends = frame.type == CONTINUATION ? ends : (frame.flags & END_STREAM) != 0;
                    if (ends && (frame.type == DATA || (frame.flags & END_HEADERS) != 0)) {
                        frame(out, HEADERS, END_HEADERS | END_STREAM, frame.stream, STATUS_200);
                    }
                }
                default -> {
                    // WINDOW_UPDATE, PRIORITY, GOAWAY: nothing to say.
                }
            }
        }
    }

    private static void frame(OutputStream out, int type, int flags, int stream, byte[] payload) throws IOException {
        byte[] frame = new byte[9 + payload.length];
        frame[1] = (byte) (payload.length >> 8);
        frame[2] = (byte) payload.length;
        frame[3] = (byte) type;
        frame[4] = (byte) flags;
        for (int i = 0; i < 4; i++) {
            frame[5 + i] = (byte) (stream >> 24 - 8 * i);
        }
        System.arraycopy(payload, 0, frame, 9, payload.length);
        out.write(frame);
        out.flush();
    }

    public String origin() {
        return "https://localhost:" + listener.port();
    }

    /** The frames with headers and bodies, as text, in the order in which each connection sent them. */
    public List<String> frames() {
        List<String> all = new ArrayList<>();
        for (byte[] bytes : listener.received()) {
            for (Frame frame : Frame.all(bytes)) {
                if (frame.type == DATA || frame.type == HEADERS || frame.type == CONTINUATION) {
                    all.add(frame.toString());
                }
            }
        }
        return all;
    }

    @Override
    public void close() {
        listener.close();
    }

    /** One frame. */
    private record Frame(int type, int flags, int stream, byte[] payload) {

        static Frame read(DataInputStream in) throws IOException {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt() & 0x7fffffff;
            byte[] payload = new byte[length];
            in.readFully(payload);
            return new Frame(type, flags, stream, payload);
        }

        /** The whole frames behind the preface. */
        static List<Frame> all(byte[] connection) {
            List<Frame> frames = new ArrayList<>();
            try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(connection))) {
                in.readNBytes(PREFACE);
                while (true) {
                    frames.add(read(in));
                }
            } catch (IOException e) {
                return frames;
            }
        }

        @Override
        public String toString() {
            return "type " + type + " flags " + flags + " stream " + stream + " "
                    + HexFormat.of().formatHex(payload);
        }
    }

    /** Sockets that offer HTTP/2 and nothing else. */
    private static final class Offering extends ServerSocketFactory {

        private final SSLContext context;

        Offering(SSLContext context) {
            this.context = context;
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog, InetAddress address) throws IOException {
            SSLServerSocket socket =
                    (SSLServerSocket) context.getServerSocketFactory().createServerSocket(port, backlog, address);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            return socket;
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog) throws IOException {
            return createServerSocket(port, backlog, null);
        }

        @Override
        public ServerSocket createServerSocket(int port) throws IOException {
            return createServerSocket(port, 0, null);
        }
    }
}
