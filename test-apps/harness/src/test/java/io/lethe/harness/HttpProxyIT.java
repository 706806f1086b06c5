package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A forward proxy's login goes to that proxy, in clear text as its grant allows, and to nobody else; and what a grant allows to
 * an origin goes through a tunnel, and never to a proxy.
 */
@NeedsServers({"nginx", "tinyproxy-bin"})
final class HttpProxyIT {

    private static final byte[] SECRET = Secrets.random(32);
    private static final byte[] PASSWORD = Secrets.random(32);
    private static final Taken NOTHING = new Taken(SECRET, PASSWORD);
    private static final Taken NO_LOGIN = new Taken(PASSWORD);

    /** The others' TLS does not say to which port the tunnel leads: there an origin's reference is refused. */
    private static final List<String> NAMES_PORTS = List.of("HttpURLConnection", "java.net.http");

    private static Authority authority;
    private static Nginx nginx;
    private static TinyProxy proxy;
    private static HttpRecorder origin;
    private static HttpRecorder otherProxy;
    private static VaultSetup vault;

    @BeforeAll
    static void start() {
        authority = Authority.create();
        nginx = Nginx.start(authority.server("nginx"), SECRET);
        proxy = TinyProxy.start(PASSWORD);
        origin = HttpRecorder.plain();
        otherProxy = HttpRecorder.plain();
        vault = VaultSetup.create().put("login", PASSWORD).put("right", SECRET);
        vault.grantWith("login", proxy.target(), "--header", "Proxy-Authorization");
        vault.grantWith(
                "right",
                nginx.origin(Nginx.Speaks.TLS),
                "--header",
                "X-Api-Key",
                "--ca",
                authority.certificate().toString());
        // An operator who consents to everything; a proxy must not see it all the same.
        for (String target : List.of(origin.origin(), proxy.target(), otherProxy.origin())) {
            vault.grantWith("right", target, "--header", "X-Api-Key", "--header", "Proxy-Authorization");
        }
    }

    @AfterAll
    static void stop() {
        proxy.close();
        nginx.close();
        origin.close();
        otherProxy.close();
    }

    /** The clients that were run so far; what others send to a proxy is decided by the same rules. */
    static Stream<Arguments> rows() {
        return HttpMatrix.throughProxies();
    }

    private static App start(Jdk jdk, HttpClients.Client client, HttpConfig config) {
        return client.on(jdk)
                .roomy()
                .flags(authority.trusted())
                .flags("-Djdk.http.auth.tunneling.disabledSchemes=")
                .config(config.values())
                .underLethe(vault.config())
                .start();
    }

    private static HttpConfig through(HttpConfig config, String address) {
        return config.with("proxy", address).with("proxy.user", TinyProxy.USER).with("proxy.password", "lethe:login");
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("rows")
    void proxysLogin_opensTheTunnel_andTheOriginsSecretGoesThroughIt(Jdk jdk, HttpClients.Client client) {
        boolean both = NAMES_PORTS.contains(client.name());
        HttpConfig config = through(
                HttpConfig.of(nginx, HttpProtocol.H1).apiKey(both ? "lethe:right" : Secrets.text(SECRET)),
                proxy.address());
        long before = proxy.established();
        try (App app = start(jdk, client, config)) {
            assertThat(app.ask("get 3")).startsWith("ok 200 authorization=NONE key=TRUE ");
            assertThat(proxy.established()).isGreaterThan(before);
            Wanted login = Wanted.secret("login", PASSWORD);
            Residue residue = MemoryScan.scan(app.pid(), both ? login.and("secret", SECRET) : login);
            if (!residue.isOnlyRegistersOf(jdk)) {
                assertThat(residue.total()).as(residue.toString()).isZero();
            }
            assertThat(app.out() + app.err() + proxy.log())
                    .doesNotContain(Secrets.text(SECRET), Secrets.text(PASSWORD));
            if (!both) {
                HttpApps.configure(app, config.apiKey("lethe:right"));
                assertThat(app.ask("get")).startsWith("error ").contains("lethe:right", "is denied");
            }
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("rows")
    void plainRequest_carriesTheProxysLogin_asFarAsTheProxy(Jdk jdk, HttpClients.Client client) {
        HttpConfig config = through(HttpConfig.of(origin.origin() + "/v1", HttpProtocol.H1), proxy.address());
        int before = origin.requests();
        try (App app = start(jdk, client, config)) {
            assertThat(app.ask("get 1")).startsWith("ok 200 recorded");
            assertThat(origin.requests()).isEqualTo(before + 1);
            NO_LOGIN.isNotIn(origin);
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("rows")
    void anotherProxy_receivesNothing(Jdk jdk, HttpClients.Client client) {
        String address = "localhost:" + otherProxy.port();
        byte[] login = (TinyProxy.USER + ":lethe:login").getBytes(StandardCharsets.UTF_8);
        HttpConfig config = HttpConfig.of(origin.origin() + "/v1", HttpProtocol.H1)
                .header("Proxy-Authorization", "Basic " + Base64.getEncoder().encodeToString(login));
        try (App app = start(jdk, client, config.with("proxy", address))) {
            int before = otherProxy.requests();
            assertThat(app.ask("get")).startsWith("error ").contains("lethe:login", "is denied");
            assertThat(otherProxy.requests()).isEqualTo(before);
            // Without any proxy it is one's own mistake, and stays at home; java.net.http leaves the header out.
            HttpApps.configure(app, config);
            assertThat(app.ask("get")).matches("error .*lethe:login.* goes to no proxy.*|ok 200 recorded");
            assertThat(origin.text()).doesNotContain("lethe:", "Proxy-Authorization");
            NO_LOGIN.isNotIn(origin);
            NOTHING.isNotIn(otherProxy);
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("rows")
    void originsSecret_isNotShownToAProxy(Jdk jdk, HttpClients.Client client) {
        HttpConfig config =
                HttpConfig.of(origin.origin() + "/v1", HttpProtocol.H1).apiKey("lethe:right");
        try (App app = start(jdk, client, config.with("proxy", "localhost:" + otherProxy.port()))) {
            int before = otherProxy.requests();
            assertThat(app.ask("get")).startsWith("error ").contains("lethe:right", "through a proxy in clear text");
            assertThat(otherProxy.requests()).isEqualTo(before);
            NOTHING.isNotIn(otherProxy);
            HttpApps.configure(app, config);
            assertThat(app.mustDo("get")).as("without a proxy, as granted").startsWith("200");
        }
    }
}
