package io.lethe.harness;

import java.util.List;
import java.util.stream.Stream;

/**
 * One client on one JDK with one protocol, before which something must be impossible. By default the JDK's own clients, on the
 * running JDK; {@code lethe.matrix=full} runs the newest version of every client that Lethe knows, on every JDK that was found.
 */
record HttpRow(Jdk jdk, HttpClients.Client client, HttpProtocol protocol) {

    private static final List<String> CLIENTS = List.of("HttpURLConnection", "java.net.http");

    static Stream<HttpRow> all() {
        boolean full = Matrix.full();
        List<HttpClients.Client> clients = full
                ? HttpClients.all().stream().filter(HttpMatrix::isChosen).toList()
                : CLIENTS.stream().map(HttpClients::newest).toList();
        return (full ? Jdks.all() : List.of(Jdks.running()))
                .stream().flatMap(jdk -> clients.stream().flatMap(client -> of(jdk, client)));
    }

    /** Those with a client that answers by itself when a server asks who it is. */
    static Stream<HttpRow> thatLogIn() {
        return all().filter(row -> row.client().can(HttpClients.Can.LOG_IN));
    }

    /** Those with a client that goes where a server sends it. */
    static Stream<HttpRow> thatFollow() {
        return all().filter(row -> row.client().can(HttpClients.Can.FOLLOW_REDIRECTS));
    }

    static Stream<HttpRow> overH2() {
        return all().filter(row -> row.protocol() == HttpProtocol.H2);
    }

    private static Stream<HttpRow> of(Jdk jdk, HttpClients.Client client) {
        return client.runsOn(jdk) ? client.protocols().stream().map(it -> new HttpRow(jdk, client, it)) : Stream.of();
    }

    boolean isH2() {
        return protocol == HttpProtocol.H2;
    }

    Program program() {
        return client.on(jdk)
                .flags("-Dsun.net.http.allowRestrictedHeaders=true", "-Djdk.httpclient.allowRestrictedHeaders=host");
    }

    HttpConfig to(String url) {
        return HttpConfig.of(url, protocol);
    }

    @Override
    public String toString() {
        return jdk + " " + client + " " + protocol;
    }
}
