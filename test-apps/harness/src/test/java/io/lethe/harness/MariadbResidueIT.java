package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
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
 * What PostgresResidueIT claims of pgjdbc, of MariaDB Connector/J: nothing is left of a secret, of its hashes that log in, or
 * of the key that opened it, and without Lethe it is, in the same run.
 */
@NeedsServers(Mariadb.PACKAGE)
final class MariadbResidueIT {

    private static final Results RESULTS = new Results("mariadb-residue");

    private static final byte[] SECRET = Secrets.random(32);
    private static final byte[] WRONG = Secrets.random(32);
    private static final String LETHE = "lethe:";

    private static final Map<String, String> NAMES =
            Map.of("native", "mysql_native_password", "ed25519", "client_ed25519");

    /** The password itself, which no MariaDB wants without PAM: before a server of ours, which refuses it in the end. */
    private static final List<String> CLEAR = List.of("mysql_clear_password", "dialog");

    private static Authority authority;
    private static Authority.Identity identity;
    private static Mariadb mariadb;
    private static VaultSetup vault;

    @BeforeAll
    static void start() {
        authority = Authority.create();
        identity = authority.server("mariadb");
        mariadb = Mariadb.start(null);
        vault = VaultSetup.create().put("right", SECRET).put("wrong", WRONG);
        mariadb.createUser("native", SECRET, "mysql_native_password");
        mariadb.createUser("ed25519", SECRET, "ed25519");
        for (String secret : List.of("right", "wrong")) {
            vault.grant(secret, mariadb.target(), "native", "ed25519");
            String ca = authority.certificate().toString();
            vault.grantWith(secret, "mariadb://127.0.0.1:*/orders", "--user", "clear", "--ca", ca);
        }
    }

    @AfterAll
    static void stop() {
        mariadb.close();
    }

    /** Each JDK and each driver at least once. */
    static Stream<Arguments> matrix() {
        List<Jdk> jdks = Jdks.all();
        if (Matrix.full()) {
            return Matrix.of(combination -> true, jdks, Drivers.MARIADB).stream()
                    .map(combination -> Arguments.of(combination.toArray()));
        }
        int count = Math.max(jdks.size(), Drivers.MARIADB.size());
        return IntStream.range(0, count)
                .mapToObj(
                        i -> Arguments.of(jdks.get(i % jdks.size()), Drivers.MARIADB.get(i % Drivers.MARIADB.size())));
    }

    @ParameterizedTest(name = "{0} Connector/J {1}")
    @MethodSource("matrix")
    void connecting_leavesNothing(Jdk jdk, String driver) {
        SoftAssertions all = new SoftAssertions();
        for (String user : users(driver)) {
            try (App app = program(jdk, driver)
                    .config(config(user, Secrets.text(SECRET)))
                    .start()) {
                app.mustDo("connect");
                Residue left = scan(app, jdk, driver, user, "without Lethe", 0);
                assertThat(left.total()).as("positive control").isPositive();
            }
        }
        for (String plugin : clear(driver)) {
            try (RogueMariadb rogue = RogueMariadb.asks(plugin, identity);
                    App app = program(jdk, driver)
                            .config(clear(rogue, driver, Secrets.text(SECRET)))
                            .start()) {
                assertThat(app.ask("connect")).contains("Access denied");
                Residue left = scan(app, jdk, driver, plugin, "without Lethe", 0);
                assertThat(left.total()).as("positive control").isPositive();
            }
        }
        try (App app = program(jdk, driver)
                .underLethe(vault.config())
                .config(config("native", LETHE + "right"))
                .start()) {
            Excuse excuse = new Excuse(vault, app.pid());
            int connects = 0;
            for (String user : users(driver)) {
                app.mustDo("config " + Program.propertiesFile(config(user, LETHE + "right")));
                app.mustDo("connect");
                excuse.orOneWord(all, scan(app, jdk, driver, user, "connect", ++connects), user + " connect");
                app.mustDo("connect 199");
                app.mustDo("cancel select_sleep(60)");
                connects += 199;
                excuse.orOneWord(
                        all, scan(app, jdk, driver, user, "connects", connects), user + " 200 connects, cancel");
                app.mustDo("threads 16");
                connects += 16;
                excuse.orOneWord(all, scan(app, jdk, driver, user, "threads", connects), user + " 16 threads");
                app.mustDo("config " + Program.propertiesFile(config(user, LETHE + "wrong")));
                assertThat(app.ask("connect")).startsWith("error 28000 ").doesNotContain("lethe:");
                connects++;
                excuse.orOneWord(all, scan(app, jdk, driver, user, "refused", connects), user + " refused login");
            }
            for (String plugin : clear(driver)) {
                try (RogueMariadb rogue = RogueMariadb.asks(plugin, identity)) {
                    app.mustDo("config " + Program.propertiesFile(clear(rogue, driver, LETHE + "right")));
                    assertThat(app.ask("connect")).contains("Access denied");
                    assertThat(rogue.answers()).containsExactly(Arrays.copyOf(SECRET, SECRET.length + 1));
                    Residue left = scan(app, jdk, driver, plugin, "refused", ++connects);
                    if (!left.isOnlyRegistersOf(jdk)) {
                        excuse.orOneWord(all, left, plugin);
                    }
                }
            }
            all.assertThat(app.out() + app.err()).doesNotContain(Secrets.text(SECRET), Secrets.text(WRONG));
        }
        all.assertAll();
    }

