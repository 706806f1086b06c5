package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a grant does not say is refused, or stays text where nothing says that it is a reference; and it is so from the moment
 * on when the grant, the vault or the trail is gone.
 */
@NeedsServers
final class HttpGrantIT {

    private static final byte[] SECRET = Secrets.random(32);
    private static final byte[] OTHER = Secrets.random(24);
    private static final Taken NOTHING = new Taken(SECRET, OTHER);

    /** Far more than a second, for machines that do much else. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

    private static final Map<HttpProtocol, HttpRecorder> SERVERS = new HashMap<>();

    private static Authority authority;
    private static Nginx nginx;
    private static VaultSetup vault;
    private static HttpApps apps;

    @BeforeAll
    static void start() {
        authority = Authority.create();
        Authority.Identity identity = authority.server("server");
        nginx = Nginx.start(authority.server("nginx"), SECRET);
        for (HttpProtocol protocol : HttpProtocol.values()) {
            SERVERS.put(protocol, HttpRecorder.tls(identity, protocol));
        }
        vault = grantAll(VaultSetup.create().put("payments", SECRET).put("other", OTHER));
        apps = new HttpApps(row -> row.program().flags(authority.trusted()).underLethe(vault.config()));
    }

    private static VaultSetup grantAll(VaultSetup to) {
        String h1 = SERVERS.get(HttpProtocol.H1).origin();
        String h2 = SERVERS.get(HttpProtocol.H2).origin();
        String slow = nginx.origin(Nginx.Speaks.H2);
        return to.grantWith(
                        "payments",
                        h1 + "/v1",
                        "--to",
                        h2 + "/v1",
                        "--to",
                        slow + "/slow",
                        "--to",
                        slow + "/check",
                        "--method",
                        "GET")
                .grantWith("other", h1, "--to", h2, "--header", "X-Api-Key", "--query", "key", "--path");
    }

    @AfterAll
    static void stop() {
        apps.printed().forEach(NOTHING::isNotIn);
        apps.close();
        SERVERS.values().forEach(HttpRecorder::close);
        nginx.close();
    }

    private static HttpRecorder server(HttpRow row) {
        return SERVERS.get(row.protocol());
    }

    private static HttpConfig at(HttpRow row, String path) {
        return row.to(server(row).origin() + path);
    }

    private static void refused(HttpRow row, HttpConfig config, String... said) {
        refused(row, apps.of(row, config), said);
    }

    private static void refused(HttpRow row, App app, String... said) {
        int before = server(row).requests();
        assertThat(app.ask("get"))
                .startsWith("error - java")
                .contains(server(row).origin())
                .contains(said);
        assertThat(server(row).requests()).as("requests that arrived").isEqualTo(before);
    }

    private static void passes(HttpRow row, HttpConfig config) {
        int before = server(row).requests();
        assertThat(apps.of(row, config).mustDo("get")).startsWith("200");
        assertThat(server(row).requests()).isEqualTo(before + 1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#all")
    void referenceInAHeaderThatNoGrantNames_staysText(HttpRow row) {
        passes(row, at(row, "/v1").header("X-Comment", "see lethe:payments"));
        passes(row, at(row, "/v1").header("X-Comment", "see lethe:unknown, lethe:, lethe:#x and lethe:Other"));
        passes(row, at(row, "/v1").header("X-Api-Key", "lethe:payments"));
        if (!row.isH2()) {
            assertThat(server(row).text()).contains("\r\nX-Comment: see lethe:payments\r\n");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#all")
    void unknownSecretAsCredentials_isRefused(HttpRow row) {
        refused(
                row,
                at(row, "/v1").bearer("lethe:unknown"),
                "lethe:unknown",
                server(row).origin());
        refused(
                row,
                at(row, "/v1").basic("lethe:unknown"),
                "lethe:unknown",
                server(row).origin());
        App app = apps.of(row, at(row, "/v1").header("Proxy-Authorization", "Bearer lethe:unknown"));
        assertThat(app.ask("get"))
                .as("refused, or left out by the client")
                .matches("ok 200.*|error - .*lethe:unknown.*");
        assertThat(server(row).text()).doesNotContain("Bearer lethe:unknown");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#all")
    void grantOfAnotherHeader_isRefusedAsCredentials(HttpRow row) {
        refused(row, at(row, "/v1").bearer("lethe:other"), "lethe:other", "header:authorization");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#all")
    void methodAndPathOutsideOfTheGrant_areRefused(HttpRow row) {
        passes(row, at(row, "/v1/a?to=/../..").bearer("lethe:payments"));
        for (String path :
                new String[] {"/", "/v2", "/v10", "/V1", "//v1", "/v1/../v2", "/v1/%2e%2e/v2", "/v1;/../v2"}) {
            refused(row, at(row, path).bearer("lethe:payments"), "lethe:payments");
        }
        refused(row, at(row, "/v1/a").bearer("lethe:payments").with("form.a", "b"), "lethe:payments", "POST");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#all")
    void referenceInAUrl_isTextUnlessAGrantNamesItsPlace(HttpRow row) {
        passes(row, at(row, "/find?key=lethe:payments"));
        passes(row, at(row, "/find?about=lethe:unknown"));
        passes(row, at(row, "/find?a=b&key=lethe:other"));
        passes(row, at(row, "/hook/lethe:other/call"));
        String other = new String(OTHER, StandardCharsets.US_ASCII);
        assertThat(server(row).text()).contains("a=b&key=" + other, "/hook/" + other + "/call");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#overH2")
    void refusedStream_leavesTheOthersOfItsConnectionAlone(HttpRow row) {
        int connections = server(row).connections();
        App app = apps.of(
                row,
                at(row, "/v1").with("outside", server(row).origin() + "/v2").bearer("lethe:payments"));
        for (int i = 0; i < 3; i++) {
            assertThat(app.mustDo("get")).startsWith("200");
            assertThat(app.ask("get 1 outside")).startsWith("error ").contains("lethe:payments");
            assertThat(app.ask("threads 8 outside")).startsWith("error ").contains("lethe:payments");
        }
        assertThat(app.mustDo("threads 8")).startsWith("200");
        assertThat(server(row).connections()).as("connections").isEqualTo(connections + 1);
    }

    /** The path is one that no grant covers, the one that waits for its answer another. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#overH2")
    void refusedStream_leavesOneThatWaitsAlone(HttpRow row) {
        String origin = nginx.origin(Nginx.Speaks.H2);
        HttpConfig config =
                row.to(origin + "/check").with("slow", origin + "/slow").with("outside", origin + "/status/401");
        App app = apps.of(row, config.bearer("lethe:payments"));
        int before = nginx.waiting();
        app.mustDo("begin slow");
        nginx.awaitWaiting(before + 1);
        assertThat(app.ask("get 1 outside")).startsWith("error ").contains("lethe:payments");
        assertThat(app.mustDo("get")).contains("authorization=TRUE");
        assertThat(nginx.waiting()).as("it was not sent again").isEqualTo(before + 1);
        assertThat(app.mustDo("cancel")).startsWith("cancelled ");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#all")
    void grantTakenAway_vaultDeleted_andTrailBroken_refuseWhileTheProgramRuns(HttpRow row) throws IOException {
        VaultSetup own = grantAll(VaultSetup.create().put("payments", SECRET).put("other", OTHER));
        Path audit = TemporaryFiles.directory("lethe-audit-").resolve("audit");
        Files.createDirectory(audit);
        HttpConfig payments = at(row, "/v1").bearer("lethe:payments");
        HttpConfig other = at(row, "/v1").apiKey("lethe:other");
        try (App app = row.program()
                .flags(authority.trusted())
                .underLethe(own.config("audit.dir: " + audit))
                .config(payments.values())
                .start()) {
            assertThat(app.mustDo("get 3")).startsWith("200");
            own.lethe(
                    new byte[0],
                    "vault",
                    "grant",
                    "--remove",
                    "g1",
                    "--vault",
                    own.vault().toString());
            awaitRefusal(row, app, "lethe:payments", "no grant");
            HttpApps.configure(app, other);
            assertThat(app.mustDo("get 3")).startsWith("200");
            Files.move(audit, audit.resolveSibling("moved"));
            Files.createFile(audit);
            awaitRefusal(row, app, "lethe:other");
            Files.delete(audit);
            Files.move(audit.resolveSibling("moved"), audit);
            awaitSuccess(app);
            Files.move(own.vault(), own.vault().resolveSibling("moved"));
            awaitRefusal(row, app, "lethe:other");
            Files.move(own.vault().resolveSibling("moved"), own.vault());
            awaitSuccess(app);
            NOTHING.isNotIn(app.out() + app.err());
        }
    }

    /** Asks until it is refused, and then once more: refused it stays, and nothing arrives. */
    private static void awaitRefusal(HttpRow row, App app, String... said) {
        long start = System.nanoTime();
        String answer = app.ask("get");
        while (answer.startsWith("ok") && System.nanoTime() - start < PATIENCE) {
            answer = app.ask("get");
        }
        assertThat(answer).startsWith("error ").contains(said);
        refused(row, app, said);
    }

