package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is granted is the endpoint that an attempt really connects to: options that lead elsewhere lead to a refusal before a
 * socket opens there, and options that put somebody in between need a grant of their own.
 */
final class RerouteIT {

    private static final byte[] SECRET = Secrets.random(32);

    private static Postgres postgres;
    private static VaultSetup vault;

    private RoguePostgres elsewhere;

    @BeforeAll
    static void start() {
        postgres = Postgres.start();
        postgres.createRole("orders", SECRET, Postgres.Auth.SCRAM);
        vault = VaultSetup.create().put("orders-db", SECRET).put("tunnelled-db", SECRET);
        vault.grant("orders-db", postgres.target(), "orders");
        vault.grantWith(
                "tunnelled-db",
                postgres.target(),
                "--user",
                "orders",
                "--via",
                "socketFactory=legacy.OtherSocketFactory");
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @BeforeEach
    void openElsewhere() {
        elsewhere = RoguePostgres.asksCleartext();
    }

    @AfterEach
    void closeElsewhere() {
        elsewhere.close();
    }

    static Iterable<String> drivers() {
        return Drivers.scram();
    }

    private static Program program(String driver) {
        return Program.of("PlainJdbc").with(Drivers.postgresql(driver)).underLethe(vault.config());
    }

    private static Map<String, String> orders(String url, String... more) {
        return Configs.plus(Configs.plain(url, "orders", "lethe:orders-db"), more);
    }

    private String ask(String driver, Map<String, String> config) {
        try (App app = program(driver).config(config).start()) {
            return app.ask("connect");
        }
    }

    private void nothingWentElsewhere() {
        assertThat(elsewhere.connections())
                .as("connections that went elsewhere")
                .isZero();
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void portInTheQuery_isJudgedAsItIsUsed(String driver) {
        ask(driver, orders(postgres.url() + "?PGPORT=" + elsewhere.port()));
        nothingWentElsewhere();
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void portInTheProperties_isJudgedAsItIsUsed(String driver) {
        ask(
                driver,
                orders("jdbc:postgresql:orders", "option.PGHOST", "127.0.0.1", "option.PGPORT", "" + elsewhere.port()));
        nothingWentElsewhere();
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void hostInTheProperties_connectsWhereGranted(String driver) {
        Map<String, String> config = orders(
                "jdbc:postgresql:orders",
                "option.PGHOST",
                "127.0.0.1",
                "option.PGPORT",
                "" + postgres.port(),
                "option.PGDBNAME",
                "orders");
        try (App app = Program.of("PlainJdbc")
                .with(Drivers.postgresql(driver))
                .config(Configs.plus(config, "password", Secrets.text(SECRET)))
                .start()) {
            String inClear = app.ask("connect");
            assertThat(ask(driver, config).startsWith("ok")).as(inClear).isEqualTo(inClear.startsWith("ok"));
        }
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void otherNameOfTheHost_isNotTheOneGranted(String driver) {
        long before = postgres.log().connectionsReceived();
        assertThat(ask(driver, orders("jdbc:postgresql://localhost:" + postgres.port() + "/orders")))
                .startsWith("error 28000 ")
                .contains("lethe:orders-db")
                .contains("localhost");
        assertThat(postgres.log().connectionsReceived()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void otherDatabase_isNotTheOneGranted(String driver) {
        long before = postgres.log().connectionsReceived();
        assertThat(ask(driver, orders("jdbc:postgresql://127.0.0.1:" + postgres.port() + "/postgres")))
                .startsWith("error 28000 ");
        assertThat(postgres.log().connectionsReceived()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void manyHosts_areJudgedOneByOne(String driver) {
        String both = "127.0.0.1:" + elsewhere.port() + ",127.0.0.1:" + postgres.port();
        ask(driver, orders("jdbc:postgresql://" + both + "/orders"));
        nothingWentElsewhere();
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void deadHostBeforeTheGrantedOne_doesNotHinder(String driver) {
        VaultSetup wide = VaultSetup.create().put("orders-db", SECRET);
        wide.grant("orders-db", "postgresql://127.0.0.1:*/orders", "orders");
        Map<String, String> config = orders("jdbc:postgresql://127.0.0.1:1,127.0.0.1:" + postgres.port() + "/orders");
        try (App app = Program.of("PlainJdbc")
                .with(Drivers.postgresql(driver))
                .underLethe(wide.config())
                .config(config)
                .start()) {
            assertThat(app.ask("connect")).isEqualTo("ok 1");
        }
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void loginTimeout_whichConnectsInAThreadOfItsOwn_changesNothing(String driver) {
        assertThat(ask(driver, orders(postgres.url(), "loginTimeout", "30"))).isEqualTo("ok 1");
        assertThat(ask(driver, orders(postgres.url(), "option.loginTimeout", "30")))
                .isEqualTo("ok 1");
        String elsewhereUrl = elsewhere.url();
        assertThat(ask(driver, orders(elsewhereUrl, "loginTimeout", "30"))).startsWith("error 28000 ");
        nothingWentElsewhere();
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void socketFactory_needsAGrantOfItsOwn(String driver) {
        String url = postgres.url() + "?socketFactory=legacy.OtherSocketFactory";
        long before = postgres.log().connectionsReceived();
        assertThat(ask(driver, orders(url))).startsWith("error 28000 ").contains("socketFactory");
        assertThat(postgres.log().connectionsReceived()).isEqualTo(before);
        assertThat(ask(driver, orders(url, "password", "lethe:tunnelled-db"))).isEqualTo("ok 1");
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void tlsThatVerifiesNothing_needsAGrantOfItsOwn(String driver) {
        String url = postgres.url() + "?ssl=true&sslfactory=org.postgresql.ssl.NonValidatingFactory";
        assertThat(ask(driver, orders(url))).startsWith("error 28000 ").contains("sslfactory");
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void socksProxyOfTheJvm_needsAGrantOfItsOwn(String driver) {
        try (Listener proxy = Listener.silent();
                App app = program(driver)
                        .flags(
                                "-DsocksProxyHost=127.0.0.1",
                                "-DsocksProxyPort=" + proxy.port(),
                                "-DsocksNonProxyHosts=")
                        .config(orders(postgres.url(), "option.connectTimeout", "5"))
                        .start()) {
            assertThat(app.ask("connect"))
                    .startsWith("error 28000 ")
                    .contains("socksProxyHost=127.0.0.1:" + proxy.port());
            assertThat(proxy.connections()).isZero();
        }
    }
}
