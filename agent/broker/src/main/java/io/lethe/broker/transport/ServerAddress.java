package io.lethe.broker.transport;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where a server is: {@code https://host:8200}, with a path before the API's own where a proxy needs one. Never without TLS.
 *
 * <p>Loaded by the agent loader and the command line's. Immutable. What is no such URL is an {@link IllegalArgumentException} with a
 * line for people.
 */
public final class ServerAddress {

    private static final int HTTPS = 443;

    private final String host;
    private final int port;
    private final String path;

    private ServerAddress(String host, int port, String path) {
        this.host = host;
        this.port = port;
        this.path = path;
    }

    public static ServerAddress parse(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw wrong();
        }
        String host = uri.getHost();
        if (!"https".equalsIgnoreCase(uri.getScheme()) || host == null) {
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
        return new ServerAddress(host, uri.getPort() > 0 ? uri.getPort() : HTTPS, path);
    }

    /** Without the brackets of an IPv6 address. */
    public String host() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    public int port() {
        return port;
    }

    /** Before that of the API; empty or beginning with a slash, never ending with one. */
    public String path() {
        return path;
    }

    /** As a {@code Host} header has it. */
    public String authority() {
        return port == HTTPS ? host : host + ":" + port;
    }

    @Override
    public String toString() {
        return "https://" + authority() + path;
    }

    private static IllegalArgumentException wrong() {
        return new IllegalArgumentException("is a URL such as https://openbao.example:8200");
    }
}
