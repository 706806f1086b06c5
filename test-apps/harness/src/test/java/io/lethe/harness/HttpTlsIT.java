package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * TLS that prints what it encrypts, and TLS or ciphers that are not the JDK's own, carry no reference and say why; all else
 * that programs send goes on as before. Whatever a client logs, it is no secret.
 */
final class HttpTlsIT {

    private static final byte[] SECRET = Secrets.random(32);
    private static final Taken NOTHING = new Taken(SECRET);

    /** A whole Bouncy Castle before the JDK's providers breaks JSSE's key agreement by itself; its AES alone does not. */
    private static final String CIPHERS = "legacy.Starter$Ciphers";

    private static final Map<HttpProtocol, HttpRecorder> SERVERS = new HashMap<>();

    private static Authority authority;
    private static VaultSetup vault;

    @BeforeAll
    static void start() {
        authority = Authority.create();
        Authority.Identity identity = authority.server("server");
        for (HttpProtocol protocol : HttpProtocol.values()) {
            SERVERS.put(protocol, HttpRecorder.tls(identity, protocol));
        }
        vault = VaultSetup.create().put("payments", SECRET);
        vault.grantWith(
                "payments",
                server(HttpProtocol.H1).origin(),
                "--to",
                server(HttpProtocol.H2).origin(),
                "--to",
                "https://127.0.0.1:" + server(HttpProtocol.H1).port(),
                "--to",
                "https://127.0.0.1:" + server(HttpProtocol.H2).port(),
                "--header",
                "Authorization",
                "--header",
                "X-Api-Key");
    }

    @AfterAll
    static void stop() {
        SERVERS.values().forEach(HttpRecorder::close);
    }

    private static HttpRecorder server(HttpProtocol protocol) {
        return SERVERS.get(protocol);
    }

    private static HttpConfig withReferences(HttpRow row) {
        return row.to(server(row.protocol()).origin())
                .bearer("lethe:payments")
                .apiKey("lethe:payments")
                .header("X-Comment", "see lethe:payments");
    }

    private static Program program(HttpRow row) {
        return row.program().flags(authority.trusted()).underLethe(vault.config());
    }

    static Stream<Arguments> loudTls() {
        return HttpRow.all()
                .flatMap(row -> Stream.of("all", "ssl,handshake,plaintext", "").map(value -> Arguments.of(row, value)));
    }

    @ParameterizedTest(name = "{0} -Djavax.net.debug={1}")
    @MethodSource("loudTls")
    void tlsThatPrintsPlaintext_carriesNoReference(HttpRow row, String debug) {
        refused(row, program(row).flags("-Djavax.net.debug=" + debug), true, "javax.net.debug");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#all")
    void tlsThatPrintsHandshakes_carriesReferences(HttpRow row) {
        sent(row, program(row).flags("-Djavax.net.debug=ssl:handshake:verbose"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#all")
    void cipherOfAnotherProvider_carriesNoReference(HttpRow row) {
        refused(row, program(row).with(providers()).after("provider=" + CIPHERS), false, "provider Ciphers");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#all")
    void cipherOfAProviderThatCameLater_carriesNoReference(HttpRow row) {
        HttpRecorder server = server(row.protocol());
        HttpConfig config = row.to(server.origin()).bearer("lethe:payments");
        try (App app = program(row).with(providers()).config(config.values()).start()) {
            assertThat(app.mustDo("get")).startsWith("200");
            app.mustDo("provider " + CIPHERS);
            assertThat(app.mustDo("get"))
                    .as("on a connection that was there before")
                    .startsWith("200");
            HttpConfig another =
                    row.to(server.origin().replace("localhost", "127.0.0.1")).bearer("lethe:payments");
            HttpApps.configure(app, another);
            int before = server.requests();
            assertThat(app.ask("get")).startsWith("error - ").contains("lethe:payments", "provider Ciphers");
            assertThat(server.requests()).isEqualTo(before);
            HttpApps.configure(app, row.to(server.origin()).bearer("in the clear"));
            assertThat(app.mustDo("get")).as("without a reference").startsWith("200");
        }
    }

    static Stream<Arguments> foreignTls() {
        return HttpRow.all()
                .flatMap(row -> Stream.of(
                        Arguments.of(
                                row,
                                "org.bouncycastle.jsse.provider.",
                                List.of(
                                        "provider=org.bouncycastle.jce.provider.BouncyCastleProvider",
                                        "provider=org.bouncycastle.jsse.provider.BouncyCastleJsseProvider",
                                        "tls=BCJSSE")),
                        Arguments.of(
                                row,
                                "org.conscrypt.",
                                List.of("provider=org.conscrypt.OpenSSLProvider", "tls=Conscrypt"))))
                // On 8 HttpsURLConnection over it refuses the server's certificate, without Lethe too.
                .filter(arguments -> ((HttpRow) arguments.get()[0]).jdk().major() > 8
                        || !String.valueOf(arguments.get()[1]).startsWith("org.bouncycastle"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("foreignTls")
    void tlsOfAnotherProvider_carriesNoReference(HttpRow row, String type, List<String> before) {
        Program program = program(row).with(providers()).after(before.toArray(new String[0]));
        refused(row, program, false, type, "JSSE");
    }

    private static List<Path> providers() {
        return List.of(
                Drivers.jar("bcprov-jdk15to18", "1.81"),
                Drivers.jar("bcutil-jdk15to18", "1.81"),
                Drivers.jar("bctls-jdk15to18", "1.81"),
                Drivers.jar("conscrypt-openjdk-uber", "2.5.2"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#all")
    void whateverAClientLogs_isNoSecret(HttpRow row) {
        sent(
                row,
                program(row)
                        .flags(
                                "-Djdk.httpclient.HttpClient.log=all",
                                "-Djdk.internal.httpclient.debug=err",
                                "-Djdk.internal.httpclient.hpack.debug=EXTRA")
                        .after("log=jdk.httpclient.HttpClient", "log=jdk.internal.httpclient", "log=sun.net.www"));
    }

    private static void sent(HttpRow row, Program program) {
        HttpRecorder server = server(row.protocol());
        int before = server.requests();
        App app = program.config(withReferences(row).values()).start();
        try (app) {
            assertThat(app.mustDo("get 3")).startsWith("200");
            assertThat(server.requests()).isEqualTo(before + 3);
            assertThat(server.text()).contains("Bearer " + Secrets.text(SECRET));
            assertThat(app.exit()).isZero();
        }
        assertThat(app.out() + app.err()).doesNotContain(Secrets.text(SECRET));
    }

    /** @param prints whether it prints what it encrypts, a reference in a comment included */
    private static void refused(HttpRow row, Program program, boolean prints, String... said) {
        HttpRecorder server = server(row.protocol());
        int before = server.requests();
        App app = program.config(withReferences(row).values()).start();
        try (app) {
            for (int i = 0; i < 2; i++) {
                assertThat(app.ask("get"))
                        .startsWith("error - ")
                        .contains("lethe:payments", server.origin())
                        .contains(said);
            }
            assertThat(server.requests()).as("requests that arrived").isEqualTo(before);
            HttpApps.configure(app, row.to(server.origin()).bearer("in the clear"));
            assertThat(app.mustDo("get 2")).as("without a reference").startsWith("200");
            assertThat(server.requests()).isEqualTo(before + 2);
            assertThat(app.exit()).isZero();
        }
        NOTHING.isNotIn(app.out());
        if (prints) {
            assertThat(app.err())
                    .doesNotContain(Secrets.text(SECRET), Secrets.text(SECRET).substring(0, 16));
        } else {
            NOTHING.isNotIn(app.err());
        }
    }
}
