package io.lethe.harness;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLSocket;

/**
 * Speaks PostgreSQL's protocol 3 and asks for what an attacker would ask for. It has TLS where it is
 * {@link #over}, refuses every login in the end and keeps each message of type {@code p} (password, SASL) that a client sent. Thread-safe.
 */
public final class RoguePostgres implements AutoCloseable {

    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;
    private static final int CLEARTEXT = 3;
    private static final int MD5 = 5;
    private static final int SASL = 10;
    private static final int SASL_CONTINUE = 11;

    /** What it asks for after the startup message. */
    private interface Demand {
        void ask(RoguePostgres rogue, DataInputStream in, DataOutputStream out) throws IOException;
    }

    private final Demand demand;
    private final Authority.Identity identity;
    private final Listener listener;
    private final List<byte[]> passwordMessages = new CopyOnWriteArrayList<>();

    private RoguePostgres(Demand demand) {
        this(demand, null);
    }

    private RoguePostgres(Demand demand, Authority.Identity identity) {
        this.demand = demand;
        this.identity = identity;
        listener = Listener.start(new Listener.Dialogue() {
            @Override
            public void speak(InputStream in, OutputStream out) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void speak(Socket socket, InputStream in, OutputStream out) throws IOException {
                RoguePostgres.this.speak(socket, in, out);
            }
        });
    }

    /** Another one that asks for the same, over TLS with this certificate where a client wants TLS. */
    public RoguePostgres over(Authority.Identity other) {
        close();
        return new RoguePostgres(demand, other);
    }

    /** Asks for the password itself. */
    public static RoguePostgres asksCleartext() {
        return new RoguePostgres((rogue, in, out) -> {
            authentication(out, CLEARTEXT, new byte[0]);
            rogue.takePassword(in);
        });
    }

    /** Asks for an MD5 digest with a salt of its choice. */
    public static RoguePostgres asksMd5() {
        return new RoguePostgres((rogue, in, out) -> {
            authentication(out, MD5, new byte[] {1, 2, 3, 4});
            rogue.takePassword(in);
        });
    }

    /** Asks for a proof by SCRAM, takes it, and asks for the password itself. */
    public static RoguePostgres asksCleartextAfterScram() {
        return new RoguePostgres((rogue, in, out) -> {
            scram(rogue, in, out, 4096, "SCRAM-SHA-256");
            authentication(out, CLEARTEXT, new byte[0]);
            rogue.takePassword(in);
        });
    }

    /** Asks for the password itself, twice. */
    public static RoguePostgres asksCleartextTwice() {
        return new RoguePostgres((rogue, in, out) -> {
            for (int i = 0; i < 2; i++) {
                authentication(out, CLEARTEXT, new byte[0]);
                rogue.takePassword(in);
            }
        });
    }

    /** Offers SCRAM and demands {@code iterations} rounds of PBKDF2 over a salt of its choice. */
    public static RoguePostgres asksScram(int iterations, String... mechanisms) {
        return new RoguePostgres((rogue, in, out) -> scram(rogue, in, out, iterations, mechanisms));
    }

    private static void scram(
            RoguePostgres rogue, DataInputStream in, DataOutputStream out, int iterations, String... mechanisms)
            throws IOException {
        authentication(out, SASL, mechanismList(mechanisms));
        String first = new String(rogue.takePassword(in), StandardCharsets.UTF_8);
        int nonce = first.indexOf("r=");
        if (nonce < 0) {
            return;
        }
        String server = first.substring(nonce) + "rogue,s=c2FsdHNhbHRzYWx0c2FsdA==,i=" + iterations;
        authentication(out, SASL_CONTINUE, server.getBytes(StandardCharsets.UTF_8));
        rogue.takePassword(in);
    }

    /** Hangs up after the startup message. */
    public static RoguePostgres hangsUp() {
        return new RoguePostgres((rogue, in, out) -> {
            throw new EOFException("as told");
        });
    }

    public int port() {
        return listener.port();
    }

    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/orders";
    }

    public String target() {
        return "postgresql://127.0.0.1:" + port() + "/orders";
    }

    public int connections() {
        return listener.connections();
    }

    /** Bodies of the password and SASL messages that clients sent. */
    public List<byte[]> passwordMessages() {
        return passwordMessages;
    }

    /** Everything that clients sent, as Latin-1; with TLS, as it was encrypted. */
    public String received() {
        return listener.text();
    }

    /** Whether a client proved that it knows the password, or sent it: anything of use to an attacker. */
    public boolean sawProof() {
        for (byte[] message : passwordMessages) {
            String text = new String(message, StandardCharsets.ISO_8859_1);
            boolean clientFirst = text.startsWith("SCRAM-SHA-256") && !text.contains(",p=");
            if (!clientFirst) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        listener.close();
    }

    private void speak(Socket socket, InputStream rawIn, OutputStream rawOut) throws IOException {
        DataInputStream in = new DataInputStream(rawIn);
        DataOutputStream out = new DataOutputStream(rawOut);
        int code;
        do {
            int length = in.readInt();
            code = in.readInt();
            in.readNBytes(length - 8);
            if (code == SSL_REQUEST && identity != null) {
                out.write('S');
                out.flush();
                SSLSocket tls = (SSLSocket)
                        identity.context().getSocketFactory().createSocket(socket, null, socket.getPort(), true);
                tls.setUseClientMode(false);
                in = new DataInputStream(tls.getInputStream());
                out = new DataOutputStream(tls.getOutputStream());
            } else if (code == SSL_REQUEST || code == GSS_REQUEST) {
                out.write('N');
                out.flush();
            }
        } while (code == SSL_REQUEST || code == GSS_REQUEST);
        demand.ask(this, in, out);
        refuse(out);
        in.transferTo(OutputStream.nullOutputStream());
    }

    private byte[] takePassword(DataInputStream in) throws IOException {
        int type = in.read();
        if (type != 'p') {
            throw new EOFException("the client sent no password");
        }
        byte[] body = in.readNBytes(in.readInt() - 4);
        // pgjdbc flushes a lone header when it is stopped before the body: that proves nothing.
        if (body.length > 0) {
            passwordMessages.add(body);
        }
        return body;
    }

    private static void authentication(DataOutputStream out, int request, byte[] body) throws IOException {
        out.write('R');
        out.writeInt(8 + body.length);
        out.writeInt(request);
        out.write(body);
        out.flush();
    }

    private static byte[] mechanismList(String... mechanisms) throws IOException {
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        for (String mechanism : mechanisms) {
            list.write(mechanism.getBytes(StandardCharsets.US_ASCII));
            list.write(0);
        }
        list.write(0);
        return list.toByteArray();
    }

    private static void refuse(DataOutputStream out) throws IOException {
        byte[] body = "SFATAL\0C28P01\0Mpassword authentication failed\0\0".getBytes(StandardCharsets.US_ASCII);
        out.write('E');
        out.writeInt(4 + body.length);
        out.write(body);
        out.flush();
    }
}
