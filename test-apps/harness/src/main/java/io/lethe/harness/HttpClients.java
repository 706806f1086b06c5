package io.lethe.harness;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The HTTP clients that are tested, each in its oldest and newest supported version: a new one is one line here. */
public final class HttpClients {

    /** What most clients do. */
    public enum Can {
        /** Answers by machinery of its own when a server asks for Basic. */
        LOG_IN,
        FOLLOW_REDIRECTS,
        SEND_FORMS,
        /** Compares the server's name with its certificate. */
        CHECK_NAMES,
        SPEAK_CLEAR_TEXT
    }

    /**
     * One client library in one version.
     *
     * @param program the simple name of the program that uses it
     * @param since the first JDK that it runs on
     * @param until the last JDK that it runs on
     * @param abilities what it does of what most clients do
     */
    public record Client(
            String name,
            String version,
            String program,
            int since,
            int until,
            List<HttpProtocol> protocols,
            Set<Can> abilities,
            List<Path> jars) {

        public boolean runsOn(Jdk jdk) {
            return since <= jdk.major() && jdk.major() <= until;
        }

        public boolean speaks(HttpProtocol protocol) {
            return protocols.contains(protocol);
        }

        /** Its program on this JDK, not yet configured. */
        public Program on(Jdk jdk) {
            return Program.of(program).on(jdk).with(jars);
        }

        Client since(int jdk) {
            return new Client(name, version, program, jdk, until, protocols, abilities, jars);
        }

        Client until(int jdk) {
            return new Client(name, version, program, since, jdk, protocols, abilities, jars);
        }

        Client alsoH2() {
            List<HttpProtocol> both = List.of(HttpProtocol.H1, HttpProtocol.H2);
            return new Client(name, version, program, since, until, both, abilities, jars);
        }

        Client onlyH2() {
            return new Client(name, version, program, since, until, List.of(HttpProtocol.H2), abilities, jars);
        }

        Client without(Can... missing) {
            Set<Can> left = new HashSet<>(abilities);
            left.removeAll(List.of(missing));
            return new Client(name, version, program, since, until, protocols, left, jars);
        }

        public boolean can(Can ability) {
            return abilities.contains(ability);
        }

        @Override
        public String toString() {
            return name + (version.isEmpty() ? "" : " " + version);
        }
    }

    private HttpClients() {}

    /** All of them. */
    public static List<Client> all() {
        List<Client> all = new ArrayList<>();
        all.add(client("HttpURLConnection", "", "HttpUrlConnectionApp"));
        all.add(client("java.net.http", "", "JdkHttpClientApp").since(11).alsoH2());
        all.add(client("Apache HttpClient", "4.0.3", "Apache40App", apache("4.0.3", "4.0.1", "1.1.1", "1.3")));
        all.add(client("Apache HttpClient", "4.2.6", "Apache40App", apache("4.2.6", "4.2.5", "1.1.1", "1.6")));
        all.add(client("Apache HttpClient", "4.3.6", "Apache4App", apache("4.3.6", "4.3.3", "1.1.3", "1.6")));
        all.add(client("Apache HttpClient", "4.5.14", "Apache4App", apache("4.5.14", "4.4.16", "1.2", "1.11")));
        all.add(client("Apache HttpAsyncClient", "4.1.5", "ApacheAsync4App", apacheAsync()));
        all.add(client("Apache HttpClient", "5.0.4", "Apache5App", apache5("5.0.4", "5.0.4")));
        all.add(client("Apache HttpClient", "5.5.1", "Apache5App", apache5("5.5.1", "5.3.6")));
        // On JDK 9 and later its HTTP/2 needs help from the application.
        all.add(client("Apache HttpClient async", "5.0.4", "ApacheAsync5App", apache5("5.0.4", "5.0.4")));
        all.add(client("Apache HttpClient async", "5.5.1", "ApacheAsync5App", apache5("5.5.1", "5.3.6"))
                .alsoH2());
        all.add(client(
                        "Commons HttpClient",
                        "3.1",
                        "CommonsHttp31App",
                        "commons-httpclient:3.1",
                        "commons-logging:1.0.4",
                        "commons-codec:1.2")
                .without(Can.CHECK_NAMES));
        okHttp(all);
        netty(all);
        jetty(all);
        all.add(grpc("netty", "grpc-netty:1.76.0", netty41("4.1.124.Final")));
        all.add(grpc("okhttp", "grpc-okhttp:1.76.0", jars("okio-jvm:3.6.0", "kotlin-stdlib:1.8.21")));
        return all;
    }

