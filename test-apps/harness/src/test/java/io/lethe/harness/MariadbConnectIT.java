package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * MariaDB Connector/J takes a reference in every place where programs put a password, each attempt is decided for the server
 * that it reaches, and no server gets more than the grant allows, whatever it asks for.
 */
@NeedsServers(Mariadb.PACKAGE)
final class MariadbConnectIT {

    private static final List<String> OLDEST = List.of("2.0.3", "2.4.4");
    private static final byte[] SECRET = Secrets.random(32);
    private static final String REFERENCE = "lethe:orders-db";
    private static final String REFUSED = "error 28000 java.sql.SQLInvalidAuthorizationSpecException ";

    private static Authority.Identity identity;
    private static Authority.Identity self;
    private static Mariadb mariadb;
    private static VaultSetup vault;

    /** One program for each driver, which all tests tell where to connect. */
    private static final Map<String, App> APPS = new HashMap<>();

    @BeforeAll
    static void start() {
        Authority authority = Authority.create();
        identity = authority.server("mariadb");
        self = authority.impostor("self");
        mariadb = Mariadb.start(identity);
        mariadb.createUser("orders", SECRET, "mysql_native_password");
        mariadb.createUser("ed25519", SECRET, "ed25519");
        mariadb.createUser("other", SECRET, "mysql_native_password");
        vault = VaultSetup.create().put("orders-db", SECRET).username("orders-db", "orders");
        vault.grant("orders-db", mariadb.target(), "orders", "ed25519");
        // The first host of a failover URL, at which nobody listens.
        vault.grant("orders-db", "mariadb://127.0.0.1:1/orders", "orders");
        vault.put("any-db", SECRET).grant("any-db", "mariadb://127.0.0.1:*/orders", "clear");
        String ca = authority.certificate().toString();
        vault.put("tls-db", SECRET)
                .grantWith("tls-db", "mariadb://127.0.0.1:*/orders", "--user", "clear", "--user", "orders", "--ca", ca);
        vault.put("wrong-db", Secrets.random(32)).grant("wrong-db", mariadb.target(), "orders");
    }

    @AfterAll
    static void stop() {
        APPS.values().forEach(App::close);
        mariadb.close();
    }

    static Iterable<String> drivers() {
        return Drivers.MARIADB;
    }

    private static App app(String driver) {
        return APPS.computeIfAbsent(
                driver,
                version -> Program.of("PlainJdbc")
                        .with(Drivers.mariadb(version))
                        .underLethe(vault.config())
                        .config(config(mariadb.url(), "orders", REFERENCE))
                        .start());
    }

    private static String connect(App app, Map<String, String> config) {
        app.mustDo("config " + Program.propertiesFile(config));
        return app.ask("connect");
    }

    private static Map<String, String> config(String url, String user, String password) {
        return Configs.plus(Configs.plain(url, user, password), "query", "select concat(user(), ' ', database())");
    }

    private static boolean isNew(String driver) {
        return !driver.startsWith("2.");
    }

    private static String tls(String driver) {
        return isNew(driver)
                ? "?sslMode=trust"
                : "?useSsl=true&trustServerCertificate=true&enabledSslProtocolSuites=TLSv1.2";
    }

