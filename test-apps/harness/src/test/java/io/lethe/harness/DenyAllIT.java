package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is wrong with the configuration: no reference leaves, the reason is said, and all else works as before. */
final class DenyAllIT {

    private static final byte[] SECRET = Secrets.random(24);

    private static Postgres postgres;

    @BeforeAll
    static void start() {
        postgres = Postgres.start();
        postgres.createRole("orders", SECRET, Postgres.Auth.SCRAM);
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    static Stream<Arguments> brokenConfigs() throws IOException {
        Path directory = TemporaryFiles.directory("lethe-broken-");
        return Stream.of(
                Arguments.of("missing", directory.resolve("there-is-none.yaml")),
                Arguments.of("empty", write(directory, "empty", "")),
                Arguments.of("no YAML", write(directory, "garbage", "{{{ : - \u0007")),
                Arguments.of("of the wrong type", write(directory, "list", "- broker\n- vault\n")),
                Arguments.of("a value of the wrong type", write(directory, "type", "broker: [1, 2]\n")),
                Arguments.of("an unknown key", write(directory, "key", "brokr: vault:/nowhere\n")),
                Arguments.of(
                        "a vault that is not there", write(directory, "vault", "broker: vault:" + directory + "/no\n")),
                Arguments.of("an unknown broker", write(directory, "broker", "broker: carrier-pigeon:/nowhere\n")),
                Arguments.of(
                        "not enabled", write(directory, "off", "enabled: false\nbroker: vault:" + directory + "/no\n")),
                Arguments.of("a directory", directory));
    }

    private static Path write(Path directory, String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name + ".yaml"), content);
    }

    @ParameterizedTest(name = "config is {0}")
    @MethodSource("brokenConfigs")
    void brokenConfig_refusesReferencesAndLeavesTheRestAlone(String what, Path config) {
        check(Program.of("PlainJdbc").underLethe(config));
    }

    @Test
    void noConfigAtAll_refusesReferencesAndLeavesTheRestAlone() {
        Path home = TemporaryFiles.directory("lethe-home-");
        check(Program.of("PlainJdbc").underLethe().env("HOME", home.toString()).flags("-Duser.home=" + home));
    }

    private static void check(Program program) {
        try (RoguePostgres rogue = RoguePostgres.asksCleartext();
                Listener unknown = UnknownServer.start();
                App app = program.with(Drivers.postgresql("42.7.14"))
                        .config(Configs.plain(rogue.url(), "orders", "lethe:orders-db"))
                        .start()) {
            assertThat(app.ask("connect")).startsWith("error ").contains("lethe:orders-db");
            assertThat(rogue.connections()).as("no socket before a decision").isZero();
            app.mustDo("config "
                    + Program.propertiesFile(Configs.plus(
                            Configs.plain("jdbc:unknown://127.0.0.1:" + unknown.port(), "orders", "lethe:orders-db"),
                            "driver",
                            "legacy.UnknownDriver")));
            assertThat(app.ask("connect")).startsWith("error ");
            assertThat(unknown.connections()).isZero();
            app.mustDo(
                    "config " + Program.propertiesFile(Configs.plain(postgres.url(), "orders", Secrets.text(SECRET))));
            assertThat(app.ask("connect")).isEqualTo("ok 1");
            assertThat(app.err()).doesNotContain("\tat ");
        }
    }
}
