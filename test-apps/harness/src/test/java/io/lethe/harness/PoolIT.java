package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every pool, data source and wrapper driver works with a reference as it does with a password, and shows nothing else to whoever
 * looks at it. All of them live in one JVM, each in a class loader of its own, as in an application server: a copy that any of
 * them left is found. Without Lethe, in the same run, each has a password of its own, so that the copies are counted for each.
 */
final class PoolIT {

    private static final Results RESULTS = new Results("pool-residue");

    /** What the secret was so far, oldest first, with what is as good as each. */
    private static final Map<byte[], Equivalents> VERSIONS = new LinkedHashMap<>();

    private static final String ROLE = "orders";
    private static final String REFERENCE = "lethe:orders-db";
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);
    private static final long LOOKS_EVERY = TimeUnit.MILLISECONDS.toNanos(50);

    private static final Map<Contained, byte[]> OWN = new LinkedHashMap<>();

    private static Postgres postgres;
    private static VaultSetup vault;

    @BeforeAll
    static void start() {
        postgres = Postgres.start();
        byte[] first = Secrets.random(32);
        postgres.createRole(ROLE, first, Postgres.Auth.SCRAM);
        VERSIONS.put(first, postgres.equivalents(ROLE));
        vault = VaultSetup.create().put("orders-db", first).grant("orders-db", postgres.target(), ROLE);
        for (Contained each : Pools.all()) {
            byte[] password = Secrets.random(32);
            OWN.put(each, password);
            postgres.createRole(each.word(), password, Postgres.Auth.SCRAM);
        }
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    static List<Jdk> jdks() {
        return Jdks.all();
    }

    /** All of them on the oldest and the newest JDK, a share of them on each in between. */
    private static List<Contained> runningOn(Jdk jdk) {
        List<Jdk> jdks = jdks();
        boolean all = isWhole(jdk);
        List<Contained> able =
                OWN.keySet().stream().filter(each -> each.runsOn(jdk)).toList();
        return IntStream.range(0, able.size())
                .filter(i -> all || i % (jdks.size() - 2) == jdks.indexOf(jdk) - 1)
                .mapToObj(able::get)
                .toList();
    }

    private static boolean isWhole(Jdk jdk) {
        return Matrix.full() || jdk.equals(jdks().get(0)) || jdk.equals(jdks().get(jdks().size() - 1));
    }

    private static Program program(Jdk jdk) {
        return Program.of("PoolApp")
                .on(jdk)
                .roomy()
                .flags("-Djava.util.logging.config.file=" + logsAll())
                .flags("-Dp6spy.config.appender=com.p6spy.engine.spy.appender.StdoutLogger");
    }

    private static Path logsAll() {
        Path file = TemporaryFiles.directory("lethe-logging-").resolve("logging.properties");
        String everything = "handlers=java.util.logging.ConsoleHandler\n.level=ALL\n"
                + "java.util.logging.ConsoleHandler.level=ALL\norg.postgresql.level=FINE\n"
                + "sun.level=INFO\njdk.level=INFO\njavax.level=INFO\n";
        try {
            return Files.writeString(file, everything);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("jdks")
    void everyPool_opensValidatesGrowsShrinksRotatesAndCloses_withoutACopy(Jdk jdk) {
        SoftAssertions all = new SoftAssertions();
        withoutLethe(jdk, all)
                .forEach((each, found) ->
                        all.assertThat(found).as("positive control of " + each).isPositive());
        try (App app = program(jdk).underLethe(vault.config()).start()) {
            underLethe(jdk, app, all);
        }
        all.assertAll();
    }

    /** How many copies of its password each has left. */
    private static Map<Contained, Integer> withoutLethe(Jdk jdk, SoftAssertions all) {
        Wanted wanted = new Wanted();
        try (App app = program(jdk).start()) {
            for (Contained each : runningOn(jdk)) {
                wanted.and(each.word(), OWN.get(each));
                String password = Secrets.text(OWN.get(each));
                try {
                    must(app, "make " + each.word() + " " + each.file(postgres, each.word(), password));
                    must(app, "borrow " + each.word() + " 1");
                    must(app, "tell " + each.word());
                    must(app, "return " + each.word());
                } catch (AssertionError e) {
                    all.fail(each + " on " + jdk + " without Lethe", e);
                }
            }
            must(app, "mbeans");
            Residue residue = MemoryScan.scan(app.pid(), wanted);
            Map<Contained, Integer> found = new LinkedHashMap<>();
            for (Contained each : runningOn(jdk)) {
                found.put(each, residue.of(each.word()));
                row(jdk, each, "without Lethe", residue.of(each.word()), residue);
            }
            List<String> shown = OWN.keySet().stream()
                    .filter(each -> (app.out() + app.err()).contains(Secrets.text(OWN.get(each))))
                    .map(Contained::toString)
                    .toList();
            if (isWhole(jdk)) {
                all.assertThat(shown)
                        .as("who prints its password without Lethe")
                        .isNotEmpty();
            }
            return found;
        }
    }

    /** As {@link App#mustDo}, without all that these programs print. */
    private static String must(App app, String command) {
        String answer = app.ask(command);
        assertThat(answer).as(command).startsWith("ok");
        return answer;
    }

    private static void underLethe(Jdk jdk, App app, SoftAssertions all) {
        List<Contained> working = new ArrayList<>();
        Excuse excuse = new Excuse(vault, app.pid());
        for (Contained each : runningOn(jdk)) {
            try {
                lives(each, app);
                working.add(each);
            } catch (AssertionError e) {
                all.fail(each + " on " + jdk, e);
            }
        }
        must(app, "mbeans");
        scan(jdk, app, excuse, all, "grown and shrunk", working);
        rotate(jdk, app, all, working);
        scan(jdk, app, excuse, all, "rotated", working);
        for (Contained each : working) {
            try {
                must(app, "close " + each.word());
                awaitSessions(each, 0);
            } catch (AssertionError e) {
                all.fail(each + " does not close on " + jdk, e);
            }
        }
        scan(jdk, app, excuse, all, "closed", working);
        String shown = app.out() + app.err();
        if (isWhole(jdk)) {
            all.assertThat(shown.contains(REFERENCE))
                    .as("a reference was printed")
                    .isTrue();
        }
        for (byte[] version : VERSIONS.keySet()) {
            all.assertThat(shown.contains(Secrets.text(version)))
                    .as("a secret was printed")
                    .isFalse();
        }
    }

    /** The server takes only the new password from now on: whoever opens a connection has it. */
    private static void rotate(Jdk jdk, App app, SoftAssertions all, List<Contained> working) {
        String keys = must(app, "names");
        byte[] next = Secrets.random(32);
        postgres.alterPassword(ROLE, next);
        vault.rotate("orders-db", next, "1h");
        VERSIONS.put(next, postgres.equivalents(ROLE));
        for (Contained each : working) {
            try {
                String name = each.word();
                if (each.has("evict")) {
                    must(app, "call " + name + " evict");
                }
                must(app, "borrow " + name + " 4");
                assertThat(app.ask("query " + name)).isEqualTo("ok " + ROLE);
                must(app, "return " + name);
            } catch (AssertionError e) {
                all.fail(each + " with a new password on " + jdk, e);
            }
        }
        all.assertThat(must(app, "names")).as("what pools call themselves").isEqualTo(keys);
    }

    private static void lives(Contained each, App app) {
        String name = each.word();
        must(app, "make " + name + " " + each.file(postgres, ROLE, REFERENCE));
        must(app, "borrow " + name + " 1");
        assertThat(app.ask("query " + name)).isEqualTo("ok " + ROLE);
        must(app, "borrow " + name + " 3");
        assertThat(app.ask("validate " + name)).isEqualTo("ok 4");
        assertThat(app.ask("query " + name)).isEqualTo("ok " + ROLE);
        assertThat(postgres.sessions(name)).isGreaterThanOrEqualTo(4);
        must(app, "tell " + name);
        must(app, "return " + name);
        if (each.can(Contained.Can.REFER)) {
            String other = name + "-again";
            must(app, "again " + name + " " + other);
            must(app, "borrow " + other + " 1");
            assertThat(app.ask("query " + other)).isEqualTo("ok " + ROLE);
            must(app, (each.has("shared") ? "return " : "close ") + other);
        }
        if (each.has("shrink")) {
            must(app, "call " + name + " shrink");
        }
        if (each.can(Contained.Can.SHRINK) || !each.can(Contained.Can.POOL)) {
            awaitSessions(each, 2);
        }
        must(app, "borrow " + name + " 1");
        assertThat(app.ask("query " + name)).isEqualTo("ok " + ROLE);
        must(app, "return " + name);
    }

    /** Waits for what a pool does on threads of its own. */
    private static void awaitSessions(Contained each, int most) {
        long deadline = System.nanoTime() + PATIENCE;
        while (postgres.sessions(each.word()) > most) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(each + " still has " + postgres.sessions(each.word()) + " sessions");
            }
            LockSupport.parkNanos(LOOKS_EVERY);
        }
    }

    private static void scan(
            Jdk jdk, App app, Excuse excuse, SoftAssertions all, String scenario, List<Contained> working) {
        Wanted wanted = new Wanted();
        VERSIONS.forEach((password, equivalents) -> {
            String version = "version " + wanted.secrets().size();
            equivalents.addTo(wanted.and(version, password), version + " ", password);
        });
        Residue residue = MemoryScan.scan(app.pid(), vault.addIdentitiesTo(wanted));
        excuse.orNone(all, residue, jdk + " " + scenario);
        for (Contained each : working) {
            row(jdk, each, scenario, residue.total(), residue);
        }
    }

    private static void row(Jdk jdk, Contained each, String scenario, int found, Residue residue) {
        RESULTS.row(
                "jdk",
                jdk.major(),
                "pool",
                each,
                "pgjdbc",
                each.driver(),
                "scenario",
                scenario,
                "found",
                found,
                "ms",
                residue.millis());
    }
}
