package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Plays the adversaries of SECURITY.md against a vault with two applications, and writes down what each of them tried and got.
 * SECURITY.md shows those rows, and a run that gets anything else fails. The adversaries on the side of HTTP are in
 * HttpPeerIT, HttpGrantIT, HttpPlainIT and HttpTlsIT.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class RedTeamIT {

    private static final Results RESULTS = new Results("red-team");
    private static final List<String> GOT = new ArrayList<>();
    private static final String NOTHING = "nothing";

    private static RedTeam team;
    /** The attacker's own. */
    private static Authority authority;

    private static Path foreign;

    private static final boolean AGE = Tools.age();

    /** Application A, which lives through it all. */
    private static App a;

    @BeforeAll
    static void start() throws IOException {
        team = new RedTeam();
        authority = Authority.create();
        foreign = foreignVault();
        a = team.programOfA("PlainJdbc", team.configOfA())
                .arguments(team.reference(team.postgres.url()).toString())
                .start();
        a.mustDo("connect");
    }

    @AfterAll
    static void stop() throws IOException {
        a.close();
        team.close();
        assertThat(Files.readAllLines(Path.of("../results/red-team.csv")))
                .as("where this is better than what is there: copy target/results/red-team.csv to test-apps/results and"
                        + " run io.lethe.harness.RedTeamTable test-apps/results/red-team.csv SECURITY.md")
                .containsAll(GOT);
    }

    private static void row(String adversary, String tried, String got) {
        RESULTS.row("adversary", adversary, "tried", tried, "got", got);
        GOT.add(Results.line(adversary, tried, got));
    }

    /** What a refusal is, before a socket opens. */
    private static void refused(String answer, String why) {
        assertThat(answer)
                .startsWith("error 28000 java.sql.SQLInvalidAuthorizationSpecException lethe: ")
                .contains(why)
                .doesNotContain(Secrets.text(team.passwordA), Secrets.text(team.passwordB));
    }

    /** Where JVMs write their trails that are not the one that lives through it all. */
    private static String others() {
        return "audit.dir: " + team.ofA.resolve("others");
    }

    private static String through(Listener listener) {
        return "jdbc:postgresql://127.0.0.1:" + listener.port() + "/orders?sslmode=disable";
    }

    private static void point(App app, Path properties) {
        app.mustDo("config " + properties);
    }

    @AfterEach
    void putTheVaultBack() {
        team.mend();
    }

    // Readers of memory.

    @Test
    @Order(10)
    void readerOfMemory_outsideALogin() throws IOException {
        Residue under = MemoryScan.scan(a.pid(), team.wanted());
        assertThat(under.counts()).isEmpty();
        Path config = team.properties(team.postgres.url(), RedTeam.USER_A, Secrets.text(team.passwordA));
        Residue control;
        try (App without = Program.of("PlainJdbc")
                .with(team.driver)
                .roomy()
                .arguments(config.toString())
                .start()) {
            without.mustDo("connect");
            control = MemoryScan.scan(without.pid(), team.wanted());
            flagless(without);
        }
        assertThat(control.of("secret")).isGreaterThan(1);
        assertThat(control.of("SaltedPassword")).isPositive();
        row(
                "reads the whole memory (core dump, `/proc/PID/mem`)",
                "after a login: scans for the secret in every encoding, its equivalents and the vault identity",
                "nothing; without Lethe, in the same run, copies of the secret and of SaltedPassword");
    }

    /** The same program, with its reference, and nobody started Lethe. */
    private void flagless(App without) throws IOException {
        point(without, team.reference(team.postgres.url()));
        assertThat(without.ask("connect")).startsWith("error 28P01 ");
        try (RoguePostgres rogue = RoguePostgres.asksCleartext()) {
            point(without, team.reference(rogue.url()));
            without.ask("connect");
            assertThat(rogue.received()).contains("lethe:" + RedTeam.SECRET_A);
        }
        row(
                "starts the application without the flag",
                "lets it log in, and asks for its password in clear text",
                "the text `lethe:" + RedTeam.SECRET_A + "`; the login fails");
    }

    @Test
    @Order(20)
    void readerOfMemory_betweenAcquireAndTheEndOfALogin() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (Listener between = Listener.start((in, out) -> {
            held.countDown();
            await(goOn);
            team.postgres.talk(in, out);
        })) {
            point(a, team.reference(through(between)));
            CompletableFuture<String> login = CompletableFuture.supplyAsync(() -> a.ask("connect"));
            assertThat(held.await(1, TimeUnit.MINUTES)).isTrue();
            assertThat(MemoryScan.scan(a.pid(), team.wanted()).counts()).isEmpty();
            assertThat(MaskedPairs.count(a.pid(), team.passwordA)).isPositive();
            goOn.countDown();
            assertThat(login.get(1, TimeUnit.MINUTES)).isEqualTo("ok 1");
            assertThat(MaskedPairs.count(a.pid(), team.passwordA)).isZero();
        }
        row(
                "reads the whole memory (core dump, `/proc/PID/mem`)",
                "while a server keeps a login waiting: scans, then XORs any two places with each other",
                "no copy in the clear; **the secret**, which is the XOR of two places. Nothing once the login has ended");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    @Order(30)
    void readerOfMemory_insideAWindow() throws Exception {
        try (Debugged debugged = Debugged.listen();
                App app = team.programOfA("PlainJdbc", team.configOfA(others()))
                        .flags(debugged.flag())
                        .arguments(team.reference(team.postgres.url()).toString())
                        .start()) {
            debugged.stopAt("io.lethe.secret.crypto.Hmac", "sha256");
            CompletableFuture<String> login = CompletableFuture.supplyAsync(() -> app.ask("connect"));
            debugged.awaitStop();
            Residue window = MemoryScan.scan(app.pid(), team.wanted());
            assertThat(window.of("secret")).as("%s", window).isBetween(1, 2);
            assertThat(window.of("SaltedPassword")).isZero();
            debugged.awaitStop();
            Residue derived = MemoryScan.scan(app.pid(), team.wanted());
            assertThat(derived.of("secret")).as("%s", derived).isZero();
            assertThat(derived.of("SaltedPassword")).isBetween(1, 2);
            assertThat(window.of("identity text") + derived.of("identity text")).isZero();
            assertThat(window.of("identity key") + derived.of("identity key")).isZero();
            debugged.close();
            assertThat(login.get(1, TimeUnit.MINUTES)).isEqualTo("ok 1");
            assertThat(MemoryScan.scan(app.pid(), team.wanted()).of("secret")).isZero();
        }
        row(
                "reads a heap dump or memory taken inside a window",
                "stops the JVM by a debugger in the window, and again in the derived window",
                "**the secret**, one or two arrays of it; then **SaltedPassword**; never the vault identity");
    }

    @Test
    @Order(40)
    void readerOfWhatADyingJvmWrites() throws Exception {
        Path dump = team.ofA.resolve("oom.hprof");
        Path crash = team.ofA.resolve("hs_err.log");
        try (App app = team.programOfA("ConnectTimes", team.configOfA(others()))
                .flags("-Xms48m", "-Xmx48m", "-Xmn16m", "-XX:+HeapDumpOnOutOfMemoryError", "-XX:HeapDumpPath=" + dump)
                .flags("-XX:+CrashOnOutOfMemoryError", "-XX:ErrorFile=" + crash, "-XX:-CreateCoredumpOnCrash")
                .arguments(team.reference(team.postgres.url()).toString())
                .start()) {
            app.mustDo("first");
            assertThatThrownBy(() -> app.ask("fill 100")).hasMessageContaining("OutOfMemoryError");
        }
        Wanted reference = Wanted.secret("reference", "lethe:a-db".getBytes(StandardCharsets.US_ASCII));
        assertThat(MemoryScan.scan(dump, reference).total()).isPositive();
        assertThat(MemoryScan.scan(dump, team.wanted()).counts()).isEmpty();
        assertThat(Files.size(crash)).isPositive();
        assertThat(MemoryScan.scan(crash, team.wanted()).counts()).isEmpty();
        row(
                "reads what a dying JVM writes",
                "after a login: fills the heap, which the JVM dumps before it crashes (`hs_err`)",
                "the reference; nothing of the secret, its equivalents or the vault identity");
    }

    @Test
    @Order(50)
    void readerOfSwap() throws IOException {
        String status = Files.readString(Path.of("/proc/" + a.pid() + "/status"));
        assertThat(status).containsPattern("VmLck:\\s+0 kB");
        row("reads swap", "looks how much memory of the process is locked", "none is: all of it may be swapped out");
    }

    // Other processes.

    private static Commands.Output as(int uid, String... command) {
        List<String> all = new ArrayList<>(Users.as(uid));
        all.addAll(Arrays.asList(command));
        return Commands.run(all, new byte[0]);
    }

    @Test
    @Order(60)
    void processOfTheSameUser() throws IOException {
        assumeThat(team.users && AGE).isTrue();
        Path identity = team.ofA.resolve("identity");
        Path file = team.encrypted(team.vault, RedTeam.SECRET_A);
        Commands.Output opened = as(Users.FIRST, "age", "-d", "-i", identity.toString(), file.toString());
        assertThat(opened.orFail().out()).isEqualTo(Secrets.text(team.passwordA));
        row(
                "another process of the same user",
                "reads the identity file, opens the secret with Debian's `age`",
                "**the secret**");
    }

    @Test
    @Order(70)
    void processOfAnotherUser() throws IOException {
        assumeThat(team.users).isTrue();
        assertThat(as(Users.SECOND, "cat", team.ofA.resolve("identity").toString())
                        .exit())
                .isNotZero();
        assertThat(as(Users.SECOND, "head", "-c", "1", "/proc/" + a.pid() + "/mem")
                        .exit())
                .isNotZero();
        Path index = team.vault.resolve("index");
        Commands.Output read = as(Users.SECOND, "cat", index.toString()).orFail();
        assertThat(read.out()).contains(RedTeam.SECRET_A, RedTeam.USER_A).doesNotContain(Secrets.text(team.passwordA));
        try (Stream<Path> all = Files.walk(team.vault)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                assertThat(MemoryScan.scan(file, team.wanted()).counts()).isEmpty();
            }
        }
        row(
                "another process of another user",
                "reads identity file and memory of A; scans the vault's folder",
                "refused by the kernel, twice; names, users and targets from the index");
    }

    @Test
    @Order(80)
    void holderOfOneIdentity() throws IOException {
        Path file = team.encrypted(team.vault, RedTeam.SECRET_B);
        Path identity = team.ofA.resolve("identity");
        if (team.users && AGE) {
            assertThat(as(Users.FIRST, "age", "-d", "-i", identity.toString(), file.toString())
                            .err())
                    .contains("no identity matched");
        }
        point(a, team.properties(team.postgres.url(), "app_b", "lethe:" + RedTeam.SECRET_B));
        long before = team.postgres.log().connectionsReceived();
        refused(a.ask("connect"), "is for the workload name app-b, this one's is app-a");
        assertThat(team.postgres.log().connectionsReceived()).isEqualTo(before);
        assertThat(oneRun(team.configOfA("workload: app-b", others()), "app_b", RedTeam.SECRET_B, Postgres.DATABASE))
                .startsWith("28000 ")
                .contains("is not encrypted to this identity");
        assumeThat(team.users && AGE).as("all that the row says was tried").isTrue();
        row(
                "application A, with its identity, wants B's secret",
                "opens B's file with Debian's `age`; asks Lethe for it; calls itself B in its own lethe.yaml",
                NOTHING + ": the file is encrypted to B, and refused before a socket opens");
    }

    /** One connection of a fresh JVM of A's. */
    private static String oneRun(Path lethe, String user, String secret, String database) {
        String url = "jdbc:postgresql://127.0.0.1:" + team.postgres.port() + "/" + database;
        Program program = team.programOfA("EnvironmentApp", lethe);
        Map.of("DB_URL", url, "DB_USER", user, "DB_PASSWORD", "lethe:" + secret).forEach(program::env);
        return program.run().orFail().out();
    }

    // Writers.

    /** A change of the vault. */
    private interface Change {
        void make() throws IOException;
    }

    @Test
    @Order(90)
    void writerOfTheVault() throws IOException {
        Path index = team.vault.resolve("index");
        Path fileA = team.encrypted(team.vault, RedTeam.SECRET_A);
        Path fileB = team.encrypted(team.vault, RedTeam.SECRET_B);
        Map<String, Change> changes = new LinkedHashMap<>();
        changes.put(
                "another user in a grant",
                () -> Files.writeString(index, Files.readString(index).replace(RedTeam.USER_A, "postgres")));
        changes.put("half an index", () -> Files.write(index, half(Files.readAllBytes(index))));
        changes.put("no index", () -> Files.delete(index));
        changes.put("B's file for A's", () -> Files.write(fileA, Files.readAllBytes(fileB)));
        changes.put("half a file", () -> Files.write(fileA, half(Files.readAllBytes(fileA))));
        changes.put("another byte at its end", () -> {
            byte[] bytes = Files.readAllBytes(fileA);
            bytes[bytes.length - 1] ^= 1;
            Files.write(fileA, bytes);
        });
        changes.put("no file", () -> Files.delete(fileA));
        changes.put("a vault of his own", () -> team.replaceBy(foreign));
        point(a, team.reference(team.postgres.url()));
        long before = team.postgres.log().connectionsReceived();
        for (Map.Entry<String, Change> change : changes.entrySet()) {
            change.getValue().make();
            refused(a.ask("connect"), "lethe:" + RedTeam.SECRET_A);
            team.mend();
        }
        assertThat(team.postgres.log().connectionsReceived()).isEqualTo(before);
        assertThat(a.ask("connect")).isEqualTo("ok 1");
        row(
                "writes the vault, without the admin key",
                "changes, cuts or deletes index or file, exchanges files, puts a vault of his own there: "
                        + changes.size() + " ways",
                NOTHING + ": each is refused before a socket opens, until the vault is whole again");
    }

    private static byte[] half(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length / 2);
    }

    /** What somebody makes who can write the vault and has no key of it: A's encrypted file, and a grant that sends it to him. */
    private static Path foreignVault() throws IOException {
        Path own = TemporaryFiles.directory("lethe-attacker-").resolve("vault");
        RedTeam.lethe("", "vault", "init", own.toString()).orFail();
        String recipient = Files.readString(team.vault.resolve("index"))
                .replaceAll("(?s).*\"app-a\": ?\"(age1[0-9a-z]+)\".*", "$1");
        String ca = authority.certificate().toString();
        String grant = "vault grant " + RedTeam.SECRET_A
                + " --to postgresql://127.0.0.1:*/orders --workload app-a --user " + RedTeam.USER_A + " --ca " + ca;
        for (String command :
                List.of("workload add app-a --recipient " + recipient, "vault put " + RedTeam.SECRET_A, grant)) {
            RedTeam.lethe("his own", (command + " --vault " + own).split(" ")).orFail();
        }
        Path stolen = team.encrypted(team.vault, RedTeam.SECRET_A);
        Path file = team.encrypted(own, RedTeam.SECRET_A);
        String forged = ForgedIndex.of(own, file, stolen);
        Files.write(file, Files.readAllBytes(stolen));
        Files.writeString(own.resolve("index"), forged);
        return own;
    }

    @Test
    @Order(100)
    void replayerOfAnOldIndex() throws IOException {
        team.replaceBy(team.before);
        point(a, team.reference(team.postgres.url()));
        refused(a.ask("connect"), "an older copy was put back");
        String user = RedTeam.USER_A;
        assertThat(oneRun(team.configOfA(others()), user, RedTeam.SECRET_A, "postgres"))
                .startsWith("28000 ")
                .contains("an older copy was put back");
        String trail = "audit.dir: " + team.ofA.resolve("unanchored");
        assertThat(oneRun(team.configOfA("state.dir:", trail), user, RedTeam.SECRET_A, "postgres"))
                .isEqualTo("connected\n");
        assertThat(trail(team.ofA.resolve("unanchored"))).contains("\"unanchored\"");
        team.mend();
        assertThat(oneRun(team.configOfA(others()), user, RedTeam.SECRET_A, "postgres"))
                .startsWith("28000 ");
        row(
                "puts an older vault back, in which A had a grant more",
                "asks the JVM that saw the newer one; a fresh one with `state.dir`; a fresh one without",
                NOTHING
                        + " from the first two; **the grant of that time** from the third, whose decision says `unanchored`");
    }

    private static String trail(Path folder) throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }

    @Test
    @Order(110)
    void writerOfTheConfig() throws IOException {
        Path elsewhere = team.ofA.resolve("elsewhere");
        String used = trail(team.ofA.resolve("audit"));
        try (RoguePostgres his = RoguePostgres.asksCleartext().over(authority.server("rogue"));
                Listener unknown = UnknownServer.start();
                App app = team.programOfA(
                                "PlainJdbc",
                                team.configOfA(
                                        "strict: false",
                                        "vault-key:",
                                        "audit.dir: " + elsewhere,
                                        "drivers.delegating: [legacy]"))
                        .arguments(team.reference(team.postgres.url()).toString())
                        .start()) {
            app.mustDo("connect");
            assertThat(trail(team.ofA.resolve("audit"))).isEqualTo(used);
            assertThat(trail(elsewhere)).contains("\"unpinned\"");

            point(
                    app,
                    team.properties(
                            "jdbc:unknown://127.0.0.1:" + unknown.port(),
                            RedTeam.USER_A,
                            "lethe:" + RedTeam.SECRET_A,
                            "driver",
                            "legacy.UnknownDriver"));
            app.ask("connect");
            assertThat(unknown.text()).contains("lethe:" + RedTeam.SECRET_A).doesNotContain(text());

            team.replaceBy(foreign);
            point(app, team.reference(his.url() + "?sslmode=require"));
            String answer = app.ask("connect");
            assertThat(his.passwordMessages()).as(answer).isNotEmpty();
            assertThat(new String(his.passwordMessages().get(0), StandardCharsets.ISO_8859_1))
                    .startsWith(text());
        }
        row(
                "writes lethe.yaml",
                "sends the trail elsewhere; lets an unknown driver have references (`drivers.delegating`)",
                "a trail where nobody looks, whose decisions say `unpinned`; the text `lethe:" + RedTeam.SECRET_A
                        + "`");
        row(
                "writes lethe.yaml and the vault, and answers for the database",
                "unpins the key, signs an index of his own over A's encrypted file that grants it to him",
                "**the secret**; with the key pinned, nothing (above)");
    }

    private static String text() {
        return Secrets.text(team.passwordA);
    }

    /** A version of pgjdbc that Lethe knows all of but one method. */
    @Test
    @Order(115)
    void driverThatIsPartlyRecognised() throws IOException {
        Path driver = RedTeam.open(PartialDriver.of(team.driver, team.place.resolve("partial.jar")));
        Program program = Program.of("PlainJdbc").with(team.apps, driver);
        if (team.users) {
            program.launchedBy(Users.as(Users.FIRST).toArray(new String[0]));
        }
        long before = team.postgres.log().connectionsReceived();
        try (App app = program.flags("-javaagent:" + team.jar + "=" + team.configOfA(others()))
                .arguments(team.reference(team.postgres.url()).toString())
                .start()) {
            refused(app.ask("connect"), "not wholly recognised");
            assertThat(team.postgres.log().connectionsReceived()).isEqualTo(before);
            point(app, team.properties(team.postgres.url(), RedTeam.USER_A, text()));
            assertThat(app.ask("connect")).as("the driver itself is whole").isEqualTo("ok 1");
        }
        row(
                "brings a version of pgjdbc that is only partly recognised",
                "one method of its SCRAM library has another name",
                NOTHING + ": refused before a socket opens; the password in clear still logs in");
    }

    // Who types, and who writes where to connect.

    @Test
    @Order(116)
    void endUserWhoTypesAReference() throws IOException {
        long before = team.postgres.log().connectionsReceived();
        for (String name : List.of("postgres", "app_b", "lethe:" + RedTeam.SECRET_B)) {
            point(a, team.properties(team.postgres.url(), name, "lethe:" + RedTeam.SECRET_A));
            refused(a.ask("connect"), "lethe:" + RedTeam.SECRET_A);
        }
        assertThat(team.postgres.log().connectionsReceived()).isEqualTo(before);
        point(a, team.reference(team.postgres.url()));
        assertThat(a.ask("connect")).isEqualTo("ok 1");
        row(
                "end user of an application that logs in with what he types",
                "types `lethe:a-db` as the password of three other users; then beside the name that the grant has",
                NOTHING + ": refused before a socket opens; **a login as that user**, of which he sees no password");
    }

    @Test
    @Order(117)
    void writerOfTheUrl() throws IOException {
        String port = ":" + team.postgres.port();
        try (RoguePostgres his = RoguePostgres.asksCleartext()) {
            long before = team.postgres.log().connectionsReceived();
            for (String url : List.of(
                    "jdbc:postgresql://localhost" + port + "/orders",
                    "jdbc:postgresql://127.0.0.1" + port + "/orders?socketFactory=legacy.OtherSocketFactory"
                            + "&socketFactoryArg=127.0.0.1:" + his.port(),
                    "jdbc:postgresql://127.0.0.1" + port + "/postgres")) {
                point(a, team.reference(url));
                refused(a.ask("connect"), "lethe:" + RedTeam.SECRET_A);
            }
            assertThat(team.postgres.log().connectionsReceived()).isEqualTo(before);
            // These may end at the granted server, which is no loss; some versions of the driver do not heed PGHOST
            // there.
            for (String url : List.of(
                    "jdbc:postgresql://127.0.0.1" + port + "/orders?PGHOST=localhost&PGPORT=" + his.port(),
                    "jdbc:postgresql://localhost:" + his.port() + ",127.0.0.1" + port + "/orders")) {
                point(a, team.reference(url));
                a.ask("connect");
            }
            assertThat(his.connections()).isZero();
        }
        row(
                "writes the application's JDBC URL",
                "another name of the host, a `socketFactory`, another database; `PGHOST`, his host before the granted one",
                NOTHING + ": refused before a socket opens, or the granted server alone is connected to");
    }

    /** An override's files lie where somebody may copy them; B's JVM says it is A, and its vault is gone. */
    @Test
    @Order(118)
    void holderOfABreakGlassBundle() throws IOException {
        Path bundle = team.bundle();
        if (team.users && AGE) {
            Path identity = team.ofB.resolve("identity");
            List<Path> files;
            try (Stream<Path> all = Files.walk(bundle)) {
                files = all.filter(file -> file.toString().endsWith(".age")).toList();
            }
            assertThat(files).isNotEmpty();
            for (Path file : files) {
                assertThat(as(Users.SECOND, "age", "-d", "-i", identity.toString(), file.toString())
                                .err())
                        .contains("no identity matched");
            }
        }
        Path lethe = team.configOfA(
                "broker: vault:" + team.place.resolve("gone"),
                "identity: " + team.ofB.resolve("identity"),
                "state.dir:",
                "audit.dir: " + team.ofB.resolve("night"),
                "break-glass.bundle: " + bundle);
        Program program = Program.of("EnvironmentApp").with(team.apps, team.driver);
        if (team.users) {
            program.launchedBy(Users.as(Users.SECOND).toArray(new String[0]));
        }
        Map.of("DB_URL", team.postgres.url(), "DB_USER", RedTeam.USER_A, "DB_PASSWORD", "lethe:" + RedTeam.SECRET_A)
                .forEach(program::env);
        long before = team.postgres.log().connectionsReceived();
        String said = program.flags("-javaagent:" + team.jar + "=" + lethe)
                .run()
                .orFail()
                .out();
        assertThat(said).startsWith("28000 ").contains("lethe:" + RedTeam.SECRET_A);
        assertThat(team.postgres.log().connectionsReceived()).isEqualTo(before);
        assumeThat(team.users && AGE).as("all that the row says was tried").isTrue();
        row(
                "application B, with a copy of a `lethe break-glass` bundle for A's secret",
                "opens its files with Debian's `age`; calls itself A in a lethe.yaml whose vault is gone",
                NOTHING + ": the files are encrypted to A, and refused before a socket opens");
    }

    // Servers and networks.

    @Test
    @Order(119)
    void rogueMariadb() throws IOException {
        for (String plugin : List.of("mysql_clear_password", "dialog", "mysql_old_password", "sha256_password")) {
            try (RogueMariadb rogue = RogueMariadb.asks(plugin, null)) {
                point(a, team.reference(rogue.url()));
                assertThat(a.ask("connect")).startsWith("error ");
                assertThat(rogue.sawScrambleOf(team.passwordA)).as(plugin).isTrue();
                assertThat(rogue.received()).as(plugin).doesNotContain("lethe:", text());
            }
        }
        try (RogueMariadb rogue = RogueMariadb.greetsWithCleartext()) {
            point(a, team.reference(rogue.url()));
            assertThat(a.ask("connect")).startsWith("error ");
            assertThat(rogue.received()).doesNotContain("lethe:", text());
        }
        row(
                "runs a rogue MariaDB at a granted endpoint, without TLS",
                "asks for clear text, PAM, the old hash and sha256_password; greets with clear text",
                NOTHING + " of these; but **the native scramble of a seed of its choice**, to guess against");
    }

    /** The application trusts every certificate, as some do. */
    @Test
    @Order(120)
    void rogueWebServer() throws IOException {
        Taken taken = new Taken(team.passwordA);
        Authority.Identity granted = team.owners.server("granted");
        try (HttpRecorder his = HttpRecorder.tls(authority.impostor("his"), HttpProtocol.H1);
                HttpRecorder elsewhere = HttpRecorder.tls(granted, HttpProtocol.H1);
                HttpRecorder redirecting =
                        HttpRecorder.redirecting(granted, HttpProtocol.H1, elsewhere.origin() + "/landed");
                App app = team.programOfA("HttpUrlConnectionApp", team.configOfA(others()))
                        .after("trust-all")
                        .arguments(request(redirecting).toString())
                        .start()) {
            String answer = app.ask("get");
            assertThat(redirecting.text()).as(answer).contains(text());
            assertThat(answer).startsWith("error - ").contains("lethe:" + RedTeam.SECRET_A);
            taken.isNotIn(elsewhere);
            point(app, request(his));
            assertThat(app.ask("get")).startsWith("error - ").contains("lethe:" + RedTeam.SECRET_A);
            taken.isNotIn(his);
        }
        row(
                "runs an HTTPS server at a granted name, before a client that trusts everybody",
                "a certificate of his own; a granted server's redirect to a path that no grant names",
                NOTHING + ": the request fails before it is sent");
    }

    private static Path request(HttpRecorder server) throws IOException {
        return team.properties(HttpConfig.of(server.origin() + "/v1", HttpProtocol.H1)
                .apiKey("lethe:" + RedTeam.SECRET_A)
                .values());
    }

    @Test
    @Order(121)
    void rogueServer() throws IOException {
        List<Supplier<RoguePostgres>> demands = List.of(
                RoguePostgres::asksCleartext,
                RoguePostgres::asksMd5,
                () -> RoguePostgres.asksScram(1, "SCRAM-SHA-256"),
                () -> RoguePostgres.asksScram(4095, "SCRAM-SHA-256"));
        for (Supplier<RoguePostgres> demand : demands) {
            try (RoguePostgres rogue = demand.get()) {
                point(a, team.reference(rogue.url()));
                assertThat(a.ask("connect")).startsWith("error ");
                assertThat(rogue.connections()).isPositive();
                assertThat(rogue.sawProof()).isFalse();
                assertThat(rogue.received()).doesNotContain("lethe:", text());
            }
        }
        try (RoguePostgres rogue = RoguePostgres.asksScram(4096, "SCRAM-SHA-256")) {
            point(a, team.reference(rogue.url()));
            assertThat(a.ask("connect")).startsWith("error ");
            assertThat(rogue.sawProof()).isTrue();
            assertThat(rogue.received()).doesNotContain("lethe:", text());
        }
        row(
                "runs a rogue server at a granted endpoint, without TLS",
                "asks for clear text, md5, SCRAM with 1, 4,095 and 4,096 iterations",
                NOTHING + " but, for the last, **a proof for a salt of its choice**, to guess against");
    }

    @Test
    @Order(130)
    void readerOfTheNetwork() throws IOException {
        byte[] sent;
        try (Listener between = Listener.start(team.postgres::talk)) {
            point(a, team.reference(through(between)));
            assertThat(a.ask("connect")).isEqualTo("ok 1");
            sent = between.received().get(0);
        }
        assertThat(new String(sent, StandardCharsets.ISO_8859_1))
                .contains("SCRAM-SHA-256", ",p=")
                .doesNotContain("lethe:", text());
        assertThat(resent(sent)).isNotEmpty().doesNotContain("R\0\0\0\b\0\0\0\0");
        row(
                "reads the network, without TLS",
                "records a login; sends the same bytes to the server again",
                "a SCRAM exchange, to guess against; no login: the server asks with another nonce");
    }

    /** What the server says to it, until it hangs up. */
    private static String resent(byte[] recorded) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", team.postgres.port())) {
            socket.getOutputStream().write(recorded);
            socket.shutdownOutput();
            InputStream in = socket.getInputStream();
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            in.transferTo(answer);
            return answer.toString(StandardCharsets.ISO_8859_1);
        }
    }

    // The trail, and the jar.

    @Test
    @Order(140)
    void writerOfTheTrail() throws IOException {
        // Newer than whatever was signed meanwhile.
        point(a, team.reference(team.postgres.url()));
        assertThat(a.ask("connect")).isEqualTo("ok 1");
        Path trail = team.ofA.resolve("audit");
        verified(trail, 0);
        Path newest;
        try (Stream<Path> files = Files.list(trail)) {
            newest = files.filter(file -> file.toString().endsWith(".jsonl"))
                    .sorted()
                    .reduce((one, two) -> two)
                    .orElseThrow();
        }
        List<String> lines = Files.readAllLines(newest);
        assertThat(lines.size()).isGreaterThan(2);
        String head = ForgedIndex.sha256(lines.get(lines.size() - 1).getBytes(StandardCharsets.UTF_8));
        Path copy = team.place.resolve("trail");
        RedTeam.copy(trail, copy);
        Path file = copy.resolve(newest.getFileName());

        List<String> changed = new ArrayList<>(lines);
        changed.set(1, changed.get(1).replace(RedTeam.USER_A, "another"));
        Files.write(file, changed);
        verified(copy, 1);
        List<String> without = new ArrayList<>(lines);
        without.remove(1);
        Files.write(file, without);
        verified(copy, 1);
        Files.write(file, lines.subList(0, lines.size() - 1));
        verified(copy, 0);
        verified(copy, 1, "--head", head);
        row(
                "the application's own user, against the audit trail",
                "changes a line; cuts one out; cuts off the last",
                "found by `lethe audit verify`, but for the last: **not noticed** unless its head was kept elsewhere");
    }

    private static void verified(Path trail, int exit, String... more) {
        List<String> command = new ArrayList<>(List.of("audit", "verify", trail.toString()));
        command.addAll(List.of(more));
        Commands.Output output = RedTeam.lethe("", command.toArray(new String[0]));
        assertThat(output.exit()).as("%s", output).isEqualTo(exit);
    }

    @Test
    @Order(150)
    void writerOfTheJar() throws IOException {
        // In place, as cp does it.
        Files.write(team.jar, Files.readAllBytes(team.driver));
        point(a, team.reference(team.postgres.url()));
        assertThat(a.ask("connect")).isEqualTo("ok 1");
        assertThat(MemoryScan.scan(a.pid(), team.wanted()).counts()).isEmpty();
        assertThat(a.err()).doesNotContain(text(), "AGE-SECRET-KEY", "\tat ");
        row(
                "writes lethe.jar",
                "overwrites it under the running application",
                NOTHING + " from that JVM, which goes on");
    }
}
