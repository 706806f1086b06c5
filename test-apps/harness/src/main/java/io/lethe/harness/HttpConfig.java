package io.lethe.harness;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Configurations of the HTTP programs. A credential may be a reference: a program cannot tell. Immutable; each method makes
 * another one.
 */
public final class HttpConfig {

    private final Map<String, String> values;

    private HttpConfig(Map<String, String> values) {
        this.values = values;
    }

    public static HttpConfig of(String url, HttpProtocol protocol) {
        return new HttpConfig(Map.of()).with("url", url).with("protocol", protocol.key());
    }

    /** Every URL of nginx under this protocol, by the name of its path. */
    public static HttpConfig of(Nginx nginx, HttpProtocol protocol) {
        return of(nginx.origin(protocol.port()), "/check", protocol);
    }

    /** The same, {@code url} being this path. */
    public static HttpConfig of(String origin, String path, HttpProtocol protocol) {
        return of(origin + path, protocol)
                .with("unauthorized", origin + "/status/401")
                .with("slow", origin + "/slow")
                .with("basic", origin + "/basic")
                .with("form", origin + "/form");
    }

    public HttpConfig with(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(values);
        more.put(key, value);
        return new HttpConfig(more);
    }

    public HttpConfig header(String name, String value) {
        return with("header." + name, value);
    }

    public HttpConfig bearer(String credential) {
        return header("Authorization", "Bearer " + credential);
    }

    public HttpConfig apiKey(String credential) {
        return header("X-Api-Key", credential);
    }

    /** Basic as a program does it that builds its header itself. */
    public HttpConfig basic(String credential) {
        byte[] login = (Nginx.USER + ":" + credential).getBytes(StandardCharsets.UTF_8);
        return header("Authorization", "Basic " + Base64.getEncoder().encodeToString(login));
    }

    /** Basic by the client's own machinery. */
    public HttpConfig login(String credential) {
        return with("user", Nginx.USER).with("password", credential);
    }

    public Map<String, String> values() {
        return values;
    }
}
