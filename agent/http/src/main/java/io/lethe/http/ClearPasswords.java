package io.lethe.http;

import io.lethe.broker.BrokerException;
import io.lethe.broker.Lease;
import io.lethe.broker.Request;
import io.lethe.broker.WireSink;
import io.lethe.secret.Sealed;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The swap for passwords that other protocols send in clear text, over TLS or where a grant allows it without: the same wires,
 * records and checks as for HTTP.
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
        return arm(socket, request, lease, lease.secret(), standIn, before, false);
    }

    @Override
    public Armed arm(
            Socket socket, Request request, Lease lease, Sealed bytes, String standIn, String before, boolean clear)
            throws BrokerException {
        Wire wire = clear && !(socket instanceof SSLSocket)
                ? plain(socket, request, lease)
                : encrypted(socket, request, lease);
        Marker marker = new Marker(
                standIn.getBytes(StandardCharsets.US_ASCII),
                Before.text(before),
                Filling.plain(bytes),
                new Marker.Claim(request, lease),
                System.nanoTime() + LIFE);
        try {
            wire.arm(marker);
        } catch (SSLException e) {
            throw new BrokerException(BrokerException.Kind.DENIED, String.valueOf(e.getMessage()));
        }
        return () -> wire.disarm(marker);
    }

    private Wire encrypted(Socket socket, Request request, Lease lease) throws BrokerException {
        String obstacle = peerObstacle(socket, request, lease);
        if (obstacle == null) {
            obstacle = http.tls().obstacle(socket, Arming.PATIENT);
        }
        if (obstacle == null) {
            obstacle = http.tls().cipherObstacle(socket);
        }
        requireNone(obstacle);
        return http.tls().wire(socket);
    }

    private Wire plain(Socket socket, Request request, Lease lease) throws BrokerException {
        requireNone(
                lease.demandsTls()
                        ? "its grant has --tls verified, --ca or --pin, and the connection has no TLS"
                        : null);
        Destination where =
                Destination.plain(request.target().host(), request.target().port(), socket, false);
        requireNone(http.plain().obstacle(where, Arming.PATIENT));
        try {
            return http.plain().wire(where);
        } catch (IOException e) {
            throw new BrokerException(BrokerException.Kind.DENIED, String.valueOf(e.getMessage()));
        }
    }

    private static void requireNone(@Nullable String obstacle) throws BrokerException {
        if (obstacle != null) {
            throw new BrokerException(BrokerException.Kind.DENIED, obstacle);
        }
    }
}
