package io.lethe.http;

import java.io.IOException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Through which sockets a blocking client asked a proxy for a tunnel, and where to. The JDK's TLS over such a socket names the
 * proxy's port as its peer's: what the client wrote behind {@code CONNECT} is where its requests go. A certificate says nothing of
 * ports, so this is as good as it gets; whose the host is, TLS proves as anywhere.
 *
 * <p>Loaded by the agent loader. Thread-safe. A socket is forgotten with itself.
 */
final class Tunnels {

    private final Members members;
    /** By the socket below the TLS: {@code host:port}. */
    private final InPlace<String> asked = new InPlace<>();

    Tunnels(Members members) {
        this.members = members;
    }

    /** Whether a request's target can be that of {@code CONNECT}: cheap, and false for nearly all others. */
    static boolean isAuthority(String requestTarget) {
        return requestTarget.indexOf('/') < 0 && requestTarget.indexOf(':') > 0;
    }

    /**
     * A client is about to ask the proxy at this socket's end.
     *
     * @param authority host and port, as behind {@code CONNECT}
     */
    void ask(@Nullable Object socket, String authority) {
        if (socket != null) {
            asked.put(socket, authority);
        }
    }

    /** As {@link Peek#socket}, through tunnels. */
    Destination destination(@Nullable Object socket) throws IOException, ReflectiveOperationException {
        if (!asked.isEmpty() && socket instanceof SSLSocket) {
            // Of the JDK's own only: what is not, carries no reference anyway.
            String authority = asked.get(members.fieldIfThere(socket, "self"));
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
