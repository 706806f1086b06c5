package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not granted, too weak, wrong or rotated: who says so, in which words, and how often the server hears of it. */
final class PostgresRefusalIT {

    private static final byte[] SECRET = Secrets.random(32);
    private static final String REFERENCE = "lethe:orders-db";
    private static final String NEWEST = "42.7.14";

    private static Postgres postgres;
    private static VaultSetup vault;

    @BeforeAll
    static void start() {
        postgres = Postgres.start();
        postgres.createRole("orders", SECRET, Postgres.Auth.SCRAM);
        postgres.createRole("old", SECRET, Postgres.Auth.MD5);
        postgres.createRole("clear", SECRET, Postgres.Auth.PASSWORD);
        vault = VaultSetup.create().put("orders-db", SECRET);
        vault.grant("orders-db", postgres.target(), "orders", "old", "clear");
        vault.put("weak-db", SECRET).grantWith("weak-db", postgres.target(), "--user", "old", "--weak", "md5");
        vault.put("wrong-db", Secrets.random(32)).grant("wrong-db", postgres.target(), "orders");
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

    private static String ask(Program program) {
        try (App app = program.start()) {
            return app.ask("connect");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"42.2.0", "42.2.1", "42.2.29", "42.3.2", "42.7.4", "42.7.14"})
    void md5_isRefusedUnlessTheGrantSaysSo(String driver) {
        assertThat(ask(plain(driver).config(Configs.plain(postgres.url(), "old", REFERENCE))))
                .startsWith("error 28000 ")
                .contains("md5")
                .contains(REFERENCE);
        assertThat(postgres.log().refusedLogins("old")).isZero();
        assertThat(ask(plain(driver).config(Configs.plain(postgres.url(), "old", "lethe:weak-db"))))
                .isEqualTo("ok 1");
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void passwordInClearOverTheWire_isRefused(String driver) {
        assertThat(ask(plain(driver).config(Configs.plain(postgres.url(), "clear", REFERENCE))))
                .startsWith("error 28000 ")
                .contains(REFERENCE);
        assertThat(postgres.log().refusedLogins("clear")).as("no login attempt").isZero();
    }

    @Test
    void userThatTheGrantDoesNotName_isRefusedBeforeASocketOpens() {
        long before = postgres.log().connectionsReceived();
        assertThat(ask(plain(NEWEST).config(Configs.plain(postgres.url(), "postgres", REFERENCE))))
                .startsWith("error 28000 java.sql.SQLInvalidAuthorizationSpecException ")
                .contains(REFERENCE);
        assertThat(postgres.log().connectionsReceived()).isEqualTo(before);
    }

    @Test
    void unknownSecret_isRefusedBeforeASocketOpens() {
        long before = postgres.log().connectionsReceived();
        assertThat(ask(plain(NEWEST).config(Configs.plain(postgres.url(), "orders", "lethe:no-such"))))
                .startsWith("error 28000 java.sql.SQLInvalidAuthorizationSpecException ")
                .contains("lethe:no-such");
        assertThat(postgres.log().connectionsReceived()).isEqualTo(before);
    }

    @Test
    void wrongSecret_isTheServersWordAndDoesNotHammerIt() {
        long before = postgres.log().refusedLogins("orders");
        try (App app = plain(NEWEST)
                .config(Configs.plain(postgres.url(), "orders", "lethe:wrong-db"))
                .start()) {
            assertThat(app.ask("connect")).startsWith("error 28P01 org.postgresql.util.PSQLException FATAL");
            for (int i = 0; i < 20; i++) {
                assertThat(app.ask("connect")).startsWith("error ");
            }
        }
        assertThat(postgres.log().refusedLogins("orders") - before).isBetween(1L, 5L);
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void rotatedSecret_isUsedWithoutARestart(String driver) {
        byte[] first = Secrets.random(32);
        byte[] second = Secrets.random(32);
        String role = "rotated" + driver.replace('.', '_');
        postgres.createRole(role, first, Postgres.Auth.SCRAM);
        VaultSetup own = VaultSetup.create().put("rotated-db", first);
        own.grant("rotated-db", postgres.target(), role);
        try (App app = Program.of("PlainJdbc")
                .with(Drivers.postgresql(driver))
                .underLethe(own.config())
                .config(Configs.plain(postgres.url(), role, "lethe:rotated-db"))
                .start()) {
            assertThat(app.ask("connect")).isEqualTo("ok 1");
            own.put("rotated-db", second);
            postgres.alterPassword(role, second);
            assertThat(app.ask("connect")).isEqualTo("ok 1");
            assertThat(postgres.log().refusedLogins(role)).isLessThanOrEqualTo(1);
        }
    }
}
