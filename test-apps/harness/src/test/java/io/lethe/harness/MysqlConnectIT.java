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

/**
 * MySQL Connector/J takes a reference in every place where programs put a password, each attempt is decided for the server
 * that it reaches, and no server gets more than the grant allows, whatever it asks for. The real server is a MariaDB, which
 * these drivers take for a MySQL; what MariaDB does not speak is {@link FakeMysql}'s.
 */
@NeedsServers(Mariadb.PACKAGE)
final class MysqlConnectIT {

    private static final byte[] SECRET = Secrets.random(32);
    private static final String REFERENCE = "lethe:orders-db";
    private static final String REFUSED = "error 28000 java.sql.SQLInvalidAuthorizationSpecException ";

    private static Authority.Identity identity;
    private static Authority.Identity self;
    private static Mariadb mariadb;
    private static String target;
    private static VaultSetup vault;

    /** One program for each driver, which all tests tell where to connect. */
    private static final Map<String, App> APPS = new HashMap<>();

    @BeforeAll
    static void start() {
        Authority authority = Authority.create();
        identity = authority.server("mysql");
        self = authority.impostor("self");
        mariadb = Mariadb.start(identity);
        target = mariadb.target().replace("mariadb:", "mysql:");
        mariadb.createUser("orders", SECRET, "mysql_native_password");
        mariadb.createUser("second", SECRET, "mysql_native_password");
        mariadb.createUser("other", SECRET, "mysql_native_password");
        vault = VaultSetup.create().put("orders-db", SECRET).username("orders-db", "orders");
        vault.grant("orders-db", target, "orders", "second");
        // The first host of a failover URL, at which nobody listens.
        vault.grant("orders-db", "mysql://127.0.0.1:1/orders", "orders");
        vault.put("any-db", SECRET).grant("any-db", "mysql://127.0.0.1:*/orders", "*");
        String ca = authority.certificate().toString();
        vault.put("tls-db", SECRET).grantWith("tls-db", "mysql://127.0.0.1:*/orders", "--user", "*", "--ca", ca);
        vault.put("wrong-db", Secrets.random(32)).grant("wrong-db", target, "orders");
    }

    @AfterAll
    static void stop() {
        APPS.values().forEach(App::close);
        mariadb.close();
    }

    static Iterable<String> drivers() {
        return Drivers.MYSQL;
    }

    static Iterable<String> driversWithTls() {
        return Drivers.MYSQL.stream().filter(driver -> !MysqlUrls.isOldest(driver))::iterator;
    }

    private static App app(String driver) {
        return APPS.computeIfAbsent(
                driver,
                version -> Program.of("PlainJdbc")
                        .with(Drivers.mysql(version))
                        .underLethe(vault.config())
                        .config(config(url(version), "orders", REFERENCE))
                        .start());
    }

    private static String url(String driver) {
        return "jdbc:" + target + MysqlUrls.plain(driver);
    }

    private static String connect(App app, Map<String, String> config) {
        app.mustDo("config " + Program.propertiesFile(config));
        return app.ask("connect");
    }

    private static Map<String, String> config(String url, String user, String password) {
        return Configs.plus(Configs.plain(url, user, password), "query", "select concat(user(), ' ', database())");
    }

