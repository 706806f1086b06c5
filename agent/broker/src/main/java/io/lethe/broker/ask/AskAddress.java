package io.lethe.broker.ask;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Where the decision point is: {@code https://pdp.example}, with a port and a path before AuthZEN's own where it has them;
 * {@code http://} only where the URL says so.
 *
 * <p>Loaded by the agent loader and the command line's. Immutable. What is no such URL is an {@link IllegalArgumentException}
 * with a line for people.
 */
public final class AskAddress {

    private static final String EVALUATION = "/access/v1/evaluation";

    private final boolean tls;
    private final String host;
    private final int port;
    private final String path;

    private AskAddress(boolean tls, String host, int port, String path) {
        this.tls = tls;
        this.host = host;
        this.port = port;
        this.path = path;
    }

    public static AskAddress parse(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw wrong();
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        boolean tls = scheme.equals("https");
        String host = uri.getHost();
        if (!(tls || scheme.equals("http")) || host == null) {
            throw wrong();
        }
        if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "is a URL without user, query and fragment: nothing secret stands in it");
        }
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        while (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        int port = uri.getPort() > 0 ? uri.getPort() : tls ? 443 : 80;
        return new AskAddress(tls, host, port, path.endsWith(EVALUATION) ? path : path + EVALUATION);
    }

    boolean isTls() {
        return tls;
    }

    /** Without the brackets of an IPv6 address. */
    String host() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    int port() {
        return port;
    }

    String path() {
        return path;
    }

    /** As a {@code Host} header has it. */
    String authority() {
        return port == (tls ? 443 : 80) ? host : host + ":" + port;
    }

    /** Whether whoever is on the way can answer in its place: no TLS, and not on this machine. */
    public boolean isOpen() {
        String name = host();
        return !tls && !(name.equals("localhost") || name.startsWith("127.") || name.equals("::1"));
    }

    /** The URL that is asked. */
    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + authority() + path;
    }

    private static IllegalArgumentException wrong() {
        return new IllegalArgumentException("is a URL such as https://pdp.example");
    }
}
