package io.lethe.jdbc;

import io.lethe.broker.Target;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What in the options of MariaDB Connector/J and of the JVM lets a connection end somewhere else than its target says. Each is
 * part of the request and denied unless the grant names it.
 *
 * <p>Loaded by the agent loader. Stateless.
 */
final class MariadbRoute {

    private static final String[] OPTIONS = {
        "socketFactory", "tlsSocketType", "credentialType", "localSocket", "pipe", "sharedMemory"
    };

    private MariadbRoute() {}

    /**
     * What has to be granted, as {@code option=value}.
     *
     * @param options the driver's {@code Configuration} or {@code Options}
     * @param host its {@code HostAddress}, which since 3.5 names a socket file or pipe
     */
    static List<String> of(Object options, @Nullable Object host, Target target) {
        List<String> via = new ArrayList<>();
        for (String option : OPTIONS) {
            String value = Peek.text(options, option);
            if (value == null && host != null && !(host instanceof String)) {
                value = Peek.text(host, option);
            }
            if (value != null && !value.isEmpty()) {
                via.add(option + "=" + value);
            }
        }
        String socks = PostgresqlRoute.socks(target);
        if (socks != null) {
            via.add("socksProxyHost=" + socks);
        }
        return via;
    }
}
