package io.lethe.broker;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
    /** Made when first needed; two threads may both make them, and make the same. */
    private @Nullable List<String> segments;

    private @Nullable String canonicalHost;

    /** @param path without its leading slash; empty where there is none. For HTTP it ends before a '?' or '#' */
    public Target(String scheme, String host, int port, String path) {
        this.scheme = scheme;
        this.host = host;
        this.port = port;
        this.path = Scheme.isHttp(Text.lower(scheme)) ? withoutQuery(path) : path;
    }

    /**
     * Where an HTTP request goes: the host that is connected to and that the server's certificate has to name, and the path as
     * it stands in the request line, undecoded. What follows a '?' or '#' may be anybody's secret and is dropped.
     *
     * @param scheme {@code https} or {@code http}
     * @param host an IPv6 address with or without its brackets
     * @param port below 1 for the scheme's own
     * @param path with or without its leading slash
     * @throws IllegalArgumentException where the host cannot be one; the message does not show it
     */
    public static Target http(String scheme, String host, int port, String path) {
        String name = Text.lower(scheme);
        if (!Scheme.isHttp(name)) {
            throw new IllegalArgumentException("a target of HTTP is http or https");
        }
        boolean brackets = host.length() > 2 && host.startsWith("[") && host.endsWith("]");
        String plain = brackets ? host.substring(1, host.length() - 1) : host;
        if (plain.isEmpty() || (brackets && plain.indexOf(':') < 0)) {
            throw new IllegalArgumentException("the request names no host");
        }
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            // A user name and a password may stand before an '@'.
            if (c <= ' ' || c == 0x7f || "@/\\?#[]".indexOf(c) >= 0) {
                throw new IllegalArgumentException("the request's host holds a character that no host has");
            }
        }
        return new Target(
                name,
                TargetText.canonicalHost(plain),
                port < 1 ? Scheme.defaultPort(name) : port,
                path.startsWith("/") ? path.substring(1) : path);
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

    /** The path's, of which an empty one at the end is left out. */
    List<String> segments() {
        List<String> known = segments;
        if (known == null) {
            known = segments(path);
            segments = known;
        }
        return known;
    }

    static List<String> segments(String path) {
        String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return trimmed.isEmpty()
                ? Collections.<String>emptyList()
                : Collections.unmodifiableList(Arrays.asList(trimmed.split("/", -1)));
    }

    String canonicalHost() {
        String known = canonicalHost;
        if (known == null) {
            known = TargetText.canonicalHost(host);
            canonicalHost = known;
        }
        return known;
    }

    /** Whether all parts are the same, letter by letter. */
    boolean isSame(Target other) {
        return port == other.port && path.equals(other.path) && host.equals(other.host) && scheme.equals(other.scheme);
    }

    /** Keeps a '#', so that no prefix covers a path of which servers read more than we do. */
    private static String withoutQuery(String path) {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '?' || c == '#') {
                return path.substring(0, c == '?' ? i : i + 1);
            }
        }
        return path;
    }

    @Override
    public String toString() {
        String shownHost = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return scheme + "://" + shownHost + ":" + port + (path.isEmpty() ? "" : "/" + path);
    }
}
