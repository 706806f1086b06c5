package io.lethe.broker.transport;

import io.lethe.secret.Wipe;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;

/**
 * One TLS connection that leaves nothing: it reads whole records into arrays of its own, in which they are decrypted, and takes
 * the plaintext off the heap there. To be used for a few requests and closed, since the keys of the connection are as good as what
 * went over it.
 *
 * <p>Loaded by the agent loader. One thread. Nothing waits past the deadline: {@link java.net.SocketTimeoutException}. A server that
 * is not the right one is a {@link CertificateException}, any other failure an {@link IOException}; no message holds what was sent or
 * answered.
 */
final class TlsConnection implements ByteInput, AutoCloseable {

    private static final int HEADER = 5;
    private static final int LONGEST_RECORD = (1 << 14) + 2048;
    private static final int MOST_WAITING = 4 * LONGEST_RECORD;

    private final TimedSocket socket;
    private final InputStream in;
    private final OutputStream out;
    private final OffHeap plain = new OffHeap(MOST_WAITING);
    private final TlsRecords records = new TlsRecords(plain);
    private final TlsPeer peer;
    private final ClearTime clear;
    private int at;

    private TlsConnection(TimedSocket socket, TlsPeer peer, ClearTime clear) throws IOException {
        this.socket = socket;
        this.peer = peer;
        this.clear = clear;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    /**
     * Connects and shakes hands.
     *
     * @param clear is told how long what is secret stands in the clear
     * @param deadline {@link System#nanoTime()} value
     */
    static TlsConnection open(ServerAddress server, Authorities authorities, ClearTime clear, long deadline)
            throws IOException {
        TimedSocket socket = new TimedSocket(deadline);
        TlsPeer peer = new TlsPeer(server.host(), authorities);
        boolean done = false;
        try {
            socket.connectTo(server.host(), server.port());
            socket.setTcpNoDelay(true);
            TlsConnection connection = new TlsConnection(socket, peer, clear);
            connection.shakeHands();
            done = true;
            return connection;
        } catch (IOException e) {
            String obstacle = peer.obstacle();
            throw obstacle == null ? plain(e) : new CertificateException(obstacle);
        } finally {
            if (!done) {
                socket.close();
            }
        }
    }

    private void shakeHands() throws IOException {
        records.connect(peer);
        flush();
        while (records.isHandshaking()) {
            if (!record()) {
                throw new EOFException("closed the connection in the middle of the handshake");
            }
            flush();
        }
        if (!records.isConnected()) {
            throw new IOException("did not finish the handshake");
        }
    }

    /** Encrypts; the array is the caller's, who overwrites it and then calls {@link #send()}. */
    void encrypt(byte[] request) throws IOException {
        try {
            records.writeApplicationData(request, 0, request.length);
        } catch (IOException e) {
            throw plain(e);
        }
    }

    /** Sends what was encrypted. */
    void send() throws IOException {
        flush();
    }

    @Override
    public int read() throws IOException {
        while (at == plain.length()) {
            plain.clear();
            at = 0;
            if (records.isClosed() || !more()) {
                return -1;
            }
        }
        return plain.byteAt(at++) & 0xff;
    }

    private boolean more() throws IOException {
        try {
            boolean found = record();
            flush();
            return found;
        } catch (IOException e) {
            throw plain(e);
        }
    }

    /** One record; false where none follows. */
    private boolean record() throws IOException {
        byte[] header = new byte[HEADER];
        if (!fill(header, 0, HEADER)) {
            return false;
        }
        int length = (header[3] & 0xff) << 8 | header[4] & 0xff;
        if (length > LONGEST_RECORD) {
            throw new IOException("does not speak TLS");
        }
        byte[] record = new byte[HEADER + length];
        System.arraycopy(header, 0, record, 0, HEADER);
        if (!fill(record, HEADER, length)) {
            throw new EOFException("closed the connection in the middle of a record");
        }
        // A handshake holds nothing of what is to be kept, and takes a thousand times as long.
        boolean answer = records.isConnected();
        if (answer) {
            clear.begin();
        }
        try {
            records.offerInput(record, 0, record.length);
        } finally {
            Wipe.bytes(record);
            if (answer) {
                clear.end();
            }
        }
        return true;
    }

    /** False where the end was reached before the first byte. */
    private boolean fill(byte[] into, int offset, int count) throws IOException {
        for (int done = 0; done < count; ) {
            int n = in.read(into, offset + done, count - done);
            if (n < 0) {
                if (done == 0 && offset == 0) {
                    return false;
                }
                throw new EOFException("closed the connection in the middle of a record");
            }
            done += n;
        }
        return true;
    }

    private void flush() throws IOException {
        int n = records.getAvailableOutputBytes();
        if (n > 0) {
            byte[] encrypted = new byte[n];
            records.readOutput(encrypted, 0, n);
            out.write(encrypted);
            out.flush();
        }
    }

    /** The library's own exceptions in words for people, and without it in their causes: it lies under another name in lethe.jar. */
    private static IOException plain(IOException e) {
        if (e instanceof TlsFatalAlertReceived) {
            return new IOException(
                    "refused the TLS connection (alert " + ((TlsFatalAlertReceived) e).getAlertDescription() + ")");
        }
        if (e instanceof TlsFatalAlert) {
            return new IOException("does not speak TLS 1.2 or 1.3 as it should (alert "
                    + ((TlsFatalAlert) e).getAlertDescription() + ")");
        }
        return e;
    }

    /** Says goodbye, where it can, and overwrites what nobody read. */
    @Override
    public void close() {
        plain.close();
        try {
            if (records.isConnected()) {
                records.close();
                flush();
            }
        } catch (IOException e) {
            // It is closed in any case.
            closeSocket();
        }
        closeSocket();
    }

    private void closeSocket() {
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing is left to be done.
            return;
        }
    }
}