    /** It wants TLS by itself, and has only the reference to hold against a certificate that nobody signed. */
    @Test
    void version4_connectsWithAndWithoutTls_asItIsTold() {
        String driver = Drivers.MARIADB_FROM_17.get(0);
        String trusting = mariadb.url() + tls(driver);

        assertThat(connect(app(driver), config(trusting, "orders", REFERENCE))).isEqualTo("ok 1");
        assertThat(connect(app(driver), config(mariadb.url() + "?sslMode=disable", "orders", REFERENCE)))
                .isEqualTo("ok 1");
        assertThat(connect(app(driver), config(mariadb.url(), "orders", REFERENCE)))
                .contains("Self signed certificates");
        assertThat(connect(app(driver), config(trusting, "other", REFERENCE)))
                .startsWith(REFUSED)
                .contains(REFERENCE);
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void everyWayToSayIt_connects_andCancels(String driver) {
        String inUrl = mariadb.url() + "?user=orders&password=" + REFERENCE;
        Map<String, String> plain = config(mariadb.url(), "orders", REFERENCE);
        List<Map<String, String>> configs = new ArrayList<>(List.of(
                Configs.plus(plain, "style", "arguments"),
                Configs.plus(config(inUrl, "", ""), "style", "url"),
                config(mariadb.url(), REFERENCE, REFERENCE),
                config(mariadb.url() + tls(driver), "orders", REFERENCE),
                config(mariadb.url().replace("//127", "sequential://127.0.0.1:1,127"), "orders", REFERENCE)));
        if (!driver.startsWith("2.0")) {
            configs.add(config(mariadb.url(), "ed25519", REFERENCE));
            configs.add(Configs.plus(config(inUrl + "&pool=true&maxPoolSize=3", "", ""), "style", "url"));
        }
        configs.add(plain);
        App app = app(driver);
        for (Map<String, String> config : configs) {
            assertThat(connect(app, config)).as("%s %s", config, app.err()).isEqualTo("ok 1");
            assertThat(app.ask("query")).matches("ok (orders|ed25519)@127.0.0.1 orders");
        }
        assertThat(app.mustDo("query")).isEqualTo("orders@127.0.0.1 orders");
        long begun = System.nanoTime();
        app.mustDo("cancel select_sleep(100)");
        assertThat(System.nanoTime() - begun).as("cancelled").isLessThan(TimeUnit.SECONDS.toNanos(90));
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void connectionThatTheServerEnds_isMadeAgainByTheDriver(String driver) {
        App app = app(driver);
        // One host: once all have failed, 3.x tries no other than the one that failed first.
        String url = mariadb.url().replace("//", "sequential://");
        assertThat(connect(app, config(url, "orders", REFERENCE))).isEqualTo("ok 1");
        String before = mariadb.connectionsOf("orders");
        mariadb.sql("kill user orders");
        String first = app.ask("query");
        assertThat(first.startsWith("ok ") ? first : app.ask("query")).isEqualTo("ok orders@127.0.0.1 orders");
        assertThat(mariadb.connectionsOf("orders")).isNotEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void whatIsNotGranted_isRefusedBeforeASocketOpens_andAWrongPasswordIsTheServersWord(String driver) {
        App app = app(driver);
        long before = mariadb.connections();
        assertThat(connect(app, config(mariadb.url(), "other", REFERENCE)))
                .startsWith(REFUSED)
                .contains(REFERENCE);
        assertThat(connect(app, config(mariadb.url(), "orders", "lethe:no-such")))
                .startsWith(REFUSED)
                .contains("lethe:no-such");
        // Before 2.5 the driver knows no second password.
        for (String password : OLDEST.contains(driver) ? List.<String>of() : List.of("typed", REFERENCE)) {
            assertThat(connect(app, config(mariadb.url() + "?password2=lethe:no-such", "orders", password)))
                    .startsWith(REFUSED)
                    .contains("lethe:no-such", "password2");
        }
        // One for asking.
        assertThat(mariadb.connections()).isEqualTo(before + 1);
        assertThat(connect(app, config(mariadb.url(), "orders", "lethe:wrong-db")))
                .contains("Access denied for user 'orders'")
                .doesNotContain("lethe:");
        long refused = mariadb.refusedLogins("orders");
        for (int i = 0; i < 20; i++) {
            assertThat(app.ask("connect")).startsWith("error ");
        }
        assertThat(mariadb.refusedLogins("orders") - refused).isLessThan(5);
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void serverThatAsksForTooMuch_getsNeitherPasswordNorReference(String driver) {
        List<RogueMariadb> rogues = new ArrayList<>();
        for (String plugin : List.of(
                "mysql_clear_password",
                "dialog",
                "mysql_old_password",
                "auth_gssapi_client",
                "sha256_password",
                "caching_sha2_password",
                "parsec")) {
            rogues.add(RogueMariadb.asks(plugin, null));
        }
        rogues.add(RogueMariadb.greetsWithCleartext());
        for (RogueMariadb each : rogues) {
            try (RogueMariadb rogue = each) {
                assertThat(connect(app(driver), config(rogue.url(), "clear", "lethe:any-db")))
                        .startsWith("error ");
                assertThat(rogue.answers()).isEmpty();
                assertThat(rogue.received()).doesNotContain("lethe:", Secrets.text(SECRET));
                assertThat(rogue.sawScrambleOf("lethe:any-db".getBytes(StandardCharsets.US_ASCII)))
                        .isFalse();
            }
        }
    }

    /** What these tests look for is seen where it is there. */
    @Test
    void withoutLethe_aReferenceIsSentAsThePassword() {
        byte[] reference = "lethe:any-db".getBytes(StandardCharsets.US_ASCII);
        try (RogueMariadb rogue = RogueMariadb.asks("mysql_clear_password", identity);
                App app = Program.of("PlainJdbc")
                        .with(Drivers.mariadb("3.5.9"))
                        .config(config(rogue.url() + tls("3.5.9"), "clear", "lethe:any-db"))
                        .start()) {
            assertThat(app.ask("connect")).contains("Access denied");
            assertThat(rogue.sawScrambleOf(reference)).isTrue();
            assertThat(rogue.answers()).containsExactly(Arrays.copyOf(reference, reference.length + 1));
        }
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void passwordInClearText_leavesInsideTls_toTheServerThatTheGrantVouchesForOnly(String driver) {
        App app = app(driver);
        for (String plugin : List.of("mysql_clear_password", "dialog")) {
            try (RogueMariadb granted = RogueMariadb.asks(plugin, identity);
                    RogueMariadb impostor = RogueMariadb.asks(plugin, self)) {
                assertThat(connect(app, config(granted.url() + tls(driver), "clear", "lethe:tls-db")))
                        .contains("Access denied");
                assertThat(granted.answers()).containsExactly(Arrays.copyOf(SECRET, SECRET.length + 1));
                assertThat(connect(app, config(impostor.url() + tls(driver), "clear", "lethe:tls-db")))
                        .startsWith(REFUSED)
                        .contains("no proof of lethe:tls-db");
                assertThat(impostor.answers()).isEmpty();
                assertThat(impostor.sawScrambleOf(SECRET)).isFalse();
            }
        }
        assertThat(connect(app, config(mariadb.url(), "orders", "lethe:tls-db")))
                .startsWith(REFUSED)
                .contains("no proof of lethe:tls-db");
        assertThat(connect(app, config(mariadb.url() + tls(driver), "orders", "lethe:tls-db")))
                .isEqualTo("ok 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.7.12", "3.5.9"})
    void dataSources_takeIt_andSayWhyNot(String driver) {
        Map<String, String> config = new LinkedHashMap<>();
        config.put("class", "org.mariadb.jdbc.MariaDbDataSource");
        config.put("set.url", mariadb.url());
        config.put("set.user", "orders");
        config.put("set.password", REFERENCE);
        try (App app = Program.of("DataSourceApp")
                .with(Drivers.mariadb(driver))
                .underLethe(vault.config())
                .config(config)
                .start()) {
            assertThat(app.ask("connect")).isEqualTo("ok 1");
            assertThat(connect(app, Configs.plus(config, "set.user", "other")))
                    .startsWith(REFUSED)
                    .contains(REFERENCE);
            assertThat(connect(app, Configs.plus(config, "user", "orders", "password", REFERENCE)))
                    .isEqualTo("ok 1");
            assertThat(connect(app, Configs.plus(config, "class", "org.mariadb.jdbc.MariaDbPoolDataSource")))
                    .isEqualTo("ok 1");
        }
    }
}
