package io.lethe.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way in which programs hand a password to pgjdbc takes a reference instead. */
final class PostgresConnectIT {

    private static final byte[] SECRET = Secrets.random(32);
    private static final String REFERENCE = "lethe:orders-db";
    private static final String NEWEST = "42.7.14";

    /** Of every kind that SASLprep treats its own way, and of every length. */
    private static final List<String> PASSWORDS = List.of(
            "x",
            "p\u00e4ssw\u00f6rd \u20ac",
            "I\u00adX",
            "\u2168",
            "\uff30\uff21\uff33\uff33",
            "\u00aa\u00a0b",
            "\ud83d\udd11 key",
            "\u05d0\u05d1\u05d2",
            "quote'\"\\%",
            "lethe:orders-db",
            " spaces ",
            Secrets.text(Secrets.random(16)),
            Secrets.text(Secrets.random(100)),
            Secrets.text(Secrets.random(1024)));

    private static Postgres postgres;
    private static VaultSetup vault;

    @BeforeAll
    static void start() {
        postgres = Postgres.start();
        postgres.createRole("orders", SECRET, Postgres.Auth.SCRAM);
        vault = VaultSetup.create().put("orders-db", SECRET).username("orders-db", "orders");
        vault.grant("orders-db", postgres.target(), "orders");
        for (int i = 0; i < PASSWORDS.size(); i++) {
            byte[] password = PASSWORDS.get(i).getBytes(UTF_8);
            postgres.createRole("role" + i, password, Postgres.Auth.SCRAM);
            vault.put("secret" + i, password).grant("secret" + i, postgres.target(), "role" + i);
        }
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    static Iterable<String> drivers() {
        return Drivers.scram();
    }

    private static Program plain(String driver) {
        return Program.of("PlainJdbc").with(Drivers.postgresql(driver)).underLethe(vault.config());
    }

    private static void connectsAs(String user, Program program) {
        try (App app = program.start()) {
            assertThat(app.ask("connect")).as(app.err()).isEqualTo("ok 1");
            assertThat(app.ask("query")).isEqualTo("ok " + user + " orders");
        }
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void driverManager_takesTheReferenceInEveryPlace(String driver) {
        Map<String, String> config = Configs.plain(postgres.url(), "orders", REFERENCE);
        connectsAs("orders", plain(driver).config(config));
        connectsAs("orders", plain(driver).config(Configs.plus(config, "style", "arguments")));
        for (String password : List.of(REFERENCE, REFERENCE + "%23password", "lethe%3Aorders-db")) {
            String url = postgres.url() + "?user=orders&password=" + password;
            connectsAs("orders", plain(driver).config(Map.of("url", url, "style", "url")));
        }
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void dataSource_takesTheReferenceFromSettersAndArguments(String driver) {
        Map<String, String> set = Configs.dataSource(postgres.port(), "orders", REFERENCE);
        Map<String, String> given = Configs.plus(
                Configs.dataSource(postgres.port(), "nobody", "nothing"), "user", "orders", "password", REFERENCE);
        for (Map<String, String> config : List.of(set, given)) {
            connectsAs(
                    "orders",
                    Program.of("DataSourceApp")
                            .with(Drivers.postgresql(driver))
                            .underLethe(vault.config())
                            .config(config));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"4.0.3", "7.1.0"})
    void hikari_fillsAPoolWithTheReference(String hikari) {
        Program program = Program.of("HikariApp")
                .with(Drivers.hikari(hikari))
                .with(Drivers.postgresql(NEWEST))
                .underLethe(vault.config())
                .config(Configs.hikari(postgres.url(), "orders", REFERENCE));
        try (App app = program.start()) {
            assertThat(app.ask("threads 4")).isEqualTo("ok 4");
            assertThat(app.ask("query")).isEqualTo("ok orders orders");
        }
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void referenceInTheUsersPlace_isTheSecretsUsername(String driver) {
        connectsAs("orders", plain(driver).config(Configs.plain(postgres.url(), REFERENCE, REFERENCE)));
        connectsAs("orders", plain(driver).config(Configs.plain(postgres.url(), REFERENCE + "#username", REFERENCE)));
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void everyPasswordThatTheServerTakes_connects(String driver) {
        Map<String, String> start = Configs.plain(postgres.url(), "orders", "not used");
        try (App lethe = plain(driver).config(start).start()) {
            for (int i = 0; i < PASSWORDS.size(); i++) {
                // In clear, pgjdbc itself fails on some that the server takes (42.2.1 to 42.3.2, SASLprep).
                String answer = ask(lethe, Configs.plain(postgres.url(), "role" + i, "lethe:secret" + i));
                assertThat(answer).as("password %d", i).isEqualTo("ok 1");
            }
        }
    }

    private static String ask(App app, Map<String, String> config) {
        app.mustDo("config " + Program.propertiesFile(config));
        return app.ask("connect");
    }
}
