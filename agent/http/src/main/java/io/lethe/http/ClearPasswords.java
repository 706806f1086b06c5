package io.lethe.http;

import io.lethe.broker.BrokerException;
import io.lethe.broker.Lease;
import io.lethe.broker.Request;
import io.lethe.broker.WireSink;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The swap for passwords that other protocols send in clear text over TLS: the same wires, records and checks as for HTTP.
 *
 * <p>Loaded by the agent loader. Thread-safe. Holds no secret.
 */
final class ClearPasswords implements WireSink {

    /** It is sent at once; longer than this and the connection is gone. */
    private static final long LIFE = TimeUnit.SECONDS.toNanos(60);

    private final Http http;

    ClearPasswords(Http http) {
        this.http = http;
    }

    @Override
    public @Nullable String standIn(int length) {
        return length < Marker.SHORTEST ? null : Marker.randomText(length);
    }

    @Override
    public @Nullable String peerObstacle(Socket socket, Request request, Lease lease) {
        if (!(socket instanceof SSLSocket)) {
            return "the connection has no TLS";
        }
        SSLSession session = ((SSLSocket) socket).getSession();
        // A handshake that failed.
        return session.getProtocol().equals("NONE")
                ? "its TLS handshake failed"
                : http.releases().peerObstacle(session, request, lease);
    }

    @Override
    public Armed arm(Socket socket, Request request, Lease lease, String standIn, String before)
            throws BrokerException {
        String obstacle = peerObstacle(socket, request, lease);
        if (obstacle == null) {
            obstacle = http.tls().obstacle(socket, Arming.PATIENT);
        }
        if (obstacle == null) {
            obstacle = http.tls().cipherObstacle(socket);
        }
        if (obstacle != null) {
            throw new BrokerException(BrokerException.Kind.DENIED, obstacle);
        }
        Wire wire = http.tls().wire(socket);
        Marker marker = new Marker(
                standIn.getBytes(StandardCharsets.US_ASCII),
                Before.text(before),
                Filling.plain(lease.secret()),
                new Marker.Claim(request, lease),
                System.nanoTime() + LIFE);
        try {
            wire.arm(marker);
        } catch (SSLException e) {
            throw new BrokerException(BrokerException.Kind.DENIED, String.valueOf(e.getMessage()));
        }
        return () -> wire.disarm(marker);
    }
}
