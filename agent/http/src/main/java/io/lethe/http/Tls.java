package io.lethe.http;

import io.lethe.secret.Sealed;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Whether this JVM's TLS can carry references at all, found out when the first one is to be armed and then known: its JSSE is
 * woven, every place is where it was expected, and a handshake in memory has shown the swap firing.
 *
 * <p>Loaded by the agent loader. Thread-safe. An event loop waits for it as long as for a lease and is then refused; its next
 * request finds it done.
 */
final class Tls {

    private static final String SOCKET = "sun.security.ssl.SSLSocketImpl";
    private static final String ENGINE = "sun.security.ssl.SSLEngineImpl";

    private final Http http;
    private final Once once;
    private final Patience patience = new Patience();
    private volatile @Nullable String obstacle;
    private volatile @Nullable JsseFields fields;

    Tls(Http http) {
        this.http = http;
        this.once = new Once(http, this::prepare);
    }

    /**
     * Why no marker may be armed on this connection; null where it may.
     *
     * @param connection an {@link SSLSocket} or an {@link SSLEngine}
     */
    @Nullable
    String obstacle(Object connection, long wait) {
        String type = connection.getClass().getName();
        if (!type.equals(SOCKET) && !type.equals(ENGINE)) {
            return "its TLS is " + type + ", not the JDK's own (JSSE), and what it copies is not known; "
                    + "configure the client for the JDK's TLS";
        }
        boolean client = connection instanceof SSLSocket
                ? ((SSLSocket) connection).getUseClientMode()
                : ((SSLEngine) connection).getUseClientMode();
        if (!client) {
            return "it is the server's end of a TLS connection";
        }
        if (!await(wait)) {
            return "TLS is being checked, which takes a moment the first time; try again";
        }
        JsseFields read = fields;
        if (obstacle != null || read == null) {
            return obstacle;
        }
        try {
            return read.isLoud() ? JsseFields.LOUD : null;
        } catch (ReflectiveOperationException e) {
            return "whether javax.net.debug is set cannot be seen: " + e;
        }
    }

    /** As {@link Http#hasty}. */
    long hasty() {
        return patience.nanos(once.isOver(), System.nanoTime());
    }

    /** The wire of a connection, once {@link #obstacle} has found nothing. */
    Wire wire(Object connection) {
        try {
            Object context = fields().context(connection);
            return http.wires().of(fields().layer(context), context);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What JSSE keeps, once {@link #obstacle} has found nothing. */
    private JsseFields fields() {
        JsseFields read = fields;
        if (read == null) {
            throw new IllegalStateException("not proven");
        }
        return read;
    }

    /** Where the handshake is over the peer is checked at once, so that one refused request leaves its connection alone. */
    void requirePeerNow(@Nullable Object connection, Wire wire, Marker.Claim claim) throws IOException {
        SSLSession session = connection instanceof SSLSocket
                ? ((SSLSocket) connection).getSession()
                : connection instanceof SSLEngine ? ((SSLEngine) connection).getSession() : null;
        if (connection == null || session == null || session.getProtocol().equals("NONE")) {
            return;
        }
        http.releases().requirePeer(wire, session, claim);
        // Once more when the record is encrypted; but what is thrown there some clients replace by a message of theirs.
        String obstacle = cipherObstacle(connection);
        if (obstacle != null) {
            throw new SSLException(
                    "lethe: lethe:" + claim.request.secret() + " for " + claim.request.target() + ": " + obstacle);
        }
    }

    /** Why the cipher of a connection whose handshake is over carries no secret; null where it may. */
    @Nullable
    String cipherObstacle(Object connection) {
        try {
            return fields().cipherObstacle(fields().context(connection));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until it is known whether TLS carries references; the first call begins to find out. */
    boolean await(long wait) {
        return once.await(wait);
    }

    /** Begins to find out, on an agent thread, if nobody did yet. */
    void begin() {
        once.begin();
    }

    private void prepare() {
        try {
            obstacle = prove();
        } catch (Throwable e) {
            obstacle = "TLS could not be checked: " + e;
        } finally {
            if (obstacle != null) {
                System.err.println("lethe: references over TLS are refused: " + obstacle);
            }
        }
    }

    private @Nullable String prove() throws ReflectiveOperationException {
        http.recognition().alsoWeave(Jsse.names());
        String missing = Jsse.obstacle(http.recognition());
        if (missing != null) {
            return missing;
        }
        http.recognition().open(Object.class, "sun.security.ssl");
        fields = new JsseFields();
        http.swap().ready(fields());
        http.wires().keepSweeping();
        byte[] expected = Marker.random(40);
        return Proof.obstacle(
                (client, before, after) -> {
                    Filling filling = Filling.plain(Sealed.of(expected.clone(), 0, expected.length));
                    Marker marker = new Marker(
                            Marker.random(expected.length),
                            Before.line("X-Proof", ""),
                            filling,
                            null,
                            System.nanoTime() + TimeUnit.MINUTES.toNanos(1));
                    wire(client).arm(marker);
                    byte[] data = new byte[before.length + marker.text.length + after.length];
                    System.arraycopy(before, 0, data, 0, before.length);
                    System.arraycopy(marker.text, 0, data, before.length, marker.text.length);
                    System.arraycopy(after, 0, data, before.length + marker.text.length, after.length);
                    return data;
                },
                expected);
    }
}
