package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * References in bodies of forms, as OAuth's client credentials are sent, and in URLs, with every client that sends forms: the
 * true secret arrives, escaped and with the right length, nothing of it stays in the process, and what no grant names is text.
 */
@NeedsServers
final class HttpFormIT {

    private static final Results RESULTS = new Results("http-form");

    private static final byte[] SECRET = Secrets.random(32);
    private static final byte[] MARKS =
            (Secrets.text(Secrets.random(16)) + " +&=%/\u00e4\u20ac~").getBytes(StandardCharsets.UTF_8);
    private static final String MARKS_ESCAPED =
            Secrets.text(MARKS).substring(0, 16) + "%20%2B%26%3D%25%2F%C3%A4%E2%82%AC~";

    private static final Map<HttpProtocol, HttpRecorder> SERVERS = new HashMap<>();
    private static final String UNRESOLVED = "client_secret=lethe%3Amarks";

    private static Authority authority;
    private static Nginx nginx;
    private static VaultSetup vault;

    @BeforeAll
    static void start() {
        authority = Authority.create();
        nginx = Nginx.start(authority.server("nginx"), SECRET);
        vault = VaultSetup.create().put("idp", SECRET).put("marks", MARKS);
        for (HttpProtocol protocol : HttpProtocol.values()) {
            HttpRecorder server = HttpRecorder.tls(authority.server("server-" + protocol), protocol);
            SERVERS.put(protocol, server);
            for (String to : new String[] {nginx.origin(protocol.port()), server.origin()}) {
                for (String secret : new String[] {"idp", "marks"}) {
                    vault.grantWith(secret, to, "--form", "client_secret", "--query", "key", "--path");
                }
            }
        }
    }

    @AfterAll
    static void stop() {
        nginx.close();
        SERVERS.values().forEach(HttpRecorder::close);
    }

    private static Program program(Jdk jdk, HttpClients.Client client, HttpConfig config) {
        return client.on(jdk).roomy().flags(authority.trusted()).config(config.values());
    }

