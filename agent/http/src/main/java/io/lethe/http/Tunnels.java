package io.lethe.http;

import java.io.IOException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Through which connections a client asked a proxy for a tunnel, and where to. The JDK's TLS over such a socket names the
 * proxy's port as its peer's: what a blocking client wrote behind {@code CONNECT} is where its requests go. A certificate says
 * nothing of ports, so this is as good as it gets; whose the host is, TLS proves as anywhere. What goes through a tunnel without
 * TLS of its own is no longer said to the proxy, whatever the connection says.
 *
 * <p>Loaded by the agent loader. Thread-safe. A connection is forgotten with itself.
 */
final class Tunnels {

    static final String CONNECT = "CONNECT";

    private final Members members;
    /** By the connection's end, below the TLS in the tunnel: {@code host:port}. */
    private final InPlace<String> asked = new InPlace<>();

    Tunnels(Members members) {
        this.members = members;
    }

    /** Whether a request's target can be that of {@code CONNECT}: cheap, and false for nearly all others. */
    static boolean isAuthority(String requestTarget) {
        return requestTarget.indexOf('/') < 0 && requestTarget.indexOf(':') > 0;
    }

    /**
     * A client is about to ask the proxy at the other end.
     *
     * @param end the connection's own, a socket, a channel or an engine
     * @param authority host and port, as behind {@code CONNECT}
     */
    void ask(@Nullable Object end, String authority) {
        if (end != null) {
            asked.put(end, authority);
        }
    }

    /** As {@link #ask}, for what sends {@code CONNECT} there. On HTTP/2 that concerns one stream, not the connection. */
    void ask(Destination proxy, String authority) {
        if (!proxy.multiplexed) {
            ask(end(proxy), authority);
        }
    }

    /** Whether a request that goes there comes out of a tunnel at its end, in clear text: whom it reaches nothing says. */
    boolean comesOut(Destination where, String method) {
        return !method.equals(CONNECT) && asked.get(end(where)) != null;
    }

    static @Nullable Object end(Destination where) {
        return where.tls != null ? where.tls : where.plain;
    }

    /** As {@link Peek#socket}, through tunnels. */
    @SuppressWarnings("ReferenceEquality")
    Destination destination(@Nullable Object socket) throws IOException, ReflectiveOperationException {
        if (!asked.isEmpty() && socket instanceof SSLSocket) {
            // Of the JDK's own only: what is not, carries no reference anyway. One that is not layered is its own.
            Object below = members.fieldIfThere(socket, "self");
            String authority = below == socket ? null : asked.get(below);
            int colon = authority == null ? -1 : authority.lastIndexOf(':');
            if (authority != null && colon > 0) {
                return Peek.tls(authority.substring(0, colon), port(authority, colon), socket, false);
            }
        }
        return Peek.socket(socket);
    }

    private static int port(String authority, int colon) throws IOException {
        try {
            return Integer.parseInt(authority.substring(colon + 1).trim());
        } catch (NumberFormatException e) {
            throw new IOException("lethe: a tunnel to " + authority + " leads to no port", e);
        }
    }
}
