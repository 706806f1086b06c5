package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One name that leads elsewhere, and two names that lead to one place. The JVM takes its names from a file ({@code
 * jdk.net.hosts.file}, JDK 9 and later), which the test rewrites.
 */
final class HttpNamesIT {

    private static final byte[] SECRET = Secrets.random(32);
    private static final Taken NOTHING = new Taken(SECRET);
    private static final String GRANTED = "payments.test";
    private static final String OTHER = "reports.test";

    private static Authority authority;
    private static Authority.Identity owner;
    private static Authority.Identity self;

    @BeforeAll
    static void start() {
        authority = Authority.create();
        owner = authority.serverOf(GRANTED);
        self = authority.impostorOf(GRANTED);
    }

    private static Program program(HttpClients.Client client, Path names, VaultSetup vault) {
        return client.on(Jdks.running())
                .flags("-Djdk.net.hosts.file=" + names, "-Dsun.net.inetaddr.ttl=0", "-Dsun.net.inetaddr.negative.ttl=0")
                .underLethe(vault.config());
    }

    private static VaultSetup granting(HttpRecorder server) {
        return VaultSetup.create()
                .put("payments", SECRET)
                .grantWith(
                        "payments",
                        "https://" + GRANTED + ":" + server.port(),
                        "--header",
                        "X-Api-Key",
                        "--ca",
                        authority.certificate().toString());
    }

    private static Path names(String... lines) throws IOException {
        return Files.writeString(
                TemporaryFiles.directory("lethe-names-").resolve("hosts"), String.join("\n", lines) + "\n");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"HttpURLConnection", "java.net.http"})
    void nameThatLeadsElsewhereAllAtOnce_isNoPeer(String client) throws IOException {
        HttpRecorder granted = HttpRecorder.tls(owner);
        Path names = names("127.0.0.1 " + GRANTED);
        HttpConfig config = HttpConfig.of("https://" + GRANTED + ":" + granted.port() + "/v1", HttpProtocol.H1)
                .apiKey("lethe:payments");
        try (HttpRecorder impostor = HttpRecorder.beside(granted, "127.0.0.2", self);
                App app = program(HttpClients.newest(client), names, granting(granted))
                        .after("trust-all")
                        .config(config.values())
                        .start()) {
            assertThat(app.mustDo("get 2")).startsWith("200");
            assertThat(granted.text()).contains(Secrets.text(SECRET));
            Files.writeString(names, "127.0.0.2 " + GRANTED + "\n");
            granted.close();
            assertThat(app.ask("get")).startsWith("error ").contains("lethe:payments");
            assertThat(impostor.connections()).isPositive();
            assertThat(impostor.requests()).isZero();
            NOTHING.isNotIn(impostor);
        }
    }

    /** OkHttp sends requests for both over the connection to one of them (RFC 9113, 9.1.1). */
    @Test
    void redirectToAnotherHostOfTheSameConnection_isRefused() throws IOException {
        HttpRecorder target = HttpRecorder.redirecting(
                authority.serverOf(OTHER, GRANTED), HttpProtocol.H2, "https://" + OTHER + ":0/landed");
        Path names = names("127.0.0.1 " + GRANTED, "127.0.0.1 " + OTHER);
        HttpConfig config = HttpConfig.of("https://" + GRANTED + ":" + target.port() + "/v1", HttpProtocol.H2);
        try (target;
                App app = program(HttpClients.newest("OkHttp"), names, granting(target))
                        .flags(authority.trusted())
                        .config(config.values())
                        .start()) {
            assertThat(app.ask("get")).contains("follow-up");
            assertThat(target.requests()).as("requests without a reference").isGreaterThan(2);
            assertThat(target.connections()).as("both hosts share one").isEqualTo(1);
            int before = target.requests();
            HttpApps.configure(app, config.apiKey("lethe:payments"));
            assertThat(app.ask("get")).startsWith("error ").contains("lethe:payments", OTHER, "is denied");
            assertThat(target.requests()).as("requests with a reference").isEqualTo(before + 1);
            assertThat(target.connections()).isEqualTo(2);
        }
    }
}
