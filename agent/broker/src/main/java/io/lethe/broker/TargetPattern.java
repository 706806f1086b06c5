package io.lethe.broker;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The target of a grant: {@code scheme://host:port/path}, where {@code *} stands for a whole port or one whole segment
 * of the path and {@code *.} for one leading label of the host; nothing else is a wildcard. A port left out is the
 * scheme's default. For HTTP the path is a prefix of whole segments, for all others it must match to its end.
 *
 * <p>Loaded by the agent loader and the command line's. Immutable. Hosts compare without case and IPv6 addresses by
 * value; no name is ever looked up.
 */
public final class TargetPattern {

    private static final String ANY = "*";

    private final String scheme;
    /** Without the leading {@code *.} where {@link #anyLabel}. */
    private final String host;

    private final boolean anyLabel;
    /** 0 stands for any. */
    private final int port;

    private final List<String> path;

    private TargetPattern(String scheme, String host, boolean anyLabel, int port, List<String> path) {
        this.scheme = scheme;
        this.host = host;
        this.anyLabel = anyLabel;
        this.port = port;
        this.path = path;
    }

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException with a message fit for people, which repeats no credentials
     */
    public static TargetPattern parse(String text) {
        TargetText parts = TargetText.parse(text);
        boolean anyLabel = parts.host.startsWith("*.");
        String host = anyLabel ? parts.host.substring(2) : parts.host;
        if (host.isEmpty() || host.indexOf('*') >= 0) {
            throw TargetText.wrong(text, "in a host '*.' may stand once, at the beginning, for one label");
        }
        if (anyLabel && endsInNumber(host)) {
            throw TargetText.wrong(text, "'*.' stands before a name, not before an address");
        }
        int port = parts.port.equals(ANY) ? 0 : parts.portNumber(text);
        List<String> path = Target.segments(parts.path);
        for (String segment : path) {
            if (segment.indexOf('*') >= 0 && !segment.equals(ANY)) {
                throw TargetText.wrong(text, "in a path '*' stands for a whole segment");
            }
            if (isHttp(parts.scheme) && isAscii(segment) && HttpPath.mayClimb(segment)) {
                throw TargetText.wrong(
                        text,
                        "its path holds '.', '..', an escaped slash or something else that servers read in two ways");
            }
        }
        return new TargetPattern(parts.scheme, TargetText.canonicalHost(host), anyLabel, port, path);
    }

    /** Whether the target lies within this pattern. */
    public boolean matches(Target target) {
        return scheme.equals(Text.lower(target.scheme()))
                && hostMatches(target.canonicalHost())
                && (port == 0 || port == target.port())
                && pathMatches(target.segments());
    }

    /** The action that a grant for this target means where it names none. */
    public String defaultAction() {
        return Scheme.defaultAction(scheme);
    }

    public String scheme() {
        return scheme;
    }

    /** Refuses what is not written as it goes over the wire, for HTTP: no request would match it. */
    void requireWireForm() {
        if (isHttp(scheme) && !isAscii(host)) {
            throw TargetText.wrong(toString(), "write its host in ASCII, as in https://xn--bcher-kva.example");
        }
        if (isHttp(scheme) && !isAscii(String.join("/", path))) {
            throw TargetText.wrong(toString(), "write its path as it is sent, as in https://api.example/b%C3%BCcher");
        }
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private boolean hostMatches(String asked) {
        if (!anyLabel) {
            return host.equals(asked);
        }
        int dot = asked.indexOf('.');
        return dot > 0 && isLabel(asked, dot) && host.equals(asked.substring(dot + 1));
    }

    /** What a driver calls a host need not be one; as one label only what DNS has there is meant. */
    private static boolean isLabel(String host, int end) {
        for (int i = 0; i < end; i++) {
            char c = host.charAt(i);
            if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_')) {
                return false;
            }
        }
        return true;
    }

    private boolean pathMatches(List<String> asked) {
        boolean http = isHttp(scheme);
        if (http ? asked.size() < path.size() : asked.size() != path.size()) {
            return false;
        }
        for (int i = 0; i < path.size(); i++) {
            boolean any = path.get(i).equals(ANY) && !asked.get(i).isEmpty();
            if (!any && !path.get(i).equals(asked.get(i))) {
                return false;
            }
        }
        return !http || path.isEmpty() || HttpPath.staysBelow(asked);
    }

    private static boolean isHttp(String scheme) {
        return Scheme.isHttp(scheme);
    }

    private static boolean endsInNumber(String host) {
        char last = host.charAt(host.length() - 1);
        return host.indexOf(':') >= 0 || (last >= '0' && last <= '9');
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TargetPattern && toString().equals(other.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    @Override
    public String toString() {
        String shownHost = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return scheme + "://" + (anyLabel ? "*." : "") + shownHost + ":" + (port == 0 ? ANY : String.valueOf(port))
                + (path.isEmpty() ? "" : "/" + String.join("/", path));
    }
}
