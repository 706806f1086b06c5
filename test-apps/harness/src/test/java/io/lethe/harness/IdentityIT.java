package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A program that uses no reference says and does the same with and without the agent, to the byte. */
final class IdentityIT {

    private static final byte[] SECRET = Secrets.random(24);

    private static Postgres postgres;
    private static VaultSetup vault;

    @BeforeAll
    static void start() {
        postgres = Postgres.start();
        postgres.createRole("orders", SECRET, Postgres.Auth.SCRAM);
        vault = VaultSetup.create();
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    static Iterable<Jdk> jdks() {
        return Jdks.all();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void programWithoutReferences_printsTheSameAndEndsTheSame(Jdk jdk) {
        UnaryOperator<Program> agent = program -> program.underLethe(vault.config());
        assertThat(run(jdk, agent)).isEqualTo(run(jdk, program -> program));
        assertThat(run(jdk, program -> agent.apply(program).arguments("quiet")))
                .isEqualTo(run(jdk, program -> program.arguments("quiet")));
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void agentFromTheEnvironment_changesOnlyTheLineThatTheJvmPrintsAboutIt(Jdk jdk) {
        String agent = "-javaagent:" + Program.agentJar() + "=" + vault.config();
        Commands.Output with = run(jdk, program -> program.env("JAVA_TOOL_OPTIONS", agent));
        assertThat(with.err()).startsWith("Picked up JAVA_TOOL_OPTIONS: " + agent + "\n");
        Commands.Output rest = new Commands.Output(
                with.exit(),
                with.out(),
                with.err().lines().skip(1).map(line -> line + "\n").collect(Collectors.joining()));
        assertThat(rest).isEqualTo(run(jdk, program -> program));
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void passwordInClear_connectsOrFailsTheSame(Jdk jdk) {
        assertThat(talk(jdk, program -> program.underLethe(vault.config()))).isEqualTo(talk(jdk, program -> program));
    }

    private static Commands.Output run(Jdk jdk, UnaryOperator<Program> how) {
        return how.apply(Program.of("NoReference").on(jdk)).run();
    }

    /** All that a JDBC program says, when it may connect and when it may not. */
    private static Commands.Output talk(Jdk jdk, UnaryOperator<Program> how) {
        Program program = how.apply(Program.of("PlainJdbc").on(jdk).with(Drivers.postgresql("42.7.4")));
        try (App app = program.config(Configs.plain(postgres.url(), "orders", Secrets.text(SECRET)))
                .start()) {
            app.ask("connect 2");
            app.ask("query");
            app.ask("config " + Program.propertiesFile(Configs.plain(postgres.url(), "orders", "another")));
            app.ask("connect");
            app.ask("config "
                    + Program.propertiesFile(Configs.plain("jdbc:postgresql://127.0.0.1:1/x", "orders", "x")));
            app.ask("connect");
            int exit = app.exit();
            return new Commands.Output(exit, app.out(), app.err());
        }
    }
}
