package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The proxy and the programs that go through it do what other tests believe they do; the agent has no part in it. */
@NeedsServers({"nginx", "tinyproxy-bin"})
final class HttpProxyHarnessIT {

    private static final byte[] SECRET = Secrets.random(32);
    private static final byte[] PASSWORD = Secrets.random(32);

    private static Authority authority;
    private static Nginx nginx;
    private static TinyProxy proxy;

    @BeforeAll
    static void start() {
        authority = Authority.create();
        nginx = Nginx.start(authority.server("nginx"), SECRET);
        proxy = TinyProxy.start(PASSWORD);
    }

    @AfterAll
    static void stop() {
        proxy.close();
        nginx.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HttpURLConnection",
                "java.net.http",
                "Apache HttpClient",
                "Apache HttpAsyncClient",
                "Commons HttpClient",
                "OkHttp",
                "Reactor Netty",
                "AsyncHttpClient",
                "Vert.x",
                "Jetty"
            })
    void proxy_letsThroughWhoeverKnowsThePassword(String name) {
        HttpConfig config = HttpConfig.of(nginx, HttpProtocol.H1)
                // Not Authorization: java.net.http leaves it out where it has an authenticator.
                .apiKey(Secrets.text(SECRET))
                .with("proxy", proxy.address())
                .with("proxy.user", TinyProxy.USER);
        long before = proxy.established();
        assertThat(get(name, config.with("proxy.password", Secrets.text(Secrets.random(32)))))
                // tinyproxy says 407 where no password came, 401 where a wrong one did.
                .matches("error .*|ok 40[17].*");
        assertThat(proxy.established()).isEqualTo(before);
        assertThat(get(name, config.with("proxy.password", Secrets.text(PASSWORD))))
                .startsWith("ok 200 authorization=NONE key=TRUE ");
        assertThat(proxy.established()).isGreaterThan(before);
        assertThat(proxy.log()).doesNotContain(Secrets.text(SECRET), Secrets.text(PASSWORD));
    }

    private static String get(String name, HttpConfig config) {
        Program program = HttpClients.newest(name)
                .on(Jdks.of(17))
                .flags(authority.trusted())
                // Since 8u111 the JDK does not answer a proxy's 407 by Basic unless told so.
                .flags("-Djdk.http.auth.tunneling.disabledSchemes=")
                .config(config.values());
        try (App app = program.start()) {
            return app.ask("get");
        }
    }
}