    private static void okHttp(List<Client> all) {
        all.add(client("OkHttp", "3.12.13", "OkHttpApp", "okhttp:3.12.13", "okio:1.17.2")
                .alsoH2());
        all.add(client("OkHttp", "3.14.9", "OkHttpApp", "okhttp:3.14.9", "okio:1.17.2")
                .alsoH2());
        all.add(client("OkHttp", "4.12.0", "OkHttpApp", "okhttp:4.12.0", "okio-jvm:3.6.0", "kotlin-stdlib:1.8.21")
                .alsoH2());
        all.add(client("OkHttp", "5.3.0", "OkHttpApp", "okhttp-jvm:5.3.0", "okio-jvm:3.16.2", "kotlin-stdlib:2.2.21")
                .alsoH2());
    }

    private static void netty(List<Client> all) {
        Can[] bare = {Can.LOG_IN, Can.FOLLOW_REDIRECTS, Can.SPEAK_CLEAR_TEXT};
        all.add(client("Netty", "4.1.60.Final", "NettyApp", netty41("4.1.60.Final"))
                .alsoH2()
                .without(bare));
        all.add(client("Netty", "4.1.128.Final", "NettyApp", netty41("4.1.128.Final"))
                .alsoH2()
                .without(bare));
        all.add(client("Netty", "4.2.7.Final", "NettyApp", netty42("4.2.7.Final"))
                .alsoH2()
                .without(bare));
        all.add(client("Reactor Netty", "1.0.48", "ReactorNettyApp", reactor("1.0.48", "3.4.41", "4.1.112.Final"))
                .alsoH2()
                .without(Can.LOG_IN, Can.SPEAK_CLEAR_TEXT));
        all.add(client("Reactor Netty", "1.2.11", "ReactorNettyApp", reactor("1.2.11", "3.7.12", "4.1.127.Final"))
                .alsoH2()
                .without(Can.LOG_IN, Can.SPEAK_CLEAR_TEXT));
        all.add(client(
                "AsyncHttpClient",
                "2.12.4",
                "AsyncHttpClientApp",
                join(
                        netty41("4.1.60.Final"),
                        "async-http-client:2.12.4",
                        "async-http-client-netty-utils:2.12.4",
                        "netty-codec-socks:4.1.60.Final",
                        "netty-handler-proxy:4.1.60.Final",
                        "reactive-streams:1.0.3",
                        "netty-reactive-streams:2.0.4",
                        "slf4j-api:1.7.36",
                        "slf4j-nop:1.7.36",
                        "jakarta.activation:1.2.2")));
        all.add(client(
                        "AsyncHttpClient",
                        "3.0.3",
                        "AsyncHttpClientApp",
                        join(
                                netty42("4.2.5.Final"),
                                "async-http-client:3.0.3",
                                "netty-codec-socks:4.2.5.Final",
                                "netty-handler-proxy:4.2.5.Final",
                                "slf4j-api:2.0.17",
                                "slf4j-nop:2.0.17",
                                "jakarta.activation:2.0.1"))
                .since(11));
        all.add(client(
                        "Vert.x",
                        "4.5.22",
                        "VertxApp",
                        join(
                                netty41("4.1.128.Final"),
                                "vertx-core:4.5.22",
                                "netty-codec-socks:4.1.128.Final",
                                "netty-handler-proxy:4.1.128.Final",
                                "netty-resolver-dns:4.1.128.Final",
                                "netty-codec-dns:4.1.128.Final",
                                "jackson-core:2.16.1"))
                .alsoH2()
                .without(Can.LOG_IN, Can.SPEAK_CLEAR_TEXT));
        all.add(client(
                        "Vert.x",
                        "5.0.5",
                        "Vertx5App",
                        join(
                                netty42("4.2.7.Final"),
                                "vertx-core:5.0.5",
                                "vertx-core-logging:5.0.5",
                                "netty-codec-socks:4.2.7.Final",
                                "netty-handler-proxy:4.2.7.Final",
                                "netty-resolver-dns:4.2.7.Final",
                                "netty-codec-dns:4.2.7.Final",
                                "jackson-core:2.18.2"))
                .since(11)
                .alsoH2()
                .without(Can.LOG_IN, Can.SPEAK_CLEAR_TEXT));
    }

