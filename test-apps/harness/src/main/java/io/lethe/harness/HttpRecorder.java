package io.lethe.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;

/**
 * An HTTP/1.1 server on a free port of 127.0.0.1 that keeps every byte of every request, as it was before TLS encrypted it:
 * where a redirect leads to that must not receive a secret, an impostor, and the witness of what unchanged requests look like
 * on the wire. It answers {@code recorded}, and to {@code /redirect?to=<URL>} with that redirect. Thread-safe.
 */
public final class HttpRecorder implements AutoCloseable {

    private final String scheme;
    private final AtomicInteger requests;
    private final Listener listener;

    private HttpRecorder(String scheme, AtomicInteger requests, Listener listener) {
        this.scheme = scheme;
        this.requests = requests;
        this.listener = listener;
    }

    /** In clear text. */
    public static HttpRecorder plain() {
        AtomicInteger requests = new AtomicInteger();
        return new HttpRecorder(
                "http", requests, Listener.start((in, out) -> speak(in, out, null, requests::incrementAndGet)));
    }

    /** In clear text, HTTP/2 alone, for clients that know. */
    public static HttpRecorder plainHttp2() {
        AtomicInteger requests = new AtomicInteger();
        return new HttpRecorder(
                "http",
                requests,
                Listener.start((in, out) -> Http2Recording.speak(in, out, null, requests::incrementAndGet)));
    }

    /**
     * A SOCKS 5 proxy (RFC 1928) that lets everybody through and then is the server itself, in clear text: it reads all that a
     * client sends.
     */
    public static HttpRecorder socks() {
        AtomicInteger requests = new AtomicInteger();
        return new HttpRecorder("socks", requests, Listener.start((in, out) -> {
            int version = in.read();
            in.readNBytes(in.read());
            out.write(new byte[] {(byte) version, 0});
            in.readNBytes(3);
            int kind = in.read();
            in.readNBytes((kind == 1 ? 4 : kind == 4 ? 16 : in.read()) + 2);
            out.write(new byte[] {(byte) version, 0, 0, 1, 0, 0, 0, 0, 0, 0});
            speak(in, out, null, requests::incrementAndGet);
        }));
    }

    /** Over TLS. */
    public static HttpRecorder tls(Authority.Identity identity) {
        return tls(identity, HttpProtocol.H1, null);
    }

    /** Over TLS; HTTP/2, where it is asked for, it speaks alone and answers without a body. */
    public static HttpRecorder tls(Authority.Identity identity, HttpProtocol protocol) {
        return tls(identity, protocol, null);
    }

    /** The same, which answers every request with a redirect to this URL of fewer than 120 characters; port 0 is its own. */
    public static HttpRecorder redirecting(Authority.Identity identity, HttpProtocol protocol, String url) {
        return tls(identity, protocol, url);
    }

    /** Over TLS, HTTP/1.1: refuses every request with 401 and asks for credentials of this scheme. */
    public static HttpRecorder asking(Authority.Identity identity, String scheme) {
        AtomicInteger requests = new AtomicInteger();
        String answer = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: " + scheme + "\r\nContent-Length: 0\r\n\r\n";
        Listener.Dialogue dialogue = (in, out) -> {
            for (String head = head(in); head != null; head = head(in)) {
                requests.incrementAndGet();
                out.write(answer.getBytes(StandardCharsets.US_ASCII));
                out.flush();
            }
        };
        ServerSocketFactory sockets = new Sockets(identity.context().getServerSocketFactory(), "http/1.1");
        return new HttpRecorder("https", requests, Listener.start(sockets, dialogue));
    }

    /** Over TLS, HTTP/1.1, on another address of this machine and the port of the other server. */
    public static HttpRecorder beside(HttpRecorder other, String address, Authority.Identity identity) {
        AtomicInteger requests = new AtomicInteger();
        Listener.Dialogue dialogue = (in, out) -> speak(in, out, null, requests::incrementAndGet);
        ServerSocketFactory sockets = new Sockets(identity.context().getServerSocketFactory(), "http/1.1");
        return new HttpRecorder("https", requests, Listener.start(address, other.port(), sockets, dialogue));
    }