    private static HttpConfig form(HttpProtocol protocol, String secret) {
        return HttpConfig.of(nginx, protocol)
                .with("form.client_id", "orders")
                .with("form.client_secret", secret)
                .with("form.grant_type", "client_credentials");
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("io.lethe.harness.HttpMatrix#sendingForms")
    void forms_arriveWithTheSecretAndLeaveNothing(
            Jdk jdk, HttpClients.Client client, HttpProtocol protocol, HttpCredential none) {
        try (App app =
                program(jdk, client, form(protocol, Secrets.text(SECRET))).start()) {
            assertThat(app.mustDo("get 1 form")).contains(" form=TRUE ", protocol.shown());
            assertThat(scan(jdk, client, protocol, "without Lethe", app).total())
                    .as("positive control")
                    .isPositive();
        }
        try (App app = program(jdk, client, form(protocol, "lethe:idp"))
                .underLethe(vault.config())
                .start()) {
            assertThat(ask(app, "get 1 form")).contains(" form=TRUE ", protocol.shown());
            Left.nothing(vault, app.pid(), jdk, scan(jdk, client, protocol, "form", app));
            assertThat(ask(app, "get 20 form")).contains(" form=TRUE ");
            assertThat(ask(app, "threads 8 form")).contains(" form=TRUE ");
            Left.nothing(vault, app.pid(), jdk, scan(jdk, client, protocol, "28 more", app));
            assertThat(app.out() + app.err()).doesNotContain(Secrets.text(SECRET));
            assertThat(app.err()).doesNotContain("an error of Lethe's own");
        }
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("io.lethe.harness.HttpMatrix#sendingFormsOnce")
    void whatArrives_isEscapedAndOfTheRightLength_orTextWhereNoGrantNamesIt(
            Jdk jdk, HttpClients.Client client, HttpProtocol protocol, HttpCredential none) {
        HttpRecorder server = SERVERS.get(protocol);
        HttpConfig to = HttpConfig.of(server.origin() + "/token", protocol);
        HttpConfig config =
                to.with("form.a", "b").with("form.client_secret", "lethe:marks").with("form.z", "lethe:idp");
        try (App app = program(jdk, client, config).underLethe(vault.config()).start()) {
            int before = server.requests();
            int unresolved = server.text().split(UNRESOLVED, -1).length;
            assertThat(ask(app, "get")).startsWith("ok 200");
            String body = "a=b&client_secret=" + MARKS_ESCAPED + "&z=lethe%3Aidp";
            arrived(server, protocol, body);
            HttpApps.configure(app, to.with("form.client_secret", "lethe:marks"));
            assertThat(ask(app, "get")).startsWith("ok 200");
            arrived(server, protocol, "client_secret=" + MARKS_ESCAPED);
            // What no grant names is text, and a secret that is not there is none.
            HttpApps.configure(app, to.with("form.secret", "lethe:marks").with("form.client_secret", "lethe:unknown"));
            assertThat(ask(app, "get")).startsWith("ok 200");
            arrived(server, protocol, "client_secret=lethe%3Aunknown&secret=lethe%3Amarks");
            assertThat(server.requests()).isEqualTo(before + 3);
            assertThat(server.text().split(UNRESOLVED, -1))
                    .as("references sent")
                    .hasSize(unresolved);
            // More than one record, and than one frame.
            String pad = "p".repeat(17_000);
            HttpApps.configure(app, to.with("form.a", pad).with("form.client_secret", "lethe:marks"));
            if (protocol == HttpProtocol.H1) {
                assertThat(ask(app, "get")).startsWith("ok 200");
                arrived(server, protocol, "a=" + pad + "&client_secret=" + MARKS_ESCAPED);
            } else {
                assertThat(ask(app, "get")).startsWith("error ").contains("lethe:marks", "HTTP/2");
                assertThat(server.requests()).isEqualTo(before + 3);
            }
        }
    }

    /** Far more before the marker than Huffman's code would need to make all of it shorter. */
    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("io.lethe.harness.HttpMatrix#sendingUrlsOnce")
    void urls_arriveWithTheSecretAndLeaveNothing(
            Jdk jdk, HttpClients.Client client, HttpProtocol protocol, HttpCredential none) {
        String origin = nginx.origin(protocol.port());
        HttpConfig config = HttpConfig.of(origin + "/check?key=lethe:idp", protocol)
                .with("path", origin + "/hook/lethe:idp/check")
                .with("both", origin + "/hook/lethe:idp/check?key=lethe:idp")
                .with("long", origin + "/check/" + "a/".repeat(400) + "?e=" + "o".repeat(90) + "&key=lethe:idp");
        try (App app = program(jdk, client, config).underLethe(vault.config()).start()) {
            assertThat(ask(app, "get")).contains(" query=TRUE ", protocol.shown());
            assertThat(ask(app, "get 1 path")).contains(" path=TRUE ");
            assertThat(ask(app, "get 1 both")).contains(" query=TRUE path=TRUE ");
            assertThat(ask(app, "get 3 long")).contains(" query=TRUE ");
            assertThat(ask(app, "threads 8 both")).contains(" query=TRUE path=TRUE ");
            Left.nothing(vault, app.pid(), jdk, scan(jdk, client, protocol, "URLs", app));
            assertThat(app.out() + app.err()).doesNotContain(Secrets.text(SECRET));
            assertThat(app.err()).doesNotContain("an error of Lethe's own");
        }
    }

    private static void arrived(HttpRecorder server, HttpProtocol protocol, String body) {
        String text = server.text();
        assertThat(text).contains(body);
        if (protocol == HttpProtocol.H1) {
            String head = text.substring(text.lastIndexOf("POST ", text.lastIndexOf(body)), text.lastIndexOf(body));
            if (head.toLowerCase(Locale.ROOT).contains("\r\ntransfer-encoding: chunked\r\n")) {
                assertThat(head).endsWith("\r\n\r\n" + Integer.toHexString(body.length()) + "\r\n");
            } else {
                assertThat(head).containsIgnoringCase("\r\nContent-Length: " + body.length() + "\r\n");
            }
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

    private static Residue scan(Jdk jdk, HttpClients.Client client, HttpProtocol protocol, String scenario, App app) {
        Residue residue = MemoryScan.scan(app.pid(), vault.addIdentitiesTo(Wanted.secret("secret", SECRET)));
        RESULTS.row(
                "jdk",
                jdk.major(),
                "client",
                client,
                "protocol",
                protocol,
                "scenario",
                scenario,
                "found",
                residue.total(),
                "where",
                residue.counts());
        return residue;
    }
}
