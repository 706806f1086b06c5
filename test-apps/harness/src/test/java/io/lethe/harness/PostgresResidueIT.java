package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The main claim: after an unmodified program has connected under Lethe, the whole memory of its process holds no copy of
 * the secret, of anything as good as it, or of the key that opened it; and the same program without Lethe, in the same run,
 * does.
 */
final class PostgresResidueIT {

    private static final Results RESULTS = new Results("postgres-residue");

    private static final byte[] SECRET = Secrets.random(32);
    private static final byte[] WRONG = Secrets.random(32);
    private static final String LETHE = "lethe:";

    /** Rows say so; all others are without TLS. */
    private static final String CLEAR = "password over TLS";

    private static Postgres postgres;
    private static VaultSetup vault;

    @BeforeAll
    static void start() {
        Authority authority = Authority.create();
        postgres = Postgres.start(authority.server("postgres"));
        vault = VaultSetup.create().put("right", SECRET).put("wrong", WRONG);
        postgres.createRole("scram", SECRET, Postgres.Auth.SCRAM);
        postgres.createRole("md5", SECRET, Postgres.Auth.MD5);
        postgres.createRole("clear", SECRET, Postgres.Auth.PASSWORD);
        String ca = authority.certificate().toString();
        for (String secret : List.of("right", "wrong")) {
            vault.grantWith(secret, postgres.target(), "--user", "scram", "--user", "md5", "--weak", "md5");
            vault.grantWith(secret, postgres.target(), "--user", "clear", "--ca", ca);
        }
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    static Stream<Arguments> matrix() {
        List<Jdk.Collector> collectors = new ArrayList<>();
        Jdks.all()
                .forEach(jdk -> jdk.collectors().stream()
                        .map(Jdk.Collector::name)
                        .map(PostgresResidueIT::named)
                        .filter(collector -> !collectors.contains(collector))
                        .forEach(collectors::add));
        return Matrix.of(PostgresResidueIT::possible, Jdks.all(), Drivers.POSTGRESQL, collectors, List.of(false, true))
                .stream()
                .map(combination -> Arguments.of(combination.toArray()));
    }

    /** A collector by name alone; each JDK has flags of its own for it. */
    private static Jdk.Collector named(String name) {
        return new Jdk.Collector(name, List.of());
    }

    private static boolean possible(List<Object> combination) {
        Jdk jdk = (Jdk) combination.get(0);
        Jdk.Collector collector = (Jdk.Collector) combination.get(2);
        boolean dedup = (boolean) combination.get(3);
        boolean dedupExists = collector.name().equals("G1") || jdk.major() >= 18;
        return jdk.collectors().stream().anyMatch(has -> has.name().equals(collector.name()))
                && (!dedup || dedupExists);
    }

    @ParameterizedTest(name = "{0} pgjdbc {1} {2} dedup={3}")
    @MethodSource("matrix")
    void connecting_leavesNothing(Jdk jdk, String driver, Jdk.Collector collector, boolean dedup) {
        for (String role : Drivers.speaksScram(driver) ? List.of("scram", "md5") : List.of("md5")) {
            Case here = new Case(jdk, driver, collector, dedup, role);
            assertThat(here.withoutLethe()).as("positive control").isPositive();
            here.underLethe();
        }
    }

    /** Each JDK and each driver at least once: what differs between them here is the swap, which HTTP's clients try in full. */
    static Stream<Arguments> clearPasswords() {
        List<Jdk> jdks = Jdks.all();
        if (Matrix.full()) {
            return Matrix.of(combination -> true, jdks, Drivers.POSTGRESQL).stream()
                    .map(combination -> Arguments.of(combination.toArray()));
        }
        int count = Math.max(jdks.size(), Drivers.POSTGRESQL.size());
        return IntStream.range(0, count)
                .mapToObj(i ->
                        Arguments.of(jdks.get(i % jdks.size()), Drivers.POSTGRESQL.get(i % Drivers.POSTGRESQL.size())));
    }

    @ParameterizedTest(name = "{0} pgjdbc {1}")
    @MethodSource("clearPasswords")
    void clearPassword_overTls_leavesNothing(Jdk jdk, String driver) {
        Jdk.Collector collector = named(jdk.collectors().get(0).name());
        Case here = new Case(jdk, driver, collector, false, "clear");
        assertThat(here.withoutLethe()).as("positive control").isPositive();
        here.underLethe();
    }

    private static Program program(Jdk jdk, String driver, Jdk.Collector collector, boolean dedup) {
        List<String> flags = jdk.collectors().stream()
                .filter(has -> has.name().equals(collector.name()))
                .findFirst()
                .orElseThrow()
                .flags();
        Program program = Program.of("PlainJdbc")
                .on(jdk)
                .with(Drivers.postgresql(driver))
                .roomy()
                .flags(flags);
        return dedup ? program.flags("-XX:+UseStringDeduplication") : program;
    }

    /** One program on one JDK with one driver, collector and role. */
    private record Case(Jdk jdk, String driver, Jdk.Collector collector, boolean dedup, String role) {

        private Wanted wanted() {
            Wanted wanted = Wanted.secret("secret", SECRET).and("wrong", WRONG);
            Equivalents equivalents = postgres.equivalents(role);
            equivalents.addTo(wanted, "", SECRET);
            equivalents.addTo(wanted, "wrong ", WRONG);
            return vault.addIdentitiesTo(wanted);
        }

        private boolean isClear() {
            return role.equals("clear");
        }

        private String url() {
            return postgres.url() + (isClear() ? "?sslmode=require" : "");
        }

        private int withoutLethe() {
            Map<String, String> config = Configs.plain(url(), role, Secrets.text(SECRET));
            try (App app = program(jdk, driver, collector, dedup).config(config).start()) {
                app.mustDo("connect");
                return scan(app, "without Lethe", 0).total();
            }
        }

        private void underLethe() {
            Map<String, String> right = Configs.plain(url(), role, LETHE + "right");
            Map<String, String> wrong = Configs.plain(url(), role, LETHE + "wrong");
            SoftAssertions all = new SoftAssertions();
            try (App app = program(jdk, driver, collector, dedup)
                    .underLethe(vault.config())
                    .config(right)
                    .start()) {
                Excuse excuse = new Excuse(vault, app.pid());
                app.mustDo("connect");
                orNone(excuse, all, scan(app, "connect", 1), "connect");
                app.mustDo("connect 199");
                orNone(excuse, all, scan(app, "connects", 200), "200 connects");
                app.mustDo("threads 16");
                orNone(excuse, all, scan(app, "threads", 216), "16 threads");
                app.mustDo("config " + Program.propertiesFile(wrong));
                for (int i = 0; i < 3; i++) {
                    all.assertThat(app.ask("connect")).startsWith("error ");
                }
                orNone(excuse, all, scan(app, "refused", 219), "refused logins");
                all.assertThat(app.out() + app.err()).doesNotContain(Secrets.text(SECRET), Secrets.text(WRONG));
            }
            all.assertAll();
        }

        /** A clear password goes through the JIT's AES, as a header of HTTP does. */
        private void orNone(Excuse excuse, SoftAssertions all, Residue residue, String scenario) {
            if (!isClear() || !residue.isOnlyRegistersOf(jdk)) {
                excuse.orNone(all, residue, scenario);
            }
        }

        private Residue scan(App app, String scenario, int attempts) {
            Residue residue = MemoryScan.scan(app.pid(), wanted());
            RESULTS.scanned(
                    app,
                    residue,
                    "jdk",
                    jdk.major(),
                    "pgjdbc",
                    driver,
                    "collector",
                    collector,
                    "dedup",
                    dedup,
                    "auth",
                    isClear() ? CLEAR : role,
                    "scenario",
                    scenario,
                    "attempts",
                    attempts);
            return residue;
        }
    }
}
