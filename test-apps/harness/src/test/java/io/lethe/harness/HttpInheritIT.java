package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is built on an HTTP client is served by what Lethe does for that client: the library's own headers and its own Basic
 * carry the true secret to nginx and leave nothing in the process, and without Lethe they leave copies.
 */
@NeedsServers
final class HttpInheritIT {

    private static final Results RESULTS = new Results("http-inherit");

    private static final byte[] SECRET = Secrets.random(32);

    /** As text, and in the middle of Base64. */
    private static final String[] NO_REFERENCE = {"lethe:", "bGV0aGU6", "xldGhlO", "sZXRoZT"};

    private static final HttpClients.Client AXIS = InheritingClients.all().stream()
            .filter(client -> client.name().equals("Axis"))
            .findFirst()
            .orElseThrow();

    private static Authority authority;
    private static Nginx nginx;
    private static HttpRecorder elsewhere;
    private static VaultSetup vault;

    @BeforeAll
    static void start() {
        authority = Authority.create();
        nginx = Nginx.start(authority.server("nginx"), SECRET);
        elsewhere = HttpRecorder.tls(authority.server("elsewhere"));
        vault = VaultSetup.create().put("right", SECRET);
        for (HttpProtocol protocol : HttpProtocol.values()) {
            vault.grantWith(
                    "right",
                    nginx.origin(protocol.port()),
                    "--header",
                    "Authorization",
                    "--header",
                    "X-Api-Key",
                    "--ca",
                    authority.certificate().toString());
        }
    }

    @AfterAll
    static void stop() {
        nginx.close();
        elsewhere.close();
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("io.lethe.harness.HttpMatrix#inheriting")
    void theirRequests_leaveNothing(Jdk jdk, HttpClients.Client library, HttpProtocol protocol) {
        Case here = new Case(jdk, library, protocol);
        assertThat(here.withoutLethe()).as("positive control").isPositive();
        SoftAssertions all = new SoftAssertions();
        try (App app = here.program(here.config(HttpCredential.BEARER, "lethe:right"))
                .underLethe(vault.config())
                .start()) {
            for (HttpCredential credential : HttpCredential.values()) {
                here.sendUnderLethe(app, credential, all);
            }
            here.toAnotherHost(app, all);
            all.assertThat(app.out() + app.err()).doesNotContain(Secrets.text(SECRET));
        }
        all.assertAll();
    }

    /** It would log in at the proxy of a tunnel by itself, in clear text. */
    @Test
    void axis1_tellsNoReferenceToItsProxy() {
        try (HttpRecorder proxy = HttpRecorder.plain()) {
            HttpConfig config = HttpConfig.of(nginx.origin(Nginx.Speaks.TLS) + "/soap", HttpProtocol.H1);
            Program program = AXIS.on(Jdks.running())
                    .flags(authority.trusted())
                    .flags("-Dhttps.proxyHost=127.0.0.1", "-Dhttps.proxyPort=" + proxy.port())
                    .flags("-Dhttps.proxyUser=" + Nginx.USER, "-Dhttps.proxyPassword=lethe:right")
                    .config(config.values())
                    .underLethe(vault.config());
            try (App app = program.start()) {
                assertThat(app.ask("get")).startsWith("error ").contains("lethe: ", "login at a proxy");
            }
            assertThat(proxy.text()).doesNotContain(NO_REFERENCE);
        }
    }

    /** One library on one JDK with one protocol. */
    private record Case(Jdk jdk, HttpClients.Client library, HttpProtocol protocol) {

        HttpConfig config(HttpCredential credential, String value) {
            String origin = nginx.origin(protocol.port());
            HttpConfig config = speaksSoap()
                    ? HttpConfig.of(origin, "/soap", protocol).with("basic", origin + "/soap/basic")
                    : HttpConfig.of(nginx, protocol);
            return credential.in(config, value).with("elsewhere", elsewhere.origin() + "/landed");
        }

        boolean speaksSoap() {
            return library.name().contains("Axis") || library.name().contains("JAX-WS");
        }

        /** Axis speaks HTTP/1.0. */
        String spoken() {
            return protocol == HttpProtocol.H2 ? protocol.shown() : " protocol=HTTP/1.";
        }

        Program program(HttpConfig config) {
            return library.on(jdk).roomy().flags(authority.trusted()).config(config.values());
        }

        int withoutLethe() {
            HttpCredential first = HttpCredential.BEARER;
            try (App app = program(config(first, Secrets.text(SECRET))).start()) {
                assertThat(app.mustDo("get")).contains(first.verdict(), spoken());
                return scan(app, first, "without Lethe", 1).total();
            }
        }

        void sendUnderLethe(App app, HttpCredential credential, SoftAssertions all) {
            app.mustDo("config "
                    + Program.propertiesFile(config(credential, "lethe:right").values()));
            for (String command : List.of("get 1 ", "get 20 ", "threads 8 ")) {
                all.assertThat(ask(app, command + credential.path()))
                        .as(credential + ": " + command)
                        .startsWith("ok 200 ")
                        .contains(credential.verdict(), spoken());
            }
            none(app, credential, "one after another and 8 at once", 29, all);
        }

        /** It has no grant: neither secret nor reference reaches it, whoever builds the header. */
        void toAnotherHost(App app, SoftAssertions all) {
            for (HttpCredential credential : HttpCredential.values()) {
                app.mustDo("config "
                        + Program.propertiesFile(
                                config(credential, "lethe:right").values()));
                String answer = app.ask("get 1 elsewhere");
                // Basic by the library's machinery may wait to be asked, and nobody asks there.
                if (credential != HttpCredential.LOGIN) {
                    all.assertThat(answer).as(credential + " to another host").startsWith("error ");
                }
            }
            all.assertThat(elsewhere.text())
                    .as("what reached the other host")
                    .doesNotContain(Secrets.text(SECRET))
                    .doesNotContain(NO_REFERENCE);
            none(app, HttpCredential.LOGIN, "to another host", 4, all);
        }

        /** An event loop waits 200 ms for a lease; then that request alone fails, and says that it may be made again. */
        private static String ask(App app, String command) {
            String answer = app.ask(command);
            for (int i = 0; i < 20 && answer.startsWith("error ") && answer.contains("try again"); i++) {
                answer = app.ask(command);
            }
            return answer;
        }

        /** Nothing, unless the trail says that a collection fell into a window, which moves what is there. */
        private void none(App app, HttpCredential credential, String scenario, int requests, SoftAssertions all) {
            Residue residue = scan(app, credential, scenario, requests);
            if (vault.collectionsInWindows(app.pid()) == 0 && !residue.isOnlyRegistersOf(jdk)) {
                all.assertThat(residue.total())
                        .as(credential + ": " + scenario + " left " + residue)
                        .isZero();
            }
        }

        private Residue scan(App app, HttpCredential credential, String scenario, int requests) {
            Residue residue = MemoryScan.scan(app.pid(), vault.addIdentitiesTo(Wanted.secret("secret", SECRET)));
            RESULTS.scanned(
                    app,
                    residue,
                    "jdk",
                    jdk.major(),
                    "library",
                    library,
                    "protocol",
                    protocol,
                    "credential",
                    credential,
                    "scenario",
                    scenario,
                    "requests",
                    requests);
            return residue;
        }
    }
}
