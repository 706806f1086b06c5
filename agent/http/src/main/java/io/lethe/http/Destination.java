package io.lethe.http;

import io.lethe.broker.Target;
import java.io.IOException;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where one request goes, as the client's own connection says, never the request's {@code Host} header: scheme, host, port, and the
 * connection's end.
 *
 * <p>Loaded by the agent loader. Immutable. Nothing of it is secret.
 */
final class Destination {

    final String scheme;
    final String host;
    final int port;
    /** The JDK's {@code SSLSocket} or {@code SSLEngine}; null without TLS. */
    final @Nullable Object tls;
    /** Without TLS: the {@code Socket} or {@code SocketChannel}; null where the client does not show it. */
    final @Nullable Object plain;
    /** Without TLS: the address that the client itself has for the host; null where the connection says the host's name. */
    final @Nullable InetAddress address;
    /** Whether it speaks HTTP/2. */
    final boolean multiplexed;

    Destination(String scheme, String host, int port, @Nullable Object tls, boolean multiplexed) {
        this(scheme, host, port, tls, null, null, multiplexed);
    }

    private Destination(
            String scheme,
            String host,
            int port,
            @Nullable Object tls,
            @Nullable Object plain,
            @Nullable InetAddress address,
            boolean multiplexed) {
        this.address = address;
        this.plain = plain;
        this.scheme = scheme;
        this.host = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        this.port = port > 0 ? port : scheme.equals("https") ? 443 : 80;
        this.tls = tls;
        this.multiplexed = multiplexed;
    }

    /** Without TLS: what the client itself believes to be connected to, which {@link Plain} compares with the connection. */
    static Destination plain(String host, int port, @Nullable Object connection, boolean multiplexed) {
        return new Destination("http", host, port, null, connection, null, multiplexed);
    }

    /** The same for a client that connects to addresses, whose connection says no name, and knows whose this one is. */
    static Destination plain(String host, InetAddress address, int port, Object connection) {
        return new Destination("http", host, port, null, connection, address, false);
    }

    /**
     * Whether a request in clear text is one to a forward proxy: it asks for a tunnel, or names a whole URL (RFC 9112, 3.2.2 and
     * 3.2.3).
     */
    static boolean isForProxy(String method, String requestTarget) {
        return method.equals("CONNECT") || !requestTarget.startsWith("/") && requestTarget.contains("://");
    }

    /** @param requestTarget as in a request line: a path with a query, or a whole URL for a proxy */
    Target target(String requestTarget) throws IOException {
        String path = requestTarget;
        int scheme = path.indexOf("://");
        if (scheme > 0 && scheme < path.indexOf('/')) {
            int slash = path.indexOf('/', scheme + 3);
            path = slash < 0 ? "" : path.substring(slash);
        }
        for (char stop : new char[] {'?', '#'}) {
            int at = path.indexOf(stop);
            path = at < 0 ? path : path.substring(0, at);
        }
        return Target.http(this.scheme, host, port, path);
    }
}
