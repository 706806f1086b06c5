package io.lethe.broker;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * The parts of {@code scheme://host:port/path} as they stand in a text, without any reading of wildcards.
 *
 * <p>Loaded by the agent loader and the command line's. Immutable. A text that may hold credentials is refused without
 * being repeated in the message.
 */
final class TargetText {

    final String scheme;
    final String host;
    /** Empty where the text names none. */
    final String port;

    final String path;

    private TargetText(String scheme, String host, String port, String path) {
        this.scheme = scheme;
        this.host = host;
        this.port = port;
        this.path = path;
    }

    /** @throws IllegalArgumentException with a message fit for people */
    static TargetText parse(String text) {
        // Anything after these may be a password (userinfo, ?password=, ;password=), so it is not even shown.
        if (text.indexOf('@') >= 0) {
            throw new IllegalArgumentException(
                    "a target holds no credentials: write scheme://host:port/path without anything before an '@'");
        }
        if (text.indexOf('?') >= 0 || text.indexOf('#') >= 0 || text.indexOf(';') >= 0) {
            throw new IllegalArgumentException(
                    "a target ends with its path: write scheme://host:port/path without '?', ';' or '#'");
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= ' ' || text.charAt(i) == 0x7f) {
                throw new IllegalArgumentException("a target holds no spaces or control characters");
            }
        }
        if (text.startsWith("jdbc:")) {
            throw wrong(text, "write it without 'jdbc:', as in postgresql://db:5432/orders");
        }
        int schemeEnd = text.indexOf("://");
        if (schemeEnd < 0) {
            throw wrong(text, "write scheme://host:port/path, as in postgresql://db:5432/orders");
        }
        String scheme = Text.lower(text.substring(0, schemeEnd));
        if (!Scheme.known(scheme)) {
            throw wrong(text, "its scheme is none of " + Scheme.names());
        }
        int authority = schemeEnd + 3;
        int slash = text.indexOf('/', authority);
        int authorityEnd = slash < 0 ? text.length() : slash;
        int hostEnd = hostEnd(text, authority, authorityEnd);
        String host = host(text, text.substring(authority, hostEnd));
        String port = "";
        if (hostEnd < authorityEnd) {
            port = text.substring(hostEnd + 1, authorityEnd);
            if (text.charAt(hostEnd) != ':' || port.isEmpty()) {
                throw wrong(text, "a port number should follow the host");
            }
        }
        return new TargetText(scheme, host, port, slash < 0 ? "" : text.substring(slash + 1));
    }

    int portNumber(String text) {
        if (port.isEmpty()) {
            return Scheme.defaultPort(scheme);
        }
        int number = 0;
        for (int i = 0; i < port.length(); i++) {
            char c = port.charAt(i);
            if (c < '0' || c > '9' || i == 5) {
                throw wrong(text, "its port is not a number from 1 to 65535");
            }
            number = number * 10 + (c - '0');
        }
        if (number < 1 || number > 65535) {
            throw wrong(text, "its port is not a number from 1 to 65535");
        }
        return number;
    }

    /** One form for each host: lower case, and for an IPv6 address its plain notation. */
    static String canonicalHost(String host) {
        if (host.indexOf(':') >= 0 && host.indexOf('%') < 0) {
            try {
                // The brackets make it a literal for InetAddress, so that no name is ever looked up here.
                return InetAddress.getByName("[" + host + "]").getHostAddress();
            } catch (UnknownHostException e) {
                return Text.lower(host);
            }
        }
        return Text.lower(host);
    }

    static IllegalArgumentException wrong(String text, String why) {
        return new IllegalArgumentException("'" + Text.shown(text) + "' is not a target: " + why);
    }

    private static int hostEnd(String text, int from, int to) {
        if (from < to && text.charAt(from) == '[') {
            int close = text.indexOf(']', from);
            if (close < 0 || close >= to) {
                throw wrong(text, "its IPv6 address has no closing bracket");
            }
            return close + 1;
        }
        int colon = text.indexOf(':', from);
        if (colon < 0 || colon >= to) {
            return to;
        }
        if (text.substring(colon + 1, to).indexOf(':') >= 0) {
            throw wrong(text, "an IPv6 address stands in brackets, as in postgresql://[::1]:5432/orders");
        }
        return colon;
    }

    private static String host(String text, String host) {
        if (host.isEmpty()) {
            throw wrong(text, "it names no host");
        }
        if (host.charAt(0) != '[') {
            return host;
        }
        String inner = host.substring(1, host.length() - 1);
        if (inner.indexOf(':') < 0) {
            throw wrong(text, "only an IPv6 address stands in brackets");
        }
        for (int i = 0; i < inner.length(); i++) {
            char c = inner.charAt(i);
            if (Character.digit(c, 16) < 0 && c != ':' && c != '.') {
                throw wrong(text, "its IPv6 address is malformed");
            }
        }
        try {
            InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw wrong(text, "its IPv6 address is malformed");
        }
        return inner;
    }
}