    private static void jetty(List<Client> all) {
        // The first without a jar on the boot class path for HTTP/2 on JDK 8 came later.
        all.add(client("Jetty", "9.4.20.v20190813", "Jetty9App", jetty9("9.4.20.v20190813", "jetty-alpn-java-client"))
                .since(11)
                .alsoH2());
        all.add(client(
                        "Jetty",
                        "9.4.58.v20250814",
                        "Jetty9App",
                        jetty9("9.4.58.v20250814", "jetty-alpn-openjdk8-client"))
                .until(8)
                .alsoH2());
        all.add(client("Jetty", "9.4.58.v20250814", "Jetty9App", jetty9("9.4.58.v20250814", "jetty-alpn-java-client"))
                .since(9)
                .alsoH2());
        for (String version : List.of("10.0.0", "10.0.26", "11.0.0", "11.0.26")) {
            all.add(client(
                            "Jetty",
                            version,
                            "Jetty9App",
                            join(jetty9(version, "jetty-alpn-java-client"), "slf4j-api:2.0.17", "slf4j-nop:2.0.17"))
                    .since(11)
                    .alsoH2());
        }
        all.add(jetty12("12.0.0"));
        all.add(jetty12("12.0.29"));
        all.add(jetty12("12.1.13", "jetty-compression-common:12.1.13", "jetty-compression-gzip:12.1.13"));
    }

    private static Client jetty12(String version, String... more) {
        List<Path> all = join(
                jetty(version, "jetty-http2-", "client-transport"),
                "jetty-alpn-java-client:" + version,
                "slf4j-api:2.0.17",
                "slf4j-nop:2.0.17");
        return client("Jetty", version, "Jetty12App", join(all, more)).since(17).alsoH2();
    }

    /** The client of this name in its newest version. */
    public static Client newest(String name) {
        return all().stream()
                .filter(client -> client.name().equals(name))
                .reduce((older, newer) -> newer)
                .orElseThrow(() -> new IllegalArgumentException("no client is called " + name));
    }

    /** Every client that runs on this JDK. */
    public static List<Client> on(Jdk jdk) {
        return all().stream().filter(client -> client.runsOn(jdk)).toList();
    }

    static Client client(String name, String version, String program, List<Path> jars) {
        List<Path> all = new ArrayList<>(jars);
        all.add(newerApps());
        return new Client(
                name, version, program, 8, Integer.MAX_VALUE, List.of(HttpProtocol.H1), Set.of(Can.values()), all);
    }

    private static Client client(String name, String version, String program, String... jars) {
        return client(name, version, program, jars(jars));
    }

    /** Each as {@code artifact:version}. */
    private static List<Path> jars(String... names) {
        return Arrays.stream(names)
                .map(name -> name.split(":"))
                .map(name -> Drivers.jar(name[0], name[1]))
                .toList();
    }

    private static List<Path> apache(String client, String core, String logging, String codec) {
        return jars("httpclient:" + client, "httpcore:" + core, "commons-logging:" + logging, "commons-codec:" + codec);
    }

    private static List<Path> apacheAsync() {
        List<Path> all = new ArrayList<>(apache("4.5.14", "4.4.16", "1.2", "1.11"));
        all.addAll(jars("httpasyncclient:4.1.5", "httpcore-nio:4.4.16"));
        return all;
    }

    private static List<Path> apache5(String client, String core) {
        return jars(
                "httpclient5:" + client,
                "httpcore5:" + core,
                "httpcore5-h2:" + core,
                "slf4j-api:1.7.36",
                "slf4j-nop:1.7.36",
                "commons-codec:1.15");
    }

