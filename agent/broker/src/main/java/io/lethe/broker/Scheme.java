package io.lethe.broker;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is known about the schemes of targets: their default port and whether they are HTTP.
 *
 * <p>Loaded by the agent loader and the command line's. Stateless.
 */
final class Scheme {

    static final String CONNECT = "connect";
    static final String REQUEST = "request";

    private static final Map<String, Integer> DEFAULT_PORTS = defaultPorts();

    private static final List<String> CHECKED =
            Arrays.asList("https", "postgresql", "mysql", "mariadb", "h2", "hsqldb");

    private Scheme() {}

    static boolean known(String scheme) {
        return DEFAULT_PORTS.containsKey(scheme);
    }

    static int defaultPort(String scheme) {
        return DEFAULT_PORTS.getOrDefault(scheme, -1);
    }

    static boolean isHttp(String scheme) {
        return scheme.equals("https") || scheme.equals("http");
    }

    /** Whether the certificates of such servers are checked against the grant's trust. */
    static boolean checksPeers(String scheme) {
        return CHECKED.contains(scheme);
    }

    /** The action that a grant for this scheme means where it names none. */
    static String defaultAction(String scheme) {
        return isHttp(scheme) ? REQUEST : CONNECT;
    }

    static String names() {
        return String.join(", ", DEFAULT_PORTS.keySet());
    }

    private static Map<String, Integer> defaultPorts() {
        Map<String, Integer> ports = new TreeMap<>();
        ports.put("postgresql", 5432);
        ports.put("mysql", 3306);
        ports.put("mariadb", 3306);
        ports.put("sqlserver", 1433);
        ports.put("oracle", 1521);
        ports.put("h2", 9092);
        ports.put("hsqldb", 9001);
        ports.put("derby", 1527);
        ports.put("firebird", 3050);
        ports.put("https", 443);
        ports.put("http", 80);
        return Collections.unmodifiableMap(ports);
    }
}
