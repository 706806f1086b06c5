package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What PostgresResidueIT claims of pgjdbc, of MySQL Connector/J: nothing is left of a secret, of its hashes that log in, or of
 * the key that opened it, and without Lethe it is, in the same run. mysql_native_password is asked for by a real MariaDB, all
 * else by {@link FakeMysql}.
 */
@NeedsServers(Mariadb.PACKAGE)
final class MysqlResidueIT {

    private static final Results RESULTS = new Results("mysql-residue");

    private static final byte[] SECRET = Secrets.random(32);
    private static final byte[] WRONG = Secrets.random(32);
    private static final String LETHE = "lethe:";

    private static final Map<String, String> NAMES = Map.of(
            "native", "mysql_native_password",
            "fast", "caching_sha2_password",
            "full", "caching_sha2_password in full over TLS",
            "sha256", "sha256_password over TLS",
            "clear", "mysql_clear_password over TLS");

    /** Those that send the password itself. */
    private static final List<String> CLEAR = List.of("full", "sha256", "clear");

    private static Mariadb mariadb;
    private static FakeMysql mysql;
    private static VaultSetup vault;

    @BeforeAll
    static void start() {
        Authority authority = Authority.create();
        mariadb = Mariadb.start(null);
        mysql = FakeMysql.start(SECRET, authority.server("mysql"));
        mariadb.createUser("native", SECRET, "mysql_native_password");
        mariadb.createUser("second", SECRET, "mysql_native_password");
        vault = VaultSetup.create().put("right", SECRET).put("wrong", WRONG);
        for (String secret : List.of("right", "wrong")) {
            vault.grant(secret, mariadb.target().replace("mariadb:", "mysql:"), "native", "second");
            vault.grantWith(
                    secret,
                    mysql.target(),
                    "--user",
                    "*",
                    "--ca",
                    authority.certificate().toString());
        }
    }

    @AfterAll
    static void stop() {
        mysql.close();
        mariadb.close();
    }

    /** Each JDK and each driver at least once. */
    static Stream<Arguments> matrix() {
        List<Jdk> jdks = Jdks.all();
        if (Matrix.full()) {
            return Matrix.of(combination -> true, jdks, Drivers.MYSQL).stream()
                    .map(combination -> Arguments.of(combination.toArray()));
        }
        int count = Math.max(jdks.size(), Drivers.MYSQL.size());
        return IntStream.range(0, count)
                .mapToObj(i -> Arguments.of(jdks.get(i % jdks.size()), Drivers.MYSQL.get(i % Drivers.MYSQL.size())));
    }

    @ParameterizedTest(name = "{0} Connector/J {1}")
    @MethodSource("matrix")
    void connecting_leavesNothing(Jdk jdk, String driver) {
        SoftAssertions all = new SoftAssertions();
        for (String user : users(driver)) {
            try (App app = program(jdk, driver)
                    .config(config(driver, user, Secrets.text(SECRET)))
                    .start()) {
                app.mustDo("connect");
                Residue left = scan(app, jdk, driver, user, "without Lethe", 0);
                assertThat(left.total()).as("positive control").isPositive();
            }
        }
        try (App app = program(jdk, driver)
                .underLethe(vault.config())
                .config(config(driver, "native", LETHE + "right"))
                .start()) {
            Excuse excuse = new Excuse(vault, app.pid());
            int connects = 0;
            for (String user : users(driver)) {
                app.mustDo("config " + Program.propertiesFile(config(driver, user, LETHE + "right")));
                app.mustDo("connect");
                look(all, excuse, user + " connect", scan(app, jdk, driver, user, "connect", ++connects), jdk);
                app.mustDo("connect 199");
                connects += 199;
                app.mustDo("cancel select_sleep(60)");
                app.mustDo("timeout select_sleep(60)");
                look(
                        all,
                        excuse,
                        user + " 200 connects, cancel, timeout",
                        scan(app, jdk, driver, user, "connects", connects),
                        jdk);
                app.mustDo("threads 16");
                connects += 16;
                look(all, excuse, user + " 16 threads", scan(app, jdk, driver, user, "threads", connects), jdk);
                if (user.equals("native")) {
                    again(app, driver, config(driver, user, LETHE + "right"));
                    connects += 2;
                    look(
                            all,
                            excuse,
                            "native again",
                            scan(app, jdk, driver, user, "reconnect and changeUser", connects),
                            jdk);
                }
                app.mustDo("config " + Program.propertiesFile(config(driver, user, LETHE + "wrong")));
                assertThat(app.ask("connect")).startsWith("error 28000 ").doesNotContain("lethe:");
                connects++;
                look(all, excuse, user + " refused", scan(app, jdk, driver, user, "refused", connects), jdk);
            }
            all.assertThat(app.out() + app.err()).doesNotContain(Secrets.text(SECRET), Secrets.text(WRONG));
        }
        all.assertAll();
    }

