package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Without Lethe the same programs leave copies, and the scanner sees them: only then does a zero mean anything. */
final class PositiveControlIT {

    private static final Results RESULTS = new Results("positive-control");
    private static final byte[] SECRET = Secrets.random(32);

    private static Postgres postgres;

    @BeforeAll
    static void start() {
        postgres = Postgres.start();
        postgres.createRole("scram", SECRET, Postgres.Auth.SCRAM);
        postgres.createRole("md5", SECRET, Postgres.Auth.MD5);
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    static Stream<Arguments> everyDriverOnEveryJdk() {
        return Jdks.all().stream().flatMap(jdk -> Drivers.POSTGRESQL.stream().map(driver -> Arguments.of(jdk, driver)));
    }

    @ParameterizedTest(name = "{0} pgjdbc {1}")
    @MethodSource("everyDriverOnEveryJdk")
    void connectingWithASecretInTheConfig_leavesCopiesAndEquivalents(Jdk jdk, String driver) {
        for (String role : Drivers.speaksScram(driver) ? List.of("scram", "md5") : List.of("md5")) {
            Wanted wanted = postgres.equivalents(role).addTo(Wanted.secret("secret", SECRET), "", SECRET);
            Program program = Program.of("PlainJdbc")
                    .on(jdk)
                    .with(Drivers.postgresql(driver))
                    .roomy()
                    .config(Configs.plain(postgres.url(), role, Secrets.text(SECRET)));
            try (App app = program.start()) {
                app.mustDo("connect");
                Residue residue = MemoryScan.scan(app.pid(), wanted);
                int equivalents = residue.total() - residue.of("secret");
                RESULTS.row(
                        "jdk",
                        jdk.major(),
                        "pgjdbc",
                        driver,
                        "auth",
                        role,
                        "copies",
                        residue.of("secret"),
                        "equivalents",
                        equivalents,
                        "MB",
                        residue.bytes() >> 20,
                        "unreadable",
                        residue.unreadable(),
                        "ms",
                        residue.millis(),
                        "collections",
                        app.mustDo("collections"),
                        "where",
                        residue.counts());
                assertThat(residue.of("secret")).as(residue.toString()).isPositive();
                assertThat(equivalents).as(residue.toString()).isPositive();
            }
        }
    }

    @Test
    void programThatNeverSawTheSecret_hasNoCopy() {
        Map<String, String> nothing = Configs.plain(postgres.url(), "scram", "other");
        for (Jdk jdk : Jdks.all()) {
            try (App app = Program.of("PlainJdbc").on(jdk).config(nothing).start()) {
                Residue residue = MemoryScan.scan(app.pid(), Wanted.secret("secret", SECRET));
                assertThat(residue.total()).as(jdk + ": " + residue).isZero();
                assertThat(app.ask("gc")).as("still running after the scan").isEqualTo("ok");
            }
        }
    }
}
