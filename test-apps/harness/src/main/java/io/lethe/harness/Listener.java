package io.lethe.harness;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ServerSocketFactory;

/**
 * A server on a free port of 127.0.0.1 that keeps every byte it receives, so that a test can claim what was never sent.
 * Every connection has a thread of its own, in which {@link Dialogue} speaks. Thread-safe.
 */
public final class Listener implements AutoCloseable {

    /** What a server says on one connection; the stream that it reads records. */
    public interface Dialogue {
        /** Speaks until the conversation is over; a client that hangs up ends it with an exception, which is normal. */
        void speak(InputStream in, OutputStream out) throws IOException;

        /** The same for one that needs the socket itself, such as for TLS in the midst. */
        default void speak(Socket socket, InputStream in, OutputStream out) throws IOException {
            speak(in, out);
        }
    }

    private final ServerSocket server;
    private final Dialogue dialogue;
    private final List<Recording> recordings = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    private Listener(ServerSocket server, Dialogue dialogue) {
        this.server = server;
        this.dialogue = dialogue;
    }

    public static Listener start(Dialogue dialogue) {
        return start(ServerSocketFactory.getDefault(), dialogue);
    }

    /** With sockets of this factory: over TLS, what is read and recorded is what the client sent before it was encrypted. */
    static Listener start(ServerSocketFactory factory, Dialogue dialogue) {
        return start("127.0.0.1", 0, factory, dialogue);
    }

    /** The same on another address of this machine, or on a given port of it. */
    static Listener start(String address, int port, ServerSocketFactory factory, Dialogue dialogue) {
        try {
            ServerSocket server = factory.createServerSocket(port, 50, InetAddress.getByName(address));
            Listener listener = new Listener(server, dialogue);
            daemon("listener", listener::accept);
            return listener;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads what comes, answers nothing. */
    public static Listener silent() {
        return start((in, out) -> in.transferTo(OutputStream.nullOutputStream()));
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                Recording recording = new Recording(socket.getInputStream());
                recordings.add(recording);
                daemon("conversation", () -> converse(socket, recording));
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private void converse(Socket socket, Recording recording) {
        try (socket) {
            dialogue.speak(socket, recording, socket.getOutputStream());
        } catch (IOException e) {
            // The client hung up; what it sent is recorded.
        }
    }

    private static void daemon(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
    }

    public int port() {
        return server.getLocalPort();
    }

    /** How many connections came in. */
    public int connections() {
        return recordings.size();
    }

    /** What came in so far, one array for each connection. */
    public List<byte[]> received() {
        List<byte[]> all = new ArrayList<>();
        for (Recording recording : recordings) {
            all.add(recording.bytes());
        }
        return all;
    }

    /** All that came in, as Latin-1: for a look at what a client said. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (byte[] bytes : received()) {
            text.append(new String(bytes, StandardCharsets.ISO_8859_1)).append('\n');
        }
        return text.toString();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keeps what was read through it. */
    private static final class Recording extends InputStream {

        private final InputStream in;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

        Recording(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            int value = in.read();
            if (value >= 0) {
                kept.write(value);
            }
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = in.read(buffer, offset, length);
            if (count > 0) {
                kept.write(buffer, offset, count);
            }
            return count;
        }

        byte[] bytes() {
            return kept.toByteArray();
        }
    }
}
