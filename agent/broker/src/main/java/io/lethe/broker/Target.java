package io.lethe.broker;

/**
 * The system that is reached, as a URI without credentials: {@code postgresql://db:5432/orders},
 * {@code https://api.example:443/v1}.
 *
 * <p>Loaded by the agent loader. Immutable. Nothing of it is secret.
 */
public final class Target {

    private final String scheme;
    private final String host;
    private final int port;
    private final String path;

    /** @param path without its leading slash; empty where there is none */
    public Target(String scheme, String host, int port, String path) {
        this.scheme = scheme;
        this.host = host;
        this.port = port;
        this.path = path;
    }

    /**
     * Reads {@code scheme://host:port/path}; a port left out is the scheme's default.
     *
     * @throws IllegalArgumentException with a message fit for people, which repeats no credentials
     */
    public static Target parse(String text) {
        TargetText parts = TargetText.parse(text);
        if (text.indexOf('*') >= 0) {
            throw TargetText.wrong(text, "'*' may stand in a grant only");
        }
        return new Target(parts.scheme, parts.host, parts.portNumber(text), parts.path);
    }

    public String scheme() {
        return scheme;
    }

    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    public String path() {
        return path;
    }

    @Override
    public String toString() {
        String shownHost = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return scheme + "://" + shownHost + ":" + port + (path.isEmpty() ? "" : "/" + path);
    }
}
