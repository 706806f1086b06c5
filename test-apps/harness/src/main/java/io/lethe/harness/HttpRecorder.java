package io.lethe.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * An HTTP/1.1 server on a free port of 127.0.0.1 that keeps every byte of every request, as it was before TLS encrypted it:
 * where a redirect leads to that must not receive a secret, an impostor, and the witness of what unchanged requests look like
 * on the wire. It answers {@code recorded}, and to {@code /redirect?to=<URL>} with that redirect. Thread-safe.
 */
public final class HttpRecorder implements AutoCloseable {

    private final String scheme;
    private final Listener listener;

    private HttpRecorder(String scheme, Listener listener) {
        this.scheme = scheme;
        this.listener = listener;
    }

    /** In clear text. */
    public static HttpRecorder plain() {
        return new HttpRecorder("http", Listener.start(HttpRecorder::speak));
    }

    /** Over TLS. */
    public static HttpRecorder tls(Authority.Identity identity) {
        return new HttpRecorder(
                "https", Listener.start(identity.context().getServerSocketFactory(), HttpRecorder::speak));
    }

    private static void speak(InputStream in, OutputStream out) throws IOException {
        for (String head = head(in); head != null; head = head(in)) {
            body(in, head.toLowerCase(Locale.ROOT));
            String redirect = between(head, "/redirect?to=", " ");
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
}
