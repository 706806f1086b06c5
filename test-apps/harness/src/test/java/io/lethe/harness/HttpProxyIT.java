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

    private static Authority authority;
    private static Nginx nginx;
    private static TinyProxy proxy;
    private static HttpRecorder origin;
    private static HttpRecorder otherProxy;
    private static HttpRecorder other;
    private static VaultSetup vault;

    @BeforeAll
    static void start() {
        authority = Authority.create();
        nginx = Nginx.start(authority.server("nginx"), SECRET);
        proxy = TinyProxy.start(PASSWORD);
        origin = HttpRecorder.plain();
        otherProxy = HttpRecorder.plain();
        other = HttpRecorder.tls(authority.server("other"));
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
        other.close();
    }

    static Stream<Arguments> rows() {
        return HttpMatrix.throughProxies();
    }

    /** Two of the programs speak TLS alone. */
    static Stream<Arguments> plainRows() {
        return rows().filter(row -> ((HttpClients.Client) row.get()[1]).can(HttpClients.Can.SPEAK_CLEAR_TEXT));
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
        HttpConfig config = through(HttpConfig.of(nginx, HttpProtocol.H1).apiKey("lethe:right"), proxy.address());
        long before = proxy.established();
        try (App app = start(jdk, client, config)) {
            assertThat(ask(app, "get 3")).startsWith("ok 200 authorization=NONE key=TRUE ");
            assertThat(proxy.established()).isGreaterThan(before);
            Residue residue =
                    MemoryScan.scan(app.pid(), Wanted.secret("login", PASSWORD).and("secret", SECRET));
            Left.nothing(vault, app.pid(), jdk, residue);
            // Through the same tunnel to a port that no grant names.
            HttpApps.configure(
                    app,
                    through(HttpConfig.of(other.origin() + "/v1", HttpProtocol.H1), proxy.address())
                            .apiKey("lethe:right"));
            assertThat(ask(app, "get")).startsWith("error ").contains("lethe:right", "is denied", other.origin());
            assertThat(other.requests()).isZero();
            NOTHING.isNotIn(other);
            assertThat(app.out() + app.err() + proxy.log())
                    .doesNotContain(Secrets.text(SECRET), Secrets.text(PASSWORD));
            assertThat(app.err()).doesNotContain("an error of Lethe's own");
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("plainRows")
    void inClearText_aProxyGetsItsOwnLogin_andNothingElse(Jdk jdk, HttpClients.Client client) {
        HttpConfig plain = HttpConfig.of(origin.origin() + "/v1", HttpProtocol.H1);
        byte[] login = (TinyProxy.USER + ":lethe:login").getBytes(StandardCharsets.UTF_8);
        HttpConfig itself = plain.header(
                "Proxy-Authorization", "Basic " + Base64.getEncoder().encodeToString(login));
        String elsewhere = "localhost:" + otherProxy.port();
        int before = origin.requests();
        try (App app = start(jdk, client, through(plain, proxy.address()))) {
            assertThat(ask(app, "get")).startsWith("ok 200 recorded");
            assertThat(origin.requests())
                    .as("the one that it is for passes it on without")
                    .isEqualTo(before + 1);
            NO_LOGIN.isNotIn(origin);
            // Another proxy receives nothing.
            HttpApps.configure(app, itself.with("proxy", elsewhere));
            before = otherProxy.requests();
            assertThat(ask(app, "get")).startsWith("error ").contains("lethe:login", "is denied");
            HttpApps.configure(app, plain.apiKey("lethe:right").with("proxy", elsewhere));
            assertThat(ask(app, "get")).startsWith("error ").contains("lethe:right", "through a proxy in clear text");
            assertThat(otherProxy.requests()).isEqualTo(before);
            NOTHING.isNotIn(otherProxy);
            HttpApps.configure(app, plain.apiKey("lethe:right"));
            assertThat(ask(app, "get")).as("without a proxy, as granted").startsWith("ok 200");
            // Without any proxy a proxy's login is one's own mistake, and stays at home; java.net.http leaves the
            // header out.
            HttpApps.configure(app, itself);
            assertThat(ask(app, "get")).matches("error .*lethe:login.* goes to no proxy.*|ok 200 recorded");
            assertThat(origin.text()).doesNotContain("lethe:", "Proxy-Authorization");
            assertThat(app.err()).doesNotContain("an error of Lethe's own");
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
}