    private static void awaitSuccess(App app) {
        long start = System.nanoTime();
        String answer = app.ask("get");
        while (!answer.startsWith("ok") && System.nanoTime() - start < PATIENCE) {
            answer = app.ask("get");
        }
        assertThat(answer).as("once it is mended").startsWith("ok 200");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#all")
    void withoutAConfiguration_everyReferenceIsRefused(HttpRow row) {
        try {
            Path broken = Files.writeString(
                    TemporaryFiles.directory("lethe-broken-").resolve("lethe.yaml"), "brokr: vault:/nowhere\n");
            try (App app = row.program()
                    .flags(authority.trusted())
                    .underLethe(broken)
                    .config(at(row, "/v1").bearer("lethe:payments").values())
                    .start()) {
                refused(row, app, "lethe:payments");
                for (HttpConfig config : new HttpConfig[] {
                    at(row, "/v1").header("X-Api-Key", "lethe:payments"),
                    at(row, "/v1").basic("lethe:payments"),
                    at(row, "/v1?key=lethe:payments")
                }) {
                    HttpApps.configure(app, config);
                    refused(row, app, "lethe:payments");
                }
                HttpApps.configure(app, at(row, "/v1").bearer("in the clear"));
                assertThat(app.mustDo("get")).startsWith("200");
                assertThat(app.err()).doesNotContain("\tat ");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
