package io.lethe.jdbc;

import io.lethe.broker.BrokerException;
import io.lethe.broker.Lease;
import io.lethe.broker.Request;
import io.lethe.broker.WireSink;
import io.lethe.secret.Reference;
import io.lethe.secret.Sealed;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The connection of one attempt, where what stands for a secret becomes it as it is sent.
 *
 * <p>Loaded by the agent loader. Used by the thread that connects; {@link #close} overwrites what it was given and forgets what
 * was not sent.
 */
final class Outlet {

    private final Sinks sinks;
    private final Request request;
    private final Lease lease;
    private final List<WireSink.Armed> armed = new ArrayList<>(1);
    private final List<Sealed> derived = new ArrayList<>(0);
    private @Nullable Socket socket;

    Outlet(Sinks sinks, Request request, Lease lease) {
        this.sinks = sinks;
        this.request = request;
        this.lease = lease;
    }

    /** @param current null where the driver does not say */
    void over(@Nullable Socket current) {
        socket = current;
    }

    boolean isSeen() {
        return socket != null;
    }

    boolean isOverTls() {
        return socket instanceof SSLSocket;
    }

    /** A text of that length that nobody guesses; null where there is none. */
    @Nullable
    String standIn(int length) {
        return sinks.wire().standIn(length);
    }

    /** Takes over what is derived from the secret, to overwrite it. */
    void own(Sealed bytes) {
        derived.add(bytes);
    }

    /**
     * From now on the stand-in becomes these bytes, once.
     *
     * @param before what stands before it on the wire, each character one byte
     * @return why not, in one line; null where it is armed
     */
    @Nullable
    String arm(Sealed bytes, String standIn, String before) {
        Socket current = socket;
        if (current == null) {
            return "its connection cannot be seen";
        }
        try {
            armed.add(sinks.wire()
                    .arm(current, request, lease, bytes, standIn, before, lease.tolerates(Attempt.CLEAR_TEXT)));
            return null;
        } catch (BrokerException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Where the grant names whom to trust, or demands TLS, a server that nobody vouches for gets no proof either: it could guess from it. */
    void requireNamedServer() throws Refusal {
        if (!lease.demandsTls()) {
            return;
        }
        Socket current = socket;
        String obstacle =
                current == null ? "its connection cannot be seen" : sinks.wire().peerObstacle(current, request, lease);
        if (obstacle != null) {
            throw Refusal.denied("the server at " + request.target() + " gets no proof of " + Reference.PREFIX
                    + request.secret() + ", whose grant has "
                    + (lease.trust().isDefault() ? "--tls verified" : "--ca or --pin") + ": " + obstacle);
        }
    }

    void close() {
        for (int i = 0; i < armed.size(); i++) {
            armed.get(i).close();
        }
        for (int i = 0; i < derived.size(); i++) {
            derived.get(i).close();
        }
    }
}
