package io.lethe.jdbc;

import io.lethe.broker.Target;
import io.lethe.secret.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What in the options of MySQL Connector/J and of the JVM lets a connection end somewhere else than its target says, which is
 * part of the request and denied unless the grant names it; and what no grant allows.
 *
 * <p>Loaded by the agent loader. Stateless.
 */
final class MysqlRoute {

    private static final String[] OPTIONS = {"socketFactory", "socksProxyHost", "namedPipePath", "path"};
    private static final List<String> USUAL_FACTORIES =
            Arrays.asList("com.mysql.cj.protocol.StandardSocketFactory", "com.mysql.jdbc.StandardSocketFactory");
    private static final List<String> NAMED = Arrays.asList("user", "password");

    private MysqlRoute() {}

    /** What has to be granted, as {@code option=value}. */
    static List<String> of(Map<?, ?> options, Target target) {
        List<String> via = new ArrayList<>();
        for (String option : OPTIONS) {
            String value = text(options, option);
            if (value != null && !USUAL_FACTORIES.contains(value)) {
                via.add(option + "=" + value);
            }
        }
        String socks = PostgresqlRoute.socks(target);
        if (socks != null) {
            via.add("socksProxyHost=" + socks);
        }
        return via;
    }

    /** The driver sends {@code password1} to {@code password3} where a server asks for several, and options of its plugins. */
    static void requireNoOther(@Nullable Map<?, ?> options) throws Refusal {
        if (options == null) {
            return;
        }
        for (Map.Entry<?, ?> option : options.entrySet()) {
            Object value = option.getValue();
            if (value instanceof String && Reference.claims((String) value) && !NAMED.contains(option.getKey())) {
                throw Refusal.denied("'" + value + "' stays here: a reference resolves as user and password, not as "
                        + option.getKey());
            }
        }
    }

    /** A plugin of somebody else's would get the reference itself, and in some charsets it would not be known as one. */
    static void requirePlain(Map<?, ?> options, Credentials credentials) throws Refusal {
        String plugins = text(options, "authenticationPlugins");
        if (plugins != null) {
            throw Refusal.denied(credentials.reference() + " goes to the driver's own plugins only; leave out"
                    + " authenticationPlugins");
        }
        for (String option : new String[] {"passwordCharacterEncoding", "characterEncoding"}) {
            String charset = text(options, option);
            // The driver has names of its own, such as utf8mb4, all of them supersets of ASCII.
            if (charset != null && !credentials.isPlainIn(charset, true)) {
                throw Refusal.denied(
                        credentials.reference() + " goes nowhere with " + option + "=" + charset + "; leave that out");
            }
        }
    }

    private static @Nullable String text(Map<?, ?> options, String name) {
        Object value = options.get(name);
        return value instanceof String && !((String) value).isEmpty() ? (String) value : null;
    }
}
