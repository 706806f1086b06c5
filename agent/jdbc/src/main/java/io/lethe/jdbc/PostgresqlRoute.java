package io.lethe.jdbc;

import io.lethe.broker.Target;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What in the options of pgjdbc and of the JVM lets a connection end somewhere else than its target says, or weakens how the
 * server is known. Each is part of the request and denied unless the grant names it.
 *
 * <p>Loaded by the agent loader. Stateless.
 */
final class PostgresqlRoute {

    /** Options that name a class which stands between the driver and the server. */
    private static final String[] CLASSES = {
        "socketFactory",
        "socketFactoryArg",
        "sslfactory",
        "sslfactoryarg",
        "sslhostnameverifier",
        "sslpasswordcallback",
        "authenticationPluginClassName"
    };

    /** The driver's own default for {@code sslfactory}, which checks as {@code sslmode} says. */
    private static final String OWN_FACTORY = "org.postgresql.ssl.LibPQFactory";

    private PostgresqlRoute() {}

    /** What has to be granted, as {@code option=value}. */
    static List<String> of(Properties info, Target target) {
        List<String> via = new ArrayList<>();
        for (String option : CLASSES) {
            String value = info.getProperty(option);
            if (value != null && !value.isEmpty() && !value.equals(OWN_FACTORY)) {
                via.add(option + "=" + value);
            }
        }
        String socks = socks(target);
        if (socks != null) {
            via.add("socksProxyHost=" + socks);
        }
        return via;
    }

    /** The SOCKS proxy that {@code java.net.Socket} will go through: it asks the default selector for {@code socket://}. */
    static @Nullable String socks(Target target) {
        ProxySelector selector = ProxySelector.getDefault();
        if (selector == null) {
            return null;
        }
        try {
            String host = target.host().indexOf(':') >= 0 ? "[" + target.host() + "]" : target.host();
            for (Proxy proxy : selector.select(new URI("socket://" + host + ":" + target.port()))) {
                if (proxy.type() != Proxy.Type.DIRECT) {
                    InetSocketAddress address = (InetSocketAddress) proxy.address();
                    return address.getHostString() + ":" + address.getPort();
                }
            }
            return null;
        } catch (URISyntaxException | RuntimeException e) {
            return "unknown";
        }
    }

    /** Whether the driver has checked chain and name of the server by the time that it authenticates. */
    static boolean verifiedTls(Properties info) {
        String factory = info.getProperty("sslfactory", OWN_FACTORY);
        return "verify-full".equals(info.getProperty("sslmode"))
                && (factory.isEmpty() || factory.equals(OWN_FACTORY))
                && info.getProperty("sslhostnameverifier") == null;
    }
}
