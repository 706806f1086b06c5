package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * JaCoCo's and OpenTelemetry's agents weave the same drivers: whichever comes first, references connect and leave nothing,
 * and programs without references behave as they do under the other agent alone. JaCoCo is tried on the oldest, the newest and
 * the running JDK, OpenTelemetry, whose start takes seconds, on the running one; on all of them where
 * {@code lethe.matrix} is {@code full}.
 */
final class OtherAgentsIT {

    private static final byte[] SECRET = Secrets.random(32);

    private static Postgres postgres;
    private static VaultSetup vault;

    /** Another agent, with what keeps it quiet and off the network. */
    private enum Other {
        /** 0.8.14 cannot read class files of JDK 27 and prints a stack trace for each: so only the program's own. */
        JACOCO("org.jacoco.agent", "0.8.14-runtime", "=output=none,includes=legacy.*:org.postgresql.*", List.of()),
        OPENTELEMETRY(
                "opentelemetry-javaagent",
                "2.33.1",
                "",
                List.of("-Dotel.sdk.disabled=true", "-Dotel.javaagent.logging=none"));

        private final String artifact;
        private final String version;
        private final String options;
        private final List<String> flags;

        Other(String artifact, String version, String options, List<String> flags) {
            this.artifact = artifact;
            this.version = version;
            this.options = options;
            this.flags = flags;
        }

        Program put(Program program) {
            return program.flags(flags).flags("-javaagent:" + Drivers.jar(artifact, version) + options);
        }
    }

    @BeforeAll
    static void start() {
        postgres = Postgres.start();
        postgres.createRole("orders", SECRET, Postgres.Auth.SCRAM);
        vault = VaultSetup.create().put("orders-db", SECRET);
        vault.grant("orders-db", postgres.target(), "orders");
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    static Stream<Arguments> otherAgents() {
        List<Arguments> cases = new ArrayList<>();
        Jdk oldest = Jdks.all().get(0);
        Jdk newest = Jdks.all().get(Jdks.all().size() - 1);
        boolean full = Matrix.full();
        for (Jdk jdk : Jdks.all()) {
            boolean running = jdk.equals(Jdks.running());
            if (full || running || jdk.equals(oldest) || jdk.equals(newest)) {
                cases.add(Arguments.of(Other.JACOCO, jdk));
            }
            if (full || running) {
                cases.add(Arguments.of(Other.OPENTELEMETRY, jdk));
            }
        }
        return cases.stream();
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("otherAgents")
    void beforeAndAfterOurs_connectsAndLeavesNothing(Other other, Jdk jdk) {
        Wanted wanted = Wanted.secret("secret", SECRET);
        for (boolean first : new boolean[] {true, false}) {
            try (App app = both(other, first, jdbc(jdk, "lethe:orders-db")).start()) {
                assertThat(app.ask("connect 2")).as(app.err()).isEqualTo("ok 2");
                assertThat(app.ask("query")).isEqualTo("ok orders orders");
                Left.nothing(vault, app.pid(), jdk, MemoryScan.scan(app.pid(), wanted));
                assertThat(app.err()).doesNotContain("lethe:");
            }
        }
        try (App app = other.put(jdbc(jdk, Secrets.text(SECRET))).start()) {
            assertThat(app.ask("connect 2")).isEqualTo("ok 2");
            assertThat(MemoryScan.scan(app.pid(), wanted).total()).isPositive();
        }
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("otherAgents")
    void programWithoutReferences_saysWhatItSaysUnderTheOtherAlone(Other other, Jdk jdk) {
        Commands.Output alone = other.put(Program.of("NoReference").on(jdk)).run();
        for (boolean first : new boolean[] {true, false}) {
            assertThat(both(other, first, Program.of("NoReference").on(jdk)).run())
                    .isEqualTo(alone);
        }
    }

    private static Program both(Other other, boolean first, Program program) {
        return first ? other.put(program).underLethe(vault.config()) : other.put(program.underLethe(vault.config()));
    }

    private static Program jdbc(Jdk jdk, String password) {
        return Program.of("PlainJdbc")
                .on(jdk)
                .roomy()
                .with(Drivers.postgresql("42.7.14"))
                .config(Configs.plain(postgres.url(), "orders", password));
    }
}