    private static HttpRecorder tls(Authority.Identity identity, HttpProtocol protocol, String redirect) {
        AtomicInteger requests = new AtomicInteger();
        CompletableFuture<Integer> port = new CompletableFuture<>();
        Supplier<String> to = () -> redirect == null ? null : redirect.replace(":0/", ":" + port.join() + "/");
        Listener.Dialogue dialogue = protocol == HttpProtocol.H2
                ? (in, out) -> Http2Recording.speak(in, out, to.get(), requests::incrementAndGet)
                : (in, out) -> speak(in, out, to.get(), requests::incrementAndGet);
        String alpn = protocol == HttpProtocol.H2 ? "h2" : "http/1.1";
        ServerSocketFactory sockets = new Sockets(identity.context().getServerSocketFactory(), alpn);
        HttpRecorder recorder = new HttpRecorder("https", requests, Listener.start(sockets, dialogue));
        port.complete(recorder.port());
        return recorder;
    }

    private static void speak(InputStream in, OutputStream out, String always, Runnable requested) throws IOException {
        for (String head = head(in); head != null; head = head(in)) {
            body(in, head.toLowerCase(Locale.ROOT));
            requested.run();
            String redirect = always != null ? always : between(head, "/redirect?to=", " ");
            String answer = redirect == null
                    ? "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nrecorded\n"
                    : "HTTP/1.1 302 Found\r\nLocation: " + redirect + "\r\nContent-Length: 0\r\n\r\n";
            out.write(answer.getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
    }

    /** Request line and headers; null at the end of the connection. */
    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int value = in.read();
            if (value < 0) {
                return null;
            }
            head.append((char) value);
        }
        return head.toString();
    }

    private static void body(InputStream in, String head) throws IOException {
        String length = between(head, "\r\ncontent-length:", "\r\n");
        if (length != null) {
            in.readNBytes(Integer.parseInt(length.trim()));
        } else if (head.contains("\r\ntransfer-encoding: chunked")) {
            for (String chunk = head(in); chunk != null && !chunk.endsWith("0\r\n\r\n"); chunk = head(in)) {
                // On to the last one.
            }
        }
    }

    private static String between(String text, String before, String after) {
        int from = text.indexOf(before);
        return from < 0 ? null : text.substring(from + before.length(), text.indexOf(after, from + before.length()));
    }

    /** The origin, as URLs begin. */
    public String origin() {
        return scheme + "://localhost:" + listener.port();
    }

    /** Its port. */
    public int port() {
        return listener.port();
    }

    /** How many requests came in whole. */
    public int requests() {
        return requests.get();
    }

    /** How many connections came in. */
    public int connections() {
        return listener.connections();
    }

    /** What came in so far, one array for each connection, in the order of their beginnings. */
    public List<byte[]> received() {
        return listener.received();
    }

    /** All of it, as Latin-1. */
    public String text() {
        return listener.text();
    }

    @Override
    public void close() {
        listener.close();
    }

    /** TLS that offers one protocol (RFC 7301). */
    private static final class Sockets extends ServerSocketFactory {

        private final ServerSocketFactory sockets;
        private final String protocol;

        Sockets(ServerSocketFactory sockets, String protocol) {
            this.sockets = sockets;
            this.protocol = protocol;
        }

        @Override
        public ServerSocket createServerSocket(int port) throws IOException {
            return offering(sockets.createServerSocket(port));
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog) throws IOException {
            return offering(sockets.createServerSocket(port, backlog));
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog, InetAddress address) throws IOException {
            return offering(sockets.createServerSocket(port, backlog, address));
        }

        private ServerSocket offering(ServerSocket socket) {
            SSLServerSocket tls = (SSLServerSocket) socket;
            SSLParameters parameters = tls.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {protocol});
            tls.setSSLParameters(parameters);
            return socket;
        }
    }
}
