package io.lethe.harness;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLSocket;

/**
 * Speaks MariaDB's protocol and asks for the plugin that it was told to ask for, over TLS where it has a certificate and the
 * client wants it. It refuses every login in the end, and keeps what clients sent. Thread-safe.
 */
public final class RogueMariadb implements AutoCloseable {

    /** Of the greeting: what all clients and servers of the last ten years can, TLS and plugins included. */
    private static final int CAPABILITIES = 0x0028aa08;

    private static final int TLS = 0x0800;
    private static final byte[] SEED = "0123456789abcdefghij".getBytes(StandardCharsets.US_ASCII);

    private final String greets;
    private final String plugin;
    private final byte[] data;
    private final Authority.Identity identity;
    private final Listener listener;
    private final List<byte[]> answers = new CopyOnWriteArrayList<>();
    private final List<byte[]> responses = new CopyOnWriteArrayList<>();

    private RogueMariadb(String greets, String plugin, byte[] data, Authority.Identity identity) {
        this.greets = greets;
        this.plugin = plugin;
        this.data = data;
        this.identity = identity;
        listener = Listener.start(new Listener.Dialogue() {
            @Override
            public void speak(InputStream in, OutputStream out) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void speak(Socket socket, InputStream in, OutputStream out) throws IOException {
                RogueMariadb.this.speak(socket, in, out);
            }
        });
    }

    /** @param identity null for a server without TLS */
    public static RogueMariadb asks(String plugin, Authority.Identity identity) {
        boolean dialog = plugin.equals("dialog");
        byte[] data =
                (dialog ? "\u0004Password: " : "0123456789abcdefghijklmnopqrstuv").getBytes(StandardCharsets.US_ASCII);
        return new RogueMariadb("mysql_native_password", plugin, data, identity);
    }

    /** Names mysql_clear_password in its greeting already. */
    public static RogueMariadb greetsWithCleartext() {
        return new RogueMariadb("mysql_clear_password", null, new byte[0], null);
    }

    public int port() {
        return listener.port();
    }

    public String url() {
        return "jdbc:" + target();
    }

    public String target() {
        return "mariadb://127.0.0.1:" + port() + "/orders";
    }

    /** What followed the demand for the plugin. */
    public List<byte[]> answers() {
        return answers;
    }

    /** Everything that clients sent, as Latin-1; with TLS, as it was encrypted. */
    public String received() {
        return listener.text();
    }

    /** Whether a client's first message holds the native scramble of this password. */
    public boolean sawScrambleOf(byte[] password) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            byte[] hash = sha1.digest(password);
            byte[] stored = sha1.digest(hash);
            sha1.update(SEED);
            byte[] scramble = sha1.digest(stored);
            for (int i = 0; i < scramble.length; i++) {
                scramble[i] ^= hash[i];
            }
            String wanted = new String(scramble, StandardCharsets.ISO_8859_1);
            return responses.stream().anyMatch(sent -> new String(sent, StandardCharsets.ISO_8859_1).contains(wanted));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        listener.close();
    }

    private void speak(Socket socket, InputStream rawIn, OutputStream rawOut) throws IOException {
        InputStream in = rawIn;
        OutputStream out = rawOut;
        write(out, 0, greeting());
        byte[] response = read(in);
        int sequence = 1;
        if (identity != null && (response[1] << 8 & TLS) != 0 && response.length == 32) {
            SSLSocket tls = (SSLSocket)
                    identity.context().getSocketFactory().createSocket(socket, null, socket.getPort(), true);
            tls.setUseClientMode(false);
            in = tls.getInputStream();
            out = tls.getOutputStream();
            response = read(in);
            sequence++;
        }
        responses.add(response);
        if (plugin != null) {
            ByteArrayOutputStream demand = new ByteArrayOutputStream();
            demand.write(0xfe);
            demand.writeBytes(plugin.getBytes(StandardCharsets.US_ASCII));
            demand.write(0);
            demand.writeBytes(data);
            write(out, ++sequence, demand.toByteArray());
            answers.add(read(in));
            sequence++;
        }
        byte[] error = "\u0000#28000Access denied".getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream refusal = new ByteArrayOutputStream();
        refusal.write(0xff);
        refusal.write(1045 & 0xff);
        refusal.write(1045 >> 8);
        refusal.write(error, 1, error.length - 1);
        write(out, ++sequence, refusal.toByteArray());
        in.transferTo(OutputStream.nullOutputStream());
    }

    private byte[] greeting() {
        int capabilities = identity == null ? CAPABILITIES & ~TLS : CAPABILITIES;
        ByteArrayOutputStream greeting = new ByteArrayOutputStream();
        greeting.write(10);
        greeting.writeBytes("5.5.5-10.11.0-MariaDB\0".getBytes(StandardCharsets.US_ASCII));
        greeting.writeBytes(new byte[] {1, 0, 0, 0});
        greeting.write(SEED, 0, 8);
        greeting.write(0);
        greeting.write(capabilities & 0xff);
        greeting.write(capabilities >> 8 & 0xff);
        greeting.writeBytes(new byte[] {45, 2, 0});
        greeting.write(capabilities >> 16 & 0xff);
        greeting.write(capabilities >> 24 & 0xff);
        greeting.write(SEED.length + 1);
        greeting.writeBytes(new byte[10]);
        greeting.write(SEED, 8, SEED.length - 8);
        greeting.write(0);
        greeting.writeBytes((greets + "\0").getBytes(StandardCharsets.US_ASCII));
        return greeting.toByteArray();
    }

    private static byte[] read(InputStream in) throws IOException {
        byte[] header = in.readNBytes(4);
        if (header.length < 4) {
            throw new EOFException("the client hung up");
        }
        return in.readNBytes((header[0] & 0xff) | (header[1] & 0xff) << 8 | (header[2] & 0xff) << 16);
    }

    private static void write(OutputStream out, int sequence, byte[] body) throws IOException {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(body.length & 0xff);
        packet.write(body.length >> 8 & 0xff);
        packet.write(body.length >> 16 & 0xff);
        packet.write(sequence);
        packet.writeBytes(body);
        out.write(packet.toByteArray());
        out.flush();
    }
}
