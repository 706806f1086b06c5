package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A driver or data source that Lethe does not know never gets to send a reference; without one it works as before. */
final class UnknownDriverIT {

    private static VaultSetup vault;

    @BeforeAll
    static void makeVault() {
        vault = VaultSetup.create().put("orders-db", Secrets.random(32));
        vault.grant("orders-db", "postgresql://127.0.0.1:*/*", "orders");
    }

    static Iterable<Jdk> jdks() {
        return Jdks.all();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void unknownDriver_refusesAReferenceBeforeItConnects(Jdk jdk) {
        for (String style : new String[] {"properties", "arguments"}) {
            try (Listener server = UnknownServer.start()) {
                Program program = Program.of("PlainJdbc").on(jdk).underLethe(vault.config());
                Map<String, String> config = Configs.plus(
                        Configs.plain(url(server), "orders", "lethe:orders-db"),
                        "driver",
                        "legacy.UnknownDriver",
                        "style",
                        style);
                refusesThenServes(program, config, "password", server);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void unknownDriver_refusesAReferenceInItsUrl(Jdk jdk) {
        try (Listener server = UnknownServer.start()) {
            Program program = Program.of("PlainJdbc").on(jdk).underLethe(vault.config());
            Map<String, String> config = Configs.plus(
                    Configs.plain(url(server) + ":password=lethe:orders-db", "orders", "clear"),
                    "driver",
                    "legacy.UnknownDriver");
            try (App app = program.config(config).start()) {
                assertThat(app.ask("connect")).startsWith("error ");
            }
            assertThat(server.connections()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void unknownDataSource_refusesAReference(Jdk jdk) {
        try (Listener server = UnknownServer.start()) {
            Program program = Program.of("DataSourceApp").on(jdk).underLethe(vault.config());
            refusesThenServes(
                    program,
                    Map.of(
                            "class",
                            "legacy.UnknownDataSource",
                            "set.url",
                            url(server),
                            "user",
                            "orders",
                            "password",
                            "lethe:orders-db"),
                    "password",
                    server);
        }
        try (Listener server = UnknownServer.start()) {
            Program program = Program.of("DataSourceApp").on(jdk).underLethe(vault.config());
            refusesThenServes(
                    program,
                    Map.of(
                            "class",
                            "legacy.UnknownDataSource",
                            "set.url",
                            url(server),
                            "set.user",
                            "orders",
                            "set.password",
                            "lethe:orders-db"),
                    "set.password",
                    server);
        }
    }

    private static String url(Listener server) {
        return "jdbc:unknown://127.0.0.1:" + server.port();
    }

    private static void refusesThenServes(Program program, Map<String, String> config, String key, Listener server) {
        try (App app = program.config(config).start()) {
            assertThat(app.ask("connect")).startsWith("error 28000 ").contains("lethe:orders-db");
            assertThat(server.connections()).isZero();
            app.mustDo("config " + Program.propertiesFile(Configs.plus(config, key, "in clear")));
            assertThat(app.ask("connect")).isEqualTo("ok 1");
        }
        assertThat(server.text()).contains("PASS in clear").doesNotContain("lethe:");
    }
}