    private static Map<String, String> inUrl(String url) {
        return Configs.plus(config(url, "", ""), "style", "url");
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void everyWayToSayIt_connects_cancels_andChangesTheUser(String driver) {
        String at = "127.0.0.1:" + mariadb.port();
        String rest = "/orders" + MysqlUrls.plain(driver);
        Map<String, String> plain = config(url(driver), "orders", REFERENCE);
        List<Map<String, String>> configs = new ArrayList<>(List.of(
                Configs.plus(plain, "style", "arguments"),
                inUrl(url(driver) + "&user=orders&password=" + REFERENCE),
                config(url(driver), REFERENCE, REFERENCE),
                config("jdbc:mysql://127.0.0.1:1," + at + rest, "orders", REFERENCE),
                config("jdbc:mysql:loadbalance://" + at + "," + at + rest, "orders", REFERENCE),
                config("jdbc:mysql:replication://" + at + "," + at + rest, "orders", REFERENCE),
                inUrl("jdbc:mysql://address=(protocol=tcp)(host=127.0.0.1)(port=" + mariadb.port()
                        + ")(user=orders)(password=" + REFERENCE + ")" + rest)));
        if (!MysqlUrls.isOld(driver)) {
            configs.add(inUrl("jdbc:mysql://orders:lethe%3Aorders-db@" + at + rest));
            configs.add(inUrl("jdbc:mysql://(host=127.0.0.1,port=" + mariadb.port() + ",user=orders,password="
                    + REFERENCE + ")" + rest));
        }
        if (!MysqlUrls.isOldest(driver)) {
            configs.add(config("jdbc:" + target + MysqlUrls.tls(driver), "orders", REFERENCE));
        }
        configs.add(plain);
        App app = app(driver);
        for (Map<String, String> config : configs) {
            assertThat(connect(app, config)).as("%s %s", config, app.err()).isEqualTo("ok 1");
            assertThat(app.ask("query")).as("%s", config).isEqualTo("ok orders@127.0.0.1 orders");
        }
        long begun = System.nanoTime();
        app.mustDo("cancel select_sleep(100)");
        app.mustDo("timeout select_sleep(100)");
        assertThat(System.nanoTime() - begun).as("cancelled").isLessThan(TimeUnit.SECONDS.toNanos(90));
        String type = MysqlUrls.isOld(driver) ? "com.mysql.jdbc.Connection" : "com.mysql.cj.jdbc.JdbcConnection";
        assertThat(app.ask("user " + type + " second " + REFERENCE)).isEqualTo("ok second@127.0.0.1 orders");
        assertThat(app.ask("user " + type + " other " + REFERENCE))
                .startsWith(REFUSED)
                .contains(REFERENCE);
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void connectionThatTheServerEnds_isMadeAgainByTheDriver(String driver) {
        App app = app(driver);
        assertThat(connect(app, config(url(driver) + "&autoReconnect=true", "orders", REFERENCE)))
                .isEqualTo("ok 1");
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
        assertThat(connect(app, config(url(driver), "other", REFERENCE)))
                .startsWith(REFUSED)
                .contains(REFERENCE);
        assertThat(connect(app, config(url(driver), "orders", "lethe:no-such")))
                .startsWith(REFUSED)
                .contains("lethe:no-such");
        for (String other : List.of(
                "&password2=lethe:no-such",
                "&authenticationPlugins=legacy.NoSuch",
                "&socketFactory=legacy.OtherSocketFactory",
                "&passwordCharacterEncoding=UTF-16")) {
            assertThat(connect(app, config(url(driver) + other, "orders", REFERENCE)))
                    .as(other)
                    .startsWith(REFUSED)
                    .contains(other.substring(1, other.indexOf('=')));
        }
        // One for asking.
        assertThat(mariadb.connections()).isEqualTo(before + 1);
        assertThat(connect(app, config(url(driver), "orders", "lethe:wrong-db")))
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
        byte[] reference = "lethe:any-db".getBytes(StandardCharsets.US_ASCII);
        for (String user : List.of("full", "sha256", "clear", "old", "kerberos", "ldap")) {
            for (String greets : List.of("caching_sha2_password", "sha256_password", "mysql_old_password")) {
                try (FakeMysql rogue = FakeMysql.greeting(greets, SECRET, null)) {
                    String url = rogue.url() + MysqlUrls.plain(driver) + "&allowPublicKeyRetrieval=true";
                    assertThat(connect(app(driver), config(url, user, "lethe:any-db")))
                            .as("%s %s", user, greets)
                            .startsWith("error ");
                    assertThat(rogue.passwords()).as("%s %s", user, greets).allMatch(sent -> sent.length <= 1);
                    assertThat(rogue.received()).doesNotContain("lethe:", Secrets.text(SECRET));
                    assertThat(rogue.sawScrambleOf(reference)).isFalse();
                }
            }
        }
    }

    /** What these tests look for is seen where it is there. */
    @Test
    void withoutLethe_aReferenceIsSentAsThePassword() {
        byte[] reference = "lethe:any-db".getBytes(StandardCharsets.US_ASCII);
        try (FakeMysql server = FakeMysql.start(SECRET, identity);
                FakeMysql open = FakeMysql.greeting("sha256_password", SECRET, null);
                App app = Program.of("PlainJdbc")
                        .with(Drivers.mysql("9.7.0"))
                        .config(config(server.url() + MysqlUrls.tls("9.7.0"), "clear", "lethe:any-db"))
                        .start()) {
            assertThat(app.ask("connect")).contains("Access denied");
            assertThat(server.sawScrambleOf(reference)).isTrue();
            assertThat(server.passwords()).containsExactly(Arrays.copyOf(reference, reference.length + 1));
            String url = open.url() + MysqlUrls.plain("9.7.0") + "&allowPublicKeyRetrieval=true";
            assertThat(connect(app, config(url, "sha256", "lethe:any-db"))).contains("Access denied");
            assertThat(open.passwords()).containsExactly(Arrays.copyOf(reference, reference.length + 1));
        }
    }

    @ParameterizedTest
    @MethodSource("driversWithTls")
    void scramble_andPasswordInsideTls_logIn_atTheServerThatTheGrantVouchesForOnly(String driver) {
        App app = app(driver);
        byte[] sent = Arrays.copyOf(SECRET, SECRET.length + 1);
        String type = MysqlUrls.isOld(driver) ? "com.mysql.jdbc.Connection" : "com.mysql.cj.jdbc.JdbcConnection";
        try (FakeMysql granted = FakeMysql.start(SECRET, identity);
                FakeMysql impostor = FakeMysql.start(SECRET, self)) {
            String plain = granted.url() + MysqlUrls.plain(driver);
            assertThat(connect(app, config(plain, "fast", "lethe:any-db")))
                    .as(app.err())
                    .isEqualTo("ok 1");
            assertThat(app.mustDo("query")).isEqualTo("fast@127.0.0.1 orders");
            assertThat(app.mustDo("cancel select_sleep(60)")).contains("CancelledException");
            assertThat(granted.kills()).isPositive();
            assertThat(granted.passwords()).isEmpty();
            assertThat(connect(app, config(plain, "fast", "lethe:tls-db")))
                    .startsWith(REFUSED)
                    .contains("no proof of lethe:tls-db");
            String tls = granted.url() + MysqlUrls.tls(driver);
            for (String user : List.of("fast", "native", "full", "sha256", "clear")) {
                int before = granted.passwords().size();
                assertThat(connect(app, config(tls, user, "lethe:tls-db")))
                        .as("%s %s", user, app.err())
                        .isEqualTo("ok 1");
                boolean itself = !List.of("fast", "native").contains(user);
                assertThat(granted.passwords())
                        .hasSize(before + (itself ? 1 : 0))
                        .allMatch(p -> Arrays.equals(p, sent));
                String impostors = impostor.url() + MysqlUrls.tls(driver);
                assertThat(connect(app, config(impostors, user, "lethe:tls-db")))
                        .as(user)
                        .startsWith(REFUSED)
                        .contains("lethe:tls-db");
            }
            assertThat(impostor.passwords()).isEmpty();
            assertThat(impostor.sawScrambleOf(SECRET)).isFalse();
            assertThat(connect(app, config(tls, "fast", "lethe:tls-db"))).isEqualTo("ok 1");
            assertThat(app.ask("user " + type + " native lethe:tls-db")).isEqualTo("ok native@127.0.0.1 orders");
        }
        try (FakeMysql greets = FakeMysql.greeting("sha256_password", SECRET, identity)) {
            assertThat(connect(app, config(greets.url() + MysqlUrls.tls(driver), "sha256", "lethe:tls-db")))
                    .as("in the first message")
                    .isEqualTo("ok 1");
        }
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void dataSources_takeIt_andSayWhyNot(String driver) {
        String prefix = MysqlUrls.isOld(driver) ? "com.mysql.jdbc.jdbc2.optional.Mysql" : "com.mysql.cj.jdbc.Mysql";
        Map<String, String> config = new LinkedHashMap<>();
        config.put("class", prefix + "DataSource");
        config.put("set.url", url(driver));
        config.put("set.user", "orders");
        config.put("set.password", REFERENCE);
        try (App app = Program.of("DataSourceApp")
                .with(Drivers.mysql(driver))
                .underLethe(vault.config())
                .config(config)
                .start()) {
            assertThat(app.ask("connect")).isEqualTo("ok 1");
            assertThat(connect(app, Configs.plus(config, "set.user", "other")))
                    .startsWith(REFUSED)
                    .contains(REFERENCE);
            assertThat(connect(app, Configs.plus(config, "user", "orders", "password", REFERENCE)))
                    .isEqualTo("ok 1");
            assertThat(connect(app, Configs.plus(config, "class", prefix + "XADataSource", "through", "xa")))
                    .isEqualTo("ok 1");
            assertThat(connect(
                            app,
                            Configs.plus(config, "class", prefix + "ConnectionPoolDataSource", "through", "pooled")))
                    .isEqualTo("ok 1");
        }
    }
}
