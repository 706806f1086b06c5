package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An unmodified program connects with a secret that OpenBao keeps: nothing of secret-id, token, password and answer is left in its
 * memory, and whatever is wrong with the server is one line that says so, and no connection.
 */
final class OpenBaoIT {

    private static final Results RESULTS = new Results("openbao");
    private static final byte[] SECRET = Secrets.random(32);
    private static final byte[] WRONG = Secrets.random(32);
    /** A field of the same secret that nobody asks for. */
    private static final byte[] OTHER = Secrets.random(40);

    private static Postgres postgres;
    private static Authority authority;
    private static OpenBao openBao;
    private static VaultSetup trail;
    private static Path dir;
    private static String roleId;
    private static byte[] secretId;
    private static Path secretIdFile;

    @BeforeAll
    static void start() throws IOException {
        postgres = Postgres.start();
        postgres.createRole("orders", SECRET, Postgres.Auth.SCRAM);
        authority = Authority.create();
        openBao = OpenBao.start(authority);
        openBao.put(
                "orders-db",
                Map.of("password", Secrets.text(SECRET), "username", "orders", "other", Secrets.text(OTHER)));
        openBao.put("wrong-db", Map.of("password", Secrets.text(WRONG)));
        openBao.put("closed-db", Map.of("password", Secrets.text(WRONG)));
        openBao.put("deleted-db", Map.of("password", Secrets.text(WRONG)));
        openBao.put("destroyed-db", Map.of("password", Secrets.text(WRONG)));
        openBao.delete("deleted-db");
        openBao.destroy("destroyed-db", 1);
        roleId = openBao.role("orders", 0, "orders-db", "wrong-db", "absent-db", "deleted-db", "destroyed-db");
        secretId = openBao.secretId("orders");
        secretIdFile =
                openBao.secretFile("secret-id", (Secrets.text(secretId) + "\n").getBytes(StandardCharsets.US_ASCII));
        dir = TemporaryFiles.directory("lethe-openbao-it-");
        // Its folder takes the trail, and the scan of it is as with a vault.
        trail = VaultSetup.create(dir);
        List<String> grants = new ArrayList<>();
        for (String name : List.of("orders-db", "wrong-db", "closed-db", "absent-db", "deleted-db", "destroyed-db")) {
            grants.add(
                    "{\"id\":\"g-" + name + "\",\"secret\":\"" + name
                            + "\",\"fields\":[\"password\"],\"targets\":[\"" + postgres.target()
                            + "\"],\"users\":[\"orders\"],\"actions\":[\"connect\"],\"workload\":{\"name\":\"default\"},\"ttl\":30}");
        }
        Files.writeString(
                dir.resolve("grants.json"),
                "{\"usernames\":{\"orders-db\":\"orders\"},\"grants\":[" + String.join(",\n", grants) + "]}\n");
    }

    @AfterAll
    static void stop() {
        openBao.close();
        postgres.close();
    }

    static Stream<Jdk> jdks() {
        List<Jdk> all = Jdks.all();
        return Matrix.full()
                ? all.stream()
                : Stream.of(all.get(0), all.get(all.size() - 1)).distinct();
    }

    private static Path config(String... lines) {
        return config(openBao, lines);
    }