    /** The server ends the connection, the driver makes it again; then another user logs in on it. */
    private static void again(App app, String driver, Map<String, String> config) {
        Map<String, String> reconnecting = Configs.plus(config, "url", config.get("url") + "&autoReconnect=true");
        app.mustDo("config " + Program.propertiesFile(reconnecting));
        app.mustDo("connect");
        mariadb.sql("kill user native");
        if (!app.ask("query").startsWith("ok ")) {
            app.mustDo("query");
        }
        String type = MysqlUrls.isOld(driver) ? "com.mysql.jdbc.Connection" : "com.mysql.cj.jdbc.JdbcConnection";
        app.mustDo("user " + type + " second " + LETHE + "right");
    }

    private static void look(SoftAssertions all, Excuse excuse, String scenario, Residue left, Jdk jdk) {
        boolean itself = CLEAR.contains(scenario.substring(0, scenario.indexOf(' ')));
        if (!itself || !left.isOnlyRegistersOf(jdk)) {
            excuse.orOneWord(all, left, scenario);
        }
    }

    /** Of those that send the password itself one for each driver. */
    private static List<String> users(String driver) {
        if (MysqlUrls.isOldest(driver)) {
            return List.of("native");
        }
        if (Matrix.full()) {
            return List.of("native", "fast", "full", "sha256", "clear");
        }
        return List.of("native", "fast", CLEAR.get(Drivers.MYSQL.indexOf(driver) % CLEAR.size()));
    }

    private static Map<String, String> config(String driver, String user, String password) {
        String url = user.equals("native")
                ? "jdbc:" + mariadb.target().replace("mariadb:", "mysql:") + MysqlUrls.plain(driver)
                : mysql.url() + MysqlUrls.tls(driver);
        return Configs.plus(
                Configs.plain(url, user, password), "query", "select concat(current_user(), ' ', database())");
    }

    private static Program program(Jdk jdk, String driver) {
        return Program.of("PlainJdbc").on(jdk).with(Drivers.mysql(driver)).roomy();
    }

    private static Wanted wanted() {
        Wanted wanted = Wanted.secret("secret", SECRET).and("wrong", WRONG);
        equivalents(wanted, "", SECRET);
        equivalents(wanted, "wrong ", WRONG);
        return vault.addIdentitiesTo(wanted);
    }

    /** The hashes that the scrambles are made of. */
    private static void equivalents(Wanted wanted, String prefix, byte[] password) {
        for (String algorithm : List.of("SHA-1", "SHA-256")) {
            try {
                byte[] hash = MessageDigest.getInstance(algorithm).digest(password);
                wanted.andDerived(prefix + algorithm, hash)
                        .and(
                                prefix + algorithm + " hex",
                                HexFormat.of().formatHex(hash).getBytes(StandardCharsets.US_ASCII));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static Residue scan(App app, Jdk jdk, String driver, String user, String scenario, int attempts) {
        Residue residue = MemoryScan.scan(app.pid(), wanted());
        RESULTS.scanned(
                app,
                residue,
                "jdk",
                jdk.major(),
                "mysql",
                driver,
                "collector",
                jdk.collectors().get(0),
                "dedup",
                false,
                "auth",
                NAMES.get(user),
                "scenario",
                scenario,
                "attempts",
                attempts);
        return residue;
    }
}
