package io.lethe.http;

import io.lethe.broker.Target;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Where one request goes, as the client's own connection says, never the request's {@code Host} header: scheme, host, port, and the
 * connection's TLS end.
 *
 * <p>Loaded by the agent loader. Immutable. Nothing of it is secret.
 */
final class Destination {

    final String scheme;
    final String host;
    final int port;
    /** The JDK's {@code SSLSocket} or {@code SSLEngine}; null without TLS. */
    final @Nullable Object tls;
    /** Whether it speaks HTTP/2. */
    final boolean multiplexed;

    Destination(String scheme, String host, int port, @Nullable Object tls, boolean multiplexed) {
        this.scheme = scheme;
        this.host = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        this.port = port > 0 ? port : scheme.equals("https") ? 443 : 80;
        this.tls = tls;
        this.multiplexed = multiplexed;
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