    private static List<Path> netty41(String version) {
        return join(nettyCommon(version), "netty-codec:" + version);
    }

    /** From 4.2 on the codecs are two jars. */
    private static List<Path> netty42(String version) {
        return join(nettyCommon(version), "netty-codec-base:" + version, "netty-codec-compression:" + version);
    }

    private static List<Path> nettyCommon(String version) {
        return jars(
                "netty-codec-http2:" + version,
                "netty-codec-http:" + version,
                "netty-common:" + version,
                "netty-buffer:" + version,
                "netty-transport:" + version,
                "netty-resolver:" + version,
                "netty-handler:" + version,
                "netty-transport-native-unix-common:" + version);
    }

    private static List<Path> reactor(String version, String core, String netty) {
        return join(
                netty41(netty),
                "reactor-netty-http:" + version,
                "reactor-netty-core:" + version,
                "reactor-core:" + core,
                "reactive-streams:1.0.4",
                "netty-resolver-dns:" + netty,
                "netty-codec-dns:" + netty,
                "netty-handler-proxy:" + netty,
                "netty-codec-socks:" + netty);
    }

    private static List<Path> jetty9(String version, String alpn) {
        return join(jetty(version, "http2-", "http-client-transport"), alpn + ":" + version);
    }

    private static List<Path> jetty(String version, String http2, String transport) {
        return jars(
                "jetty-client:" + version,
                "jetty-http:" + version,
                "jetty-util:" + version,
                "jetty-io:" + version,
                http2 + transport + ":" + version,
                http2 + "client:" + version,
                http2 + "common:" + version,
                http2 + "hpack:" + version,
                "jetty-alpn-client:" + version);
    }

    /** gRPC with its own copy of Netty, and of the TLS that is not the JDK's. */
    public static Client grpcShaded() {
        return grpc("netty shaded", "grpc-netty-shaded:1.76.0", List.of());
    }

    /** What Jetty's HttpClient stands on for HTTP/2, without it. */
    public static Client jettyLowLevel() {
        String version = "9.4.58.v20250814";
        return client("Jetty HTTP2Client", version, "JettyLowLevelApp", jetty9(version, "jetty-alpn-java-client"))
                .since(9)
                .onlyH2();
    }

    /** Reactor Netty over a transport with code of its own, which it takes by itself where that is there. */
    public static Client reactorOverEpoll() {
        String netty = "4.1.127.Final";
        List<Path> jars = join(
                reactor("1.2.11", "3.7.12", netty),
                "netty-transport-classes-epoll:" + netty,
                "netty-transport-native-epoll:" + netty + "-linux-x86_64");
        return client("Reactor Netty over epoll", "1.2.11", "ReactorNettyApp", jars);
    }

    private static Client grpc(String transport, String jar, List<Path> below) {
        List<Path> all = join(
                below,
                jar,
                "grpc-api:1.76.0",
                "grpc-core:1.76.0",
                "grpc-util:1.76.0",
                "grpc-context:1.76.0",
                "grpc-stub:1.76.0",
                "gson:2.11.0",
                "guava:33.4.8-android",
                "failureaccess:1.0.3",
                "perfmark-api:0.27.0");
        return client("gRPC " + transport, "1.76.0", "GrpcApp", all)
                .onlyH2()
                .without(Can.LOG_IN, Can.FOLLOW_REDIRECTS, Can.SEND_FORMS, Can.SPEAK_CLEAR_TEXT);
    }

    private static List<Path> join(List<Path> some, String... more) {
        List<Path> all = new ArrayList<>(some);
        all.addAll(jars(more));
        return all;
    }

    /** The programs that need more than Java 8. */
    private static Path newerApps() {
        try {
            Class<?> any = Class.forName("legacy.JdkHttpClientApp", false, HttpClients.class.getClassLoader());
            return Path.of(
                    any.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (ClassNotFoundException | URISyntaxException e) {
            throw new IllegalStateException("the test programs are not on the class path", e);
        }
    }
}