    private static Path config(OpenBao server, String... lines) {
        try {
            return Files.writeString(
                    Files.createTempFile(dir, "lethe", ".yaml"),
                    "broker: openbao:" + server.address() + "\nopenbao.ca: " + server.authorities() + "\naudit.dir: "
                            + trail.audit() + "\n" + String.join("\n", lines) + "\n");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Path appRole() {
        return config("openbao.role-id: " + roleId, "openbao.secret-id-file: " + secretIdFile);
    }

    private static Program program(Jdk jdk, Path lethe, String user, String reference) {
        return Program.of("PlainJdbc")
                .on(jdk)
                .with(Drivers.postgresql("42.7.14"))
                .roomy()
                .underLethe(lethe)
                .config(Configs.plain(postgres.url(), user, reference));
    }

    private static Wanted wanted() {
        Wanted wanted = Wanted.secret("password", SECRET)
                .and("wrong", WRONG)
                .and("other field", OTHER)
                .and("secret-id", secretId);
        if (openBao.isDouble()) {
            int count = 0;
            for (String token : openBao.issued()) {
                wanted.and("token " + count++, token.substring(2).getBytes(StandardCharsets.US_ASCII));
            }
        }
        postgres.equivalents("orders").addTo(wanted, "", SECRET);
        return wanted;
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void connectingWithASecretFromTheServer_leavesNothing(Jdk jdk) {
        int before = openBao.isDouble() ? ended() : 0;
        assertThat(control(jdk)).as("positive control").isPositive();
        SoftAssertions all = new SoftAssertions();
        try (App app =
                program(jdk, appRole(), "lethe:orders-db", "lethe:orders-db").start()) {
            Excuse excuse = new Excuse(trail, app.pid());
            app.mustDo("connect");
            excuse.orNone(all, scan(app, jdk, "connect"), "connect");
            app.mustDo("connect 20");
            excuse.orNone(all, scan(app, jdk, "20 connects"), "20 connects");
            app.mustDo("config " + Program.propertiesFile(Configs.plain(postgres.url(), "orders", "lethe:wrong-db")));
            all.assertThat(app.ask("connect")).startsWith("error 28P01");
            excuse.orNone(all, scan(app, jdk, "refused login"), "refused login");
            all.assertThat(app.out() + app.err()).doesNotContain(Secrets.text(SECRET), Secrets.text(secretId));
            all.assertThat(trail.records(app.pid()).toString())
                    .doesNotContain(Secrets.text(SECRET), Secrets.text(secretId));
        }
        all.assertAll();
        if (openBao.isDouble()) {
            assertThat(ended() - before).as("tokens that were given back").isGreaterThan(20);
        }
    }

    /** How many tokens were ended. */
    private static int ended() {
        return openBao.issued().size() - openBao.live().size();
    }

    /** The same secret, read as programs do. */
    private static int control(Jdk jdk) {
        Program reader = Program.of("KvReaderApp")
                .on(jdk)
                .roomy()
                .flags("-Djavax.net.ssl.trustStore=" + trustStore())
                .flags("-Djavax.net.ssl.trustStorePassword=changeit", "-Djavax.net.ssl.trustStoreType=JKS")
                .config(Map.of(
                        "address",
                        openBao.address(),
                        "path",
                        "secret/data/orders-db",
                        "roleId",
                        roleId,
                        "secretId",
                        Secrets.text(secretId)));
        try (App app = reader.start()) {
            assertThat(app.mustDo("read")).isEqualTo(String.valueOf(SECRET.length));
            Residue residue = scan(app, jdk, "without Lethe");
            for (String name : List.of("password", "other field", "secret-id")) {
                assertThat(residue.of(name)).as("%s: %s", name, residue).isPositive();
            }
            if (openBao.isDouble()) {
                assertThat(residue.of("token " + (openBao.issued().size() - 1)))
                        .as("token: %s", residue)
                        .isPositive();
            }
            return residue.total();
        }
    }

    private static Path trustStore() {
        return openBao.authorities().resolveSibling("trust.jks");
    }

    private static Residue scan(App app, Jdk jdk, String when) {
        Residue residue = MemoryScan.scan(app.pid(), wanted());
        RESULTS.row("jdk", jdk.major(), "when", when, "found", residue.total(), "where", residue.counts());
        return residue;
    }

    @Test
    void whateverIsWrong_isOneLineAndNoConnection() throws IOException {
        long before = postgres.log().connectionsReceived();
        Map<String, String> wrong = Map.of(
                "closed-db", "does not let this workload read secret/data/closed-db (403)",
                "absent-db", "secret/data/absent-db on " + openBao.address() + " is not there (404)",
                "deleted-db", "is deleted in its newest version",
                "destroyed-db", "is destroyed in its newest version",
                "ungranted-db", "no grant names the secret ungranted-db");
        try (App app =
                program(Jdks.running(), appRole(), "orders", "lethe:orders-db").start()) {
            for (Map.Entry<String, String> each : wrong.entrySet()) {
                refused(app, each.getKey(), each.getValue());
            }
            if (openBao.isDouble()) {
                faults(app);
            }
            assertThat(postgres.log().connectionsReceived())
                    .as("no socket was opened")
                    .isEqualTo(before);
            app.mustDo("config " + Program.propertiesFile(Configs.plain(postgres.url(), "orders", "lethe:orders-db")));
            app.mustDo("connect");
            if (openBao.isDouble()) {
                mended(app);
            }
            assertThat(app.out() + app.err())
                    .doesNotContain(Secrets.text(SECRET), Secrets.text(WRONG), Secrets.text(secretId));
        }
    }

    /** Before anything secret is sent: no login arrives at any of them. */
    @Test
    void serverThatIsAnother_getsNothing() {
        Map<Authority.Identity, String> wrong = Map.of(
                authority.expired("expired"), "validity check failed",
                authority.serverOf("other.example"), "its certificate is for other.example, not for localhost",
                authority.impostor("impostor"), "its certificate is not one that is trusted here");
        wrong.forEach((identity, why) -> {
            try (OpenBao other = OpenBao.start(authority, identity)) {
                Path config = config(other, "openbao.role-id: " + roleId, "openbao.secret-id-file: " + secretIdFile);
                assertThat(doctor(config).out())
                        .as(identity.name())
                        .contains("BROKEN  openbao: " + other.address() + " is not trusted: ", why);
            }
        });
    }

    @Test
    void doctor_saysHowTheServerIs() {
        Commands.Output healthy = doctor(appRole());
        assertThat(healthy.out())
                .contains("ok      openbao: " + openBao.address() + " is there, unsealed and active")
                .contains("grants: " + dir.resolve("grants.json") + " holds 6 grants")
                .contains("the secret-id file: " + secretIdFile + " is readable by this user");
        if (openBao.isDouble()) {
            openBao.seal();
            assertThat(doctor(appRole()).out()).contains("BROKEN  openbao: " + openBao.address() + " is sealed");
            openBao.unseal();
        }
    }

    private static Commands.Output doctor(Path config) {
        return Commands.run(
                Jdks.running().java().toString(),
                "-jar",
                Program.agentJar().toString(),
                "doctor",
                "--config",
                config.toString());
    }

    private static void faults(App app) throws IOException {
        openBao.seal();
        refused(app, "orders-db", "is sealed or has no active node (503)");
        openBao.unseal();
        long before = refusedLogins();
        openBao.fail("auth/approle/login", 400, 1);
        refused(app, "orders-db", "refused the login with AppRole (400)");
        assertThat(refusedLogins() - before).as("400 is not tried again").isEqualTo(1);
        openBao.spoil("secret/data/", "malformed", 1);
        refused(app, "orders-db", "is not the JSON that it should be");
        openBao.spoil("secret/data/", "oversized", 100);
        refused(app, "orders-db", "gave an answer that is too long");
        openBao.spoil("secret/data/", "", 0);
        Files.writeString(secretIdFile, "no-such-secret-id");
        refused(app, "orders-db", "refused the login with AppRole (400)");
        Files.writeString(secretIdFile, Secrets.text(secretId) + "\n");
    }

    private static long refusedLogins() {
        return openBao.log().stream()
                .filter(line -> line.equals("POST /v1/auth/approle/login 400"))
                .count();
    }

    /** What another try may mend: the user does not hear of it. */
    private static void mended(App app) {
        openBao.fail("secret/data/", 429, 1);
        app.mustDo("connect");
        openBao.fail("auth/approle/login", 412, 1);
        app.mustDo("connect");
        openBao.fail("secret/data/", 500, 2);
        app.mustDo("connect");
        for (String kind : List.of("truncated", "drop", "slow")) {
            openBao.spoil("secret/data/", kind, 1);
            app.mustDo("connect");
        }
        // As proxies do after each answer: no try is lost by it.
        openBao.spoil("auth/", "closing", 2);
        app.mustDo("connect");
    }

    private static void refused(App app, String secret, String why) {
        app.mustDo("config " + Program.propertiesFile(Configs.plain(postgres.url(), "orders", "lethe:" + secret)));
        String answer = app.ask("connect");
        assertThat(answer).startsWith("error ").contains("lethe:" + secret).contains(why);
    }
}
