package io.lethe.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What a grant allows only for a while, only so often, or only where somebody else does: one application lives through all of it,
 * and each change counts from its next login on.
 */
final class GrantLimitsIT {

    private static final byte[] SECRET = Secrets.random(32);
    private static final String[] ROLES = {"asked", "often", "office", "soon", "narrow", "nobody"};
    private static final DateTimeFormatter HOUR =
            DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String YES = "{\"decision\":true,\"context\":{\"reason\":\"CHG-7\"}}";

    private static Postgres postgres;
    private static VaultSetup vault;
    private static DecisionPoint point;
    private static Path config;
    private static App app;
    private static int grants;

    @BeforeAll
    static void start() throws IOException {
        postgres = Postgres.start();
        vault = VaultSetup.create();
        for (String role : ROLES) {
            postgres.createRole(role, SECRET, Postgres.Auth.SCRAM);
            vault.put(role + "-db", SECRET);
        }
        point = new DecisionPoint();
        config = vault.config("ask: " + point.url());
        app = Program.of("PlainJdbc")
                .with(Drivers.postgresql("42.7.14"))
                .underLethe(config)
                .config(reference("asked"))
                .start();
    }

    @AfterAll
    static void stop() {
        app.close();
        point.close();
        postgres.close();
    }

    private static Map<String, String> reference(String role) {
        return Configs.plain(postgres.url(), role, "lethe:" + role + "-db");
    }

    /** @return its id */
    private static String grant(String role, String... options) {
        List<String> all = new ArrayList<>(List.of("--user", role));
        all.addAll(List.of(options));
        vault.grantWith(role + "-db", postgres.target(), all.toArray(new String[0]));
        return "g" + ++grants;
    }

    private static void remove(String id) {
        vault.lethe(
                new byte[0],
                "vault",
                "grant",
                "--remove",
                id,
                "--vault",
                vault.vault().toString());
    }

    private static void as(String role) {
        app.mustDo("config " + Program.propertiesFile(reference(role)));
    }

    private static void connects() {
        assertThat(app.ask("connect")).as(app.err()).isEqualTo("ok 1");
    }

    /** Before a socket opens. */
    private static void denied(String... why) {
        refused("error 28000 java.sql.SQLInvalidAuthorizationSpecException lethe: ", why);
    }

    private static void refused(String begins, String... why) {
        long before = postgres.log().connectionsReceived();
        assertThat(app.ask("connect")).startsWith(begins).contains(why).doesNotContain(Secrets.text(SECRET));
        assertThat(postgres.log().connectionsReceived()).isEqualTo(before);
    }

    @Test
    void decisionPoint_mustAllowToo_andWhereItDoesNotAnswerNobodyDoes() throws IOException {
        grant("asked");
        as("asked");
        point.answers(200, YES);
        connects();
        assertThat(point.last())
                .contains("\"subject\":{\"type\":\"workload\",\"id\":\"default\"", "\"assurance\":\"self\"")
                .contains("\"resource\":{\"type\":\"secret\",\"id\":\"asked-db\"", "\"name\":\"connect\"")
                .contains(postgres.target())
                .doesNotContain(Secrets.text(SECRET));
        point.answers(200, "{\"decision\":false,\"context\":{\"reason\":\"no change is open\"}}");
        denied("lethe:asked-db", point.url(), "(no change is open)");
        point.answers(500, YES);
        denied("(status 500)");
        point.answers(200, "{\"decision\":\"true\"}");
        denied("its answer holds no decision");
        point.hangs();
        refused("error 08001 java.sql.SQLTransientConnectionException lethe: ", "lethe:asked-db", "not answer");
        point.answers(200, YES);
        connects();
        int asked = point.questions();
        as("nobody");
        denied("lethe:nobody-db");
        assertThat(point.questions()).as("what no grant allows is not asked").isEqualTo(asked);
        assertThat(trail())
                .contains("allows it too (CHG-7)", "does not (no change is open)", "\"asked\":\"" + point.url());
    }

