package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The main claim for HTTP: after an unmodified program has sent requests under Lethe, nginx has seen the true secret, and the
 * whole memory of the process holds no copy of it, in no reversible encoding, nor of the key that opened it; and the same
 * program without Lethe, in the same run, does.
 */
@NeedsServers
final class HttpResidueIT {

    private static final Results RESULTS = new Results("http-residue");

    private static final byte[] SECRET = Secrets.random(32);
    private static final byte[] WRONG = Secrets.random(32);
    private static final String WITHOUT = "without Lethe";

    private static Authority authority;
    private static Nginx nginx;
    private static HttpRecorder elsewhere;
    private static VaultSetup vault;

    @BeforeAll
    static void start() {
        authority = Authority.create();
        nginx = Nginx.start(authority.server("nginx"), SECRET);
        elsewhere = HttpRecorder.tls(authority.server("elsewhere"));
        vault = VaultSetup.create().put("right", SECRET).put("wrong", WRONG);
        for (HttpProtocol protocol : HttpProtocol.values()) {
            for (String secret : List.of("right", "wrong")) {
                vault.grantWith(
                        secret,
                        nginx.origin(protocol.port()),
                        "--header",
                        "Authorization",
                        "--header",
                        "X-Api-Key",
                        "--ca",
                        authority.certificate().toString());
            }
        }
    }

    @AfterAll
    static void stop() {
        nginx.close();
        elsewhere.close();
    }

    @ParameterizedTest(name = "{0} {1} {2} {3}")
    @MethodSource("io.lethe.harness.HttpMatrix#underLethe")
    void requests_leaveNothing(Jdk jdk, HttpClients.Client client, HttpProtocol protocol, HttpCredential credential) {
        Case here = new Case(jdk, client, protocol, credential);
        assertThat(here.withoutLethe()).as("positive control").isPositive();
        new UnderLethe(here).run();
    }

    /** One program on one JDK with one protocol and credential. */
    private record Case(Jdk jdk, HttpClients.Client client, HttpProtocol protocol, HttpCredential credential) {

        HttpConfig config(String value) {
            String origin = nginx.origin(protocol.port());
            return credential
                    .in(HttpConfig.of(nginx, protocol), value)
                    .with("redirect", origin + "/redirect?to=" + elsewhere.origin() + "/landed");
        }

        Program program(HttpConfig config) {
            return client.on(jdk).roomy().flags(authority.trusted()).config(config.values());
        }

        int withoutLethe() {
            try (App app = program(config(Secrets.text(SECRET))).start()) {
                assertThat(app.mustDo("get 1 " + credential.path())).contains(credential.verdict(), protocol.shown());
                return scan(app, WITHOUT, 1).total();
            }
        }

        Residue scan(App app, String scenario, int requests) {
            Wanted wanted =
                    vault.addIdentitiesTo(Wanted.secret("secret", SECRET).and("wrong", WRONG));
            Residue residue = MemoryScan.scan(app.pid(), wanted);
            RESULTS.scanned(
                    app,
                    residue,
                    "jdk",
                    jdk.major(),
                    "client",
                    client,
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

    /** The scenarios, one after another in one process, with a scan after each. */
    private static final class UnderLethe {

        private final Case here;
        private final SoftAssertions all = new SoftAssertions();
        private int requests;
        private long windows;
        private int explained;

        UnderLethe(Case here) {
            this.here = here;
        }

        void run() {
            String path = here.credential().path();
            Program program = here.program(here.config("lethe:right")).underLethe(vault.config());
            try (App app = program.start()) {
                right(app, "get 1 " + path, 1);
                none(app, "request");
                right(app, "get 50 " + path, 50);
                none(app, "50 kept-alive requests");
                requests += 1;
                all.assertThat(app.ask("get 1 unauthorized")).as("401").startsWith("ok 401");
                none(app, "401");
                redirect(app);
                cancel(app);
                right(app, "threads 16 " + path, 16);
                none(app, "16 threads");
                app.mustDo("config " + file(here.config("lethe:right").with("timeout", "1000")));
                requests += 1;
                all.assertThat(app.ask("get 1 slow")).as("timeout").startsWith("error ");
                none(app, "timeout");
                all.assertThat(app.out() + app.err()).doesNotContain(Secrets.text(SECRET));
            }
            wrong();
            all.assertAll();
        }

        /** In a process of its own: HttpURLConnection keeps a login that was right for as long as its JVM lives. */
        private void wrong() {
            requests = 1;
            windows = 0;
            explained = 0;
            Program program = here.program(here.config("lethe:wrong")).underLethe(vault.config());
            try (App app = program.start()) {
                all.assertThat(ask(app, "get 1 " + here.credential().path()))
                        .as("wrong")
                        .doesNotContain("TRUE");
                none(app, "wrong secret");
                all.assertThat(app.out() + app.err()).doesNotContain(Secrets.text(WRONG));
            }
        }

        /** An event loop waits 200 ms for a lease; then that request alone fails, and says that it may be made again. */
        private String ask(App app, String command) {
            String answer = app.ask(command);
            for (int i = 0; i < 20 && answer.startsWith("error ") && answer.contains("try again"); i++) {
                answer = app.ask(command);
            }
            return answer;
        }

        private void right(App app, String command, int count) {
            requests += count;
            all.assertThat(ask(app, command))
                    .as(command)
                    .startsWith("ok 200 ")
                    .contains(here.credential().verdict(), here.protocol().shown());
        }

        /** To a host that has no grant: whether the client leaves the header out or Lethe stops the request. */
        private void redirect(App app) {
            requests += 1;
            all.assertThat(app.ask("get 1 redirect")).as("redirect").matches("error .*|ok 200 recorded|ok 302.*");
            all.assertThat(elsewhere.text())
                    .as("what reached the other host")
                    .doesNotContain(Secrets.text(SECRET), "lethe:");
            none(app, "redirect to another host");
        }

        private void cancel(App app) {
            int before = nginx.waiting();
            requests += 1;
            app.mustDo("begin slow");
            nginx.awaitWaiting(before + 1);
            all.assertThat(app.ask("cancel")).as("cancel").startsWith("ok cancelled ");
            none(app, "cancelled");
        }

        /**
         * Nothing, unless a collection fell into a window of this scenario, which moves what is there and leaves the old
         * copy. Lethe cannot erase that, but says so: a copy without a collection in the trail is a failure.
         */
        private void none(App app, String scenario) {
            Residue residue = here.scan(app, scenario, requests);
            long now = vault.collectionsInWindows(app.pid());
            if (residue.total() > explained && !residue.isOnlyRegistersOf(here.jdk())) {
                all.assertThat(now)
                        .as(scenario + " left " + residue + "; collections in windows")
                        .isGreaterThan(windows);
                explained = residue.total();
            }
            windows = now;
        }

        private static String file(HttpConfig config) {
            return Program.propertiesFile(config.values()).toString();
        }
    }
}