    /** 2.0 and 2.1 know nothing of client_ed25519. */
    private static List<String> users(String driver) {
        return driver.startsWith("2.0.") ? List.of("native") : List.of("native", "ed25519");
    }

    private static Map<String, String> config(String user, String password) {
        return Configs.plus(
                Configs.plain(mariadb.url(), user, password),
                "query",
                "select concat(current_user(), ' ', database())");
    }

    /** One of them for each driver. */
    private static List<String> clear(String driver) {
        int one = Drivers.MARIADB.indexOf(driver) % CLEAR.size();
        return Matrix.full() ? CLEAR : List.of(CLEAR.get(one));
    }

    private static Map<String, String> clear(RogueMariadb rogue, String driver, String password) {
        String tls = driver.startsWith("3.")
                ? "?sslMode=trust"
                : "?useSsl=true&trustServerCertificate=true&enabledSslProtocolSuites=TLSv1.2";
        return Configs.plain(rogue.url() + tls, "clear", password);
    }

    private static Program program(Jdk jdk, String driver) {
        return Program.of("PlainJdbc").on(jdk).with(Drivers.mariadb(driver)).roomy();
    }

    private static Wanted wanted() {
        Wanted wanted = Wanted.secret("secret", SECRET).and("wrong", WRONG);
        equivalents(wanted, "", SECRET);
        equivalents(wanted, "wrong ", WRONG);
        return vault.addIdentitiesTo(wanted);
    }

    /** The hash that the native scramble is made of, and the key that SHA-512 makes of the password. */
    private static void equivalents(Wanted wanted, String prefix, byte[] password) {
        try {
            byte[] sha1 = MessageDigest.getInstance("SHA-1").digest(password);
            byte[] expanded = MessageDigest.getInstance("SHA-512").digest(password);
            wanted.andDerived(prefix + "SHA1", sha1)
                    .and(prefix + "SHA1 hex", HexFormat.of().formatHex(sha1).getBytes(StandardCharsets.US_ASCII))
                    .andDerived(prefix + "ed25519 prefix", Arrays.copyOfRange(expanded, 32, 64));
            expanded[0] &= (byte) 248;
            expanded[31] = (byte) (expanded[31] & 63 | 64);
            wanted.andDerived(prefix + "ed25519 scalar", Arrays.copyOf(expanded, 32));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Residue scan(App app, Jdk jdk, String driver, String user, String scenario, int attempts) {
        Residue residue = MemoryScan.scan(app.pid(), wanted());
        RESULTS.scanned(
                app,
                residue,
                "jdk",
                jdk.major(),
                "mariadb",
                driver,
                "collector",
                jdk.collectors().get(0),
                "dedup",
                false,
                "auth",
                NAMES.getOrDefault(user, user + " over TLS"),
                "scenario",
                scenario,
                "attempts",
                attempts);
        return residue;
    }
}
