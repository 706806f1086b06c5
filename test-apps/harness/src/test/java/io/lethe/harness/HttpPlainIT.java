package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Where a grant says {@code http://}, the secret goes out in clear text, to that host and port and to nobody else; what stays
 * in memory is measured, beside the same program without Lethe.
 */
@NeedsServers
final class HttpPlainIT {

    private static final Results RESULTS = new Results("http-plain-residue");

    private static final byte[] SECRET = Secrets.random(32);
    private static final Taken NOTHING = new Taken(SECRET);
    private static final String[] HEADERS = {
        "--header", "Authorization", "--header", "X-Api-Key", "--form", "client_secret"
    };

    private static Nginx nginx;
    private static HttpRecorder other;
    private static HttpRecorder granted;
    private static VaultSetup vault;

    @BeforeAll
    static void start() {
        nginx = Nginx.start(Authority.create().server("nginx"), SECRET);
        other = HttpRecorder.plain();
        granted = HttpRecorder.plain();
        vault = VaultSetup.create().put("right", SECRET).put("tls-only", SECRET);
        vault.grantWith("right", origin(), HEADERS);
        vault.grantWith("right", granted.origin(), HEADERS);
        vault.grantWith("tls-only", "https://localhost:" + granted.port(), HEADERS);
    }

    @AfterAll
    static void stop() {
        nginx.close();
        other.close();
        granted.close();
    }

    private static String origin() {
        return nginx.origin(Nginx.Speaks.PLAIN);
    }

    /** The clients that have a sink for it. */
    static Stream<Arguments> rows() {
        return HttpMatrix.plain();
    }

    private static App start(Jdk jdk, HttpClients.Client client, HttpConfig config) {
        return client.on(jdk)
                .roomy()
                .config(config.values())
                .underLethe(vault.config())
                .start();
    }

    private static HttpConfig config(String url) {
        return HttpConfig.of(url, HttpProtocol.H1);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("rows")
    void grantForHttp_isConsent_andTheRestIsMeasured(Jdk jdk, HttpClients.Client client) {
        HttpConfig config = HttpConfig.of(origin(), "/check", HttpProtocol.H1);
        try (App app = client.on(jdk)
                .roomy()
                .config(config.bearer(Secrets.text(SECRET)).values())
                .start()) {
            assertThat(app.mustDo("get 1 url")).contains("authorization=TRUE");
            assertThat(scan(app, jdk, client, "without Lethe", 1).total())
                    .as("positive control")
                    .isPositive();
        }
        try (App app = start(jdk, client, config.bearer("lethe:right"))) {
            assertThat(ask(app, "get 1 url")).contains("ok 200", "authorization=TRUE");
            scan(app, jdk, client, "request", 1);
            assertThat(ask(app, "get 50 url")).contains("ok 200", "authorization=TRUE");
            scan(app, jdk, client, "50 kept-alive requests", 51);
            assertThat(ask(app, "threads 16 url")).contains("ok 200", "authorization=TRUE");
            scan(app, jdk, client, "16 threads", 67);
            app.mustDo("config " + file(config.apiKey("lethe:right")));
            assertThat(ask(app, "get 1 url")).contains("ok 200", "key=TRUE");
            app.mustDo("config " + file(config.basic("lethe:right")));
            assertThat(ask(app, "get 1 url")).contains("ok 200", "authorization=TRUE");
            assertThat(app.out() + app.err()).doesNotContain(Secrets.text(SECRET));
        }
    }

    /** An event loop waits 200 ms for a lease; then that request alone fails, and says that it may be made again. */
    private static String ask(App app, String command) {
        String answer = app.ask(command);
        for (int i = 0; i < 20 && answer.startsWith("error ") && answer.contains("try again"); i++) {
            answer = app.ask(command);
        }
        return answer;
    }

    private static Residue scan(App app, Jdk jdk, HttpClients.Client client, String scenario, int requests) {
        Residue residue = MemoryScan.scan(app.pid(), vault.addIdentitiesTo(Wanted.secret("secret", SECRET)));
        RESULTS.scanned(
                app,
                residue,
                "jdk",
                jdk.major(),
                "client",
                client,
                "protocol",
                "h1 in clear text",
                "credential",
                "bearer",
                "scenario",
                scenario,
                "requests",
                requests);
        return residue;
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("rows")
    void nobodyElse_receivesIt(Jdk jdk, HttpClients.Client client) {
        try (App app =
                start(jdk, client, config(other.origin()).bearer("lethe:right").apiKey("lethe:right"))) {
            refused(app, other, "lethe:right", other.origin(), "is denied");
            // Another name of the same host is not the one that was granted.
            app.mustDo("config "
                    + file(config("http://127.0.0.1:" + granted.port()).apiKey("lethe:right")));
            refused(app, granted, "lethe:right", "http://127.0.0.1:" + granted.port(), "is denied");
            app.mustDo("config " + file(config(granted.origin()).apiKey("lethe:tls-only")));
            refused(app, granted, "lethe:tls-only", granted.origin(), "is denied");
            app.mustDo("config "
                    + file(config(granted.origin() + "/redirect?to=" + other.origin() + "/landed")
                            .apiKey("lethe:right")));
            assertThat(app.ask("get")).matches("error .*|ok 302.*");
            assertThat(other.text()).doesNotContain("lethe:", Secrets.text(SECRET));
            app.mustDo("config " + file(config(other.origin()).apiKey("in the clear")));
            assertThat(app.mustDo("get"))
                    .as("without a reference all is as before")
                    .startsWith("200");
            NOTHING.isNotIn(other);
            assertThat(app.out() + app.err()).doesNotContain(Secrets.text(SECRET));
        }
    }

    @Test
    void socksProxy_couldReadAll_andReceivesNothing() {
        HttpClients.Client client = HttpClients.newest("HttpURLConnection");
        try (HttpRecorder socks = HttpRecorder.socks();
                App app = client.on(Jdks.running())
                        .flags("-DsocksProxyHost=127.0.0.1", "-DsocksProxyPort=" + socks.port())
                        // By default what is local goes past the proxy.
                        .flags("-DsocksNonProxyHosts=", "-Dhttp.nonProxyHosts=")
                        .config(config(granted.origin()).apiKey("lethe:right").values())
                        .underLethe(vault.config())
                        .start()) {
            refused(app, socks, "lethe:right", granted.origin(), "SOCKS proxy in clear text");
            assertThat(socks.connections()).as("through the proxy").isPositive();
            app.mustDo("config " + file(config(granted.origin()).apiKey("in the clear")));
            assertThat(app.mustDo("get"))
                    .as("without a reference all is as before")
                    .startsWith("200");
            NOTHING.isNotIn(socks);
        }
    }

    /** TLS is the JDK's there, too; sockets are not. */
    @Test
    void netty_overATransportOfItsOwn_hasNoSinkInClearText() {
        HttpClients.Client client = HttpClients.reactorOverEpoll();
        try (HttpRecorder server = HttpRecorder.plain()) {
            vault.grantWith("right", server.origin(), HEADERS);
            HttpConfig config = config(server.origin());
            try (App app = client.on(Jdks.running())
                    .config(config.apiKey("lethe:right").values())
                    .underLethe(vault.config())
                    .start()) {
                refused(app, server, "lethe:right", server.origin(), "plain HTTP has no sink");
                app.mustDo("config " + file(config.apiKey("in the clear")));
                assertThat(app.mustDo("get"))
                        .as("without a reference all is as before")
                        .startsWith("200");
                NOTHING.isNotIn(server);
                assertThat(Path.of("/proc/" + app.pid() + "/maps")).content().contains("netty_transport_native_epoll");
            }
        }
    }

    @Test
    void http2WithoutTls_isRefused() {
        HttpClients.Client client = HttpClients.newest("Jetty");
        try (HttpRecorder server = HttpRecorder.plainHttp2()) {
            vault.grantWith("right", server.origin(), HEADERS);
            HttpConfig config = HttpConfig.of(server.origin(), HttpProtocol.H2);
            try (App app = client.on(Jdks.running())
                    .config(config.apiKey("lethe:right").values())
                    .underLethe(vault.config())
                    .start()) {
                refused(app, server, "lethe:right", server.origin(), "HTTP/2 without TLS has no sink");
                app.mustDo("config " + file(config.apiKey("in the clear")));
                assertThat(app.mustDo("get"))
                        .as("without a reference all is as before")
                        .startsWith("200");
                NOTHING.isNotIn(server);
            }
        }
    }

    /** Nothing says where such a request goes: refused where a grant names the header, else text. */
    @Test
    void framesOfAnApplicationsOwn_carryNoReference() {
        HttpClients.Client client = HttpClients.jettyLowLevel();
        try (HttpRecorder server = HttpRecorder.plainHttp2()) {
            HttpConfig config = HttpConfig.of(server.origin() + "/v1", HttpProtocol.H2);
            try (App app = client.on(Jdks.running())
                    .config(config.apiKey("lethe:right").values())
                    .underLethe(vault.config())
                    .start()) {
                refused(app, server, "lethe:right", "X-Api-Key", "none of HttpClient's senders made");
                app.mustDo("config " + file(config.header("X-Other", "lethe:right")));
                assertThat(app.mustDo("get")).startsWith("200");
                assertThat(server.requests()).isEqualTo(1);
            }
        }
    }

    private static void refused(App app, HttpRecorder server, String... reasons) {
        int before = server.requests();
        assertThat(app.ask("get")).startsWith("error ").contains(List.of(reasons));
        assertThat(server.requests()).isEqualTo(before);
    }

    private static String file(HttpConfig config) {
        return Program.propertiesFile(config.values()).toString();
    }
}
