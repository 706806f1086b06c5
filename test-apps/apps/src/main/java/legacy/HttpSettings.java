package legacy;

import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;

/**
 * The configuration of an HTTP program. Keys: {@code url} and further named URLs; {@code header.*}; {@code form.*}, which
 * makes the request a POST; {@code protocol}: {@code h1} (default) or {@code h2}; {@code user} and {@code password} for the
 * client's own machinery of Basic; {@code proxy}: {@code host:port}, with {@code proxy.user} and {@code proxy.password};
 * {@code timeout} in milliseconds; {@code follow}: whether redirects are followed (default true); {@code http3}:
 * how a server that speaks HTTP/3 is discovered, for the JDK's client. Immutable.
 */
final class HttpSettings {

    private static final String DEFAULT_TIMEOUT = "60000";

    final Map<String, String> headers = new LinkedHashMap<>();
    final boolean http2;
    final String user;
    final String password;
    final InetSocketAddress proxy;
    final String proxyUser;
    final String proxyPassword;
    final int timeout;
    final boolean follow;
    final String http3;

    private final Properties config;

    HttpSettings(Properties config) {
        this.config = config;
        Properties named = Config.under("header.", config);
        for (String name : new TreeSet<>(named.stringPropertyNames())) {
            headers.put(name, named.getProperty(name));
        }
        http2 = config.getProperty("protocol", "h1").equals("h2");
        user = config.getProperty("user");
        password = config.getProperty("password");
        String address = config.getProperty("proxy");
        proxy = address == null
                ? null
                : new InetSocketAddress(
                        address.substring(0, address.lastIndexOf(':')),
                        Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
        proxyUser = config.getProperty("proxy.user");
        proxyPassword = config.getProperty("proxy.password");
        timeout = Integer.parseInt(config.getProperty("timeout", DEFAULT_TIMEOUT));
        follow = Boolean.parseBoolean(config.getProperty("follow", "true"));
        http3 = config.getProperty("http3");
    }

    String url(String key) {
        String url = config.getProperty(key);
        if (url == null) {
            throw new IllegalArgumentException("no URL is configured as " + key);
        }
        return url;
    }

    /** The body of a form, URL-encoded; null where there is none. */
    String form() throws Exception {
        Properties fields = Config.under("form.", config);
        StringBuilder body = new StringBuilder();
        for (String name : new TreeSet<>(fields.stringPropertyNames())) {
            body.append(body.length() == 0 ? "" : "&").append(name).append('=');
            body.append(URLEncoder.encode(fields.getProperty(name), "UTF-8"));
        }
        return body.length() == 0 ? null : body.toString();
    }
}