    @Test
    void uses_areCountedInEachProcess_andTheTrailSaysSo() throws IOException {
        point.answers(200, YES);
        grant("often", "--uses", "2");
        as("often");
        connects();
        connects();
        denied("lethe:often-db", "2 uses");
        denied("lethe:often-db");
        assertThat(trail())
                .contains(
                        "\"use\":1,\"uses\":2,\"usesPer\":\"process\"", "\"use\":2,\"uses\":2,\"usesPer\":\"process\"");
        Program another =
                Program.of("EnvironmentApp").with(Drivers.postgresql("42.7.14")).underLethe(config);
        Map.of("DB_URL", postgres.url(), "DB_USER", "often", "DB_PASSWORD", "lethe:often-db")
                .forEach(another::env);
        assertThat(another.run().orFail().out()).isEqualTo("connected\n");
        denied("lethe:often-db");
    }

    @Test
    void hours_holdThenOnly() {
        point.answers(200, YES);
        as("office");
        String later = grant("office", "--hours", hours(3, 4));
        denied("lethe:office-db", "holds ");
        remove(later);
        grant("office", "--hours", hours(-2, 2));
        connects();
    }

    /** So many hours from now, in the time of a zone. */
    private static String hours(int from, int to) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.HOURS);
        return HOUR.format(now.plus(from, ChronoUnit.HOURS)) + "-" + HOUR.format(now.plus(to, ChronoUnit.HOURS))
                + " UTC";
    }

    @Test
    void grantThatHasNotBegun_isNone() {
        point.answers(200, YES);
        as("soon");
        grant("soon", "--from", Instant.now().plus(1, ChronoUnit.HOURS).toString());
        denied("lethe:soon-db");
        grant("soon", "--from", Instant.now().minus(1, ChronoUnit.HOURS).toString());
        connects();
    }

    @Test
    void revokedAndNarrowed_countAtTheNextLogin() {
        point.answers(200, YES);
        as("narrow");
        String wide = grant("narrow");
        connects();
        remove(wide);
        denied("lethe:narrow-db");
        vault.grantWith("narrow-db", postgres.target().replace("/orders", "/stock"), "--user", "narrow");
        grants++;
        denied("lethe:narrow-db", "/stock");
        grant("narrow");
        connects();
    }

    private static String trail() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> chains = Files.list(vault.audit())) {
            for (Path chain :
                    chains.filter(file -> file.toString().endsWith(".jsonl")).toList()) {
                all.append(Files.readString(chain));
            }
        }
        return all.toString();
    }

    /** Speaks AuthZEN 1.0, and does as it is told. */
    private static final class DecisionPoint implements AutoCloseable {

        private final HttpServer server;
        private final ExecutorService threads = Executors.newCachedThreadPool();
        private final List<String> questions = new CopyOnWriteArrayList<>();
        private volatile CountDownLatch held = new CountDownLatch(0);
        private volatile int status;
        private volatile String answer;

        DecisionPoint() throws IOException {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
            server.createContext("/pdp/access/v1/evaluation", this::answer);
            server.setExecutor(threads);
            server.start();
        }

        private void answer(HttpExchange exchange) throws IOException {
            questions.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            try {
                held.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            byte[] body = answer.getBytes(UTF_8);
            try (OutputStream out = exchange.getResponseBody()) {
                exchange.sendResponseHeaders(status, body.length);
                out.write(body);
            }
        }

        void answers(int newStatus, String newAnswer) {
            status = newStatus;
            answer = newAnswer;
            held.countDown();
        }

        void hangs() {
            held = new CountDownLatch(1);
        }

        String last() {
            return questions.get(questions.size() - 1);
        }

        int questions() {
            return questions.size();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/pdp";
        }

        @Override
        public void close() {
            held.countDown();
            server.stop(0);
            threads.shutdownNow();
        }
    }
}
