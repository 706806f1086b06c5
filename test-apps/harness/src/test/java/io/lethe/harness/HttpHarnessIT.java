package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP servers and programs do what the other tests believe they do; the agent has no part in it. */
@NeedsServers
final class HttpHarnessIT {

    private static final byte[] SECRET = Secrets.random(32);
    private static final String TRUE = Secrets.text(SECRET);
    private static final String FALSE = Secrets.text(Secrets.random(32));

    private static final String OTHER = "other.example";

    private static Authority authority;
    private static Nginx nginx;

    @BeforeAll
    static void start() {
        authority = Authority.create();
        nginx = Nginx.start(authority.server("nginx"), SECRET);
    }

    @AfterAll
    static void stop() {
        nginx.close();
    }

    private static Program program(Jdk jdk, HttpClients.Client client, HttpConfig config) {
        return client.on(jdk).flags(authority.trusted()).config(config.values());
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("io.lethe.harness.HttpMatrix#withoutLethe")
    void everyProgram_sendsWhatItsConfigurationSays(Jdk jdk, HttpClients.Client client, HttpProtocol protocol) {
        HttpConfig config = HttpConfig.of(nginx, protocol)
                .with(
                        "redirect",
                        nginx.origin(protocol.port()) + "/redirect?to=" + nginx.origin(protocol.port()) + "/check")
                .bearer(TRUE)
                .apiKey(TRUE);
        try (App app = program(jdk, client, config).start()) {
            assertThat(app.mustDo("get 3"))
                    .startsWith("200 authorization=TRUE key=TRUE cookie=NONE query=NONE path=NONE form=NONE")
                    .contains("protocol=" + protocol.shown());
            assertThat(app.mustDo("threads 4")).startsWith("200 authorization=TRUE key=TRUE ");
            assertThat(app.mustDo("get 1 unauthorized")).startsWith("401");
            if (client.can(HttpClients.Can.FOLLOW_REDIRECTS)) {
                assertThat(app.mustDo("get 1 redirect")).startsWith("200 ").contains("key=TRUE");
            } else {
                assertThat(app.mustDo("get 1 redirect")).startsWith("302");
            }
            cancelled(app);
            app.mustDo("config " + file(HttpConfig.of(nginx, protocol).apiKey(FALSE)));
            assertThat(app.mustDo("get")).startsWith("200 authorization=NONE key=BAD ");
            app.mustDo("config " + file(HttpConfig.of(nginx, protocol).basic(TRUE)));
            assertThat(app.mustDo("get")).startsWith("200 authorization=TRUE key=NONE ");
            if (client.can(HttpClients.Can.LOG_IN)) {
                app.mustDo("config " + file(HttpConfig.of(nginx, protocol).login(TRUE)));
                assertThat(app.mustDo("get 1 basic")).startsWith("200 authorization=TRUE ");
            }
            if (client.can(HttpClients.Can.SEND_FORMS)) {
                app.mustDo("config " + file(HttpConfig.of(nginx, protocol).with("form.client_secret", TRUE)));
                assertThat(app.mustDo("get 1 form")).startsWith("200 ").contains("form=TRUE");
            }
            app.mustDo("config " + file(HttpConfig.of(nginx, protocol).with("timeout", "500")));
            assertThat(app.ask("get 1 slow")).matches("error - .*(?i)time.*");
            assertThat(app.exit()).isZero();
        }
    }

    /** Cancels a request that nginx has received and does not answer. */
    private static void cancelled(App app) {
        int before = nginx.waiting();
        app.mustDo("begin slow");
        nginx.awaitWaiting(before + 1);
        assertThat(app.mustDo("cancel")).startsWith("cancelled ");
    }

    private static String file(HttpConfig config) {
        return Program.propertiesFile(config.values()).toString();
    }

    @ParameterizedTest
    @EnumSource(Nginx.Speaks.class)
    void everyPort_speaksWhatItSays(Nginx.Speaks speaks) {
        HttpConfig config =
                HttpConfig.of(nginx.origin(speaks), "/check", HttpProtocol.H1).bearer(TRUE);
        String said;
        try (App app = program(Jdks.of(17), HttpClients.newest("HttpURLConnection"), config)
                .start()) {
            said = app.mustDo("get");
        }
        assertThat(said).startsWith("200 authorization=TRUE ");
        switch (speaks) {
            case TLS12_GCM -> assertThat(said).containsPattern("cipher=ECDHE-RSA-AES...-GCM-");
            case TLS12_CBC -> assertThat(said).containsPattern("cipher=ECDHE-RSA-AES128-SHA");
            case CHACHA20 -> assertThat(said).contains("cipher=TLS_CHACHA20_POLY1305_SHA256");
            case PLAIN -> assertThat(said).endsWith("cipher=");
            default -> assertThat(said).contains("cipher=TLS_AES");
        }
    }

    @Test
    void otherPlaces_areComparedWithTheTrueSecret() {
        HttpClients.Client client = HttpClients.newest("HttpURLConnection");
        String origin = nginx.origin(Nginx.Speaks.TLS);
        for (String value : List.of(TRUE, FALSE, "lethe:it")) {
            String verdict = value.equals(TRUE) ? "TRUE" : "BAD";
            HttpConfig config = HttpConfig.of(origin + "/hook/" + value + "/check?key=" + value, HttpProtocol.H1)
                    .with("form", origin + "/form")
                    .header("Cookie", "a=b; session=" + value)
                    .bearer(value.equals(TRUE) ? value : value.toUpperCase(Locale.ROOT));
            try (App app = program(Jdks.of(17), client, config).start()) {
                assertThat(app.mustDo("get"))
                        .startsWith("200 authorization=" + verdict + " key=NONE cookie=" + verdict + " query=" + verdict
                                + " path=" + verdict);
            }
            HttpConfig form = config.with("form.client_secret", value);
            try (App app = program(Jdks.of(17), client, form).start()) {
                assertThat(app.mustDo("get 1 form")).contains(" form=" + verdict + " ");
            }
        }
    }

    @Test
    void serverOfAnotherHost_andSelfSignedOne_areRefusedByTheProgram() {
        for (Authority.Identity identity : List.of(authority.serverOf(OTHER), authority.impostor("impostor"))) {
            try (Nginx other = Nginx.start(identity, SECRET)) {
                for (HttpClients.Client client : HttpClients.on(Jdks.of(17))) {
                    HttpConfig config =
                            HttpConfig.of(other, client.protocols().get(0)).bearer(TRUE);
                    boolean blind = identity.name().equals(OTHER) && !client.can(HttpClients.Can.CHECK_NAMES);
                    try (App app = program(Jdks.of(17), client, config).start()) {
                        assertThat(app.ask("get"))
                                .as(client + " " + identity.name())
                                .startsWith(blind ? "ok 200 " : "error ");
                    }
                }
            }
        }
    }

    /** What Lethe has to stop: facts of these clients, with the true secret in their configuration. */
    @ParameterizedTest
    @ValueSource(strings = {"HttpURLConnection", "java.net.http", "OkHttp", "Commons HttpClient", "Jetty"})
    void redirectToAnotherHost_takesTheApiKeyAlong(String name) {
        try (HttpRecorder elsewhere = HttpRecorder.tls(authority.server("elsewhere-" + name.charAt(0)))) {
            String from = nginx.origin(Nginx.Speaks.TLS) + "/redirect?to=" + elsewhere.origin() + "/landed";
            HttpConfig config = HttpConfig.of(from, HttpProtocol.H1).apiKey(TRUE);
            try (App app =
                    program(Jdks.of(17), HttpClients.newest(name), config).start()) {
                assertThat(app.mustDo("get")).isEqualTo("200 recorded");
            }
            assertThat(elsewhere.text()).contains("/landed", TRUE);
        }
    }

    @Test
    void closedServer_leavesNoProcessAndNoFile() {
        Set<ProcessHandle> before = ProcessHandle.current().descendants().collect(Collectors.toSet());
        Nginx other = Nginx.start(authority.impostor("closed"), SECRET);
        List<ProcessHandle> its = ProcessHandle.current()
                .descendants()
                .filter(process -> !before.contains(process))
                .toList();
        other.close();
        assertThat(its).isNotEmpty().noneMatch(ProcessHandle::isAlive);
        assertThat(Files.exists(other.directory())).isFalse();
    }
}
