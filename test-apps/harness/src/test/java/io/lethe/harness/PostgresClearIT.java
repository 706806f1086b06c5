package io.lethe.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * PostgreSQL's {@code password} authentication: the password itself goes to the server that the grant names, inside TLS, and to
 * nobody else, whatever the driver was told to believe.
 */
final class PostgresClearIT {

    private static final byte[] SECRET = Secrets.random(32);
    private static final String NEWEST = "42.7.14";
    private static final String REQUIRE = "?sslmode=require";

    /** Of more than a byte a character, of the least length, and longer than the driver's buffer and a TLS record. */
    private static final List<String> PASSWORDS = List.of(
            "p\u00e4ssw\u00f6rd \u20ac \ud83d\udd11",
            Secrets.text(Secrets.random(8)),
            "lethe:clear-db",
            Secrets.text(Secrets.random(9_000)),
            Secrets.text(Secrets.random(20_000)));

    private static Authority authority;
    private static Authority.Identity identity;
    private static Authority.Identity self;
    private static Authority.Identity other;
    private static Postgres postgres;
    private static VaultSetup vault;

    @BeforeAll
    static void start() {
        authority = Authority.create();
        identity = authority.server("postgres");
        self = authority.impostor("self");
        other = authority.serverOf("other.example");
        postgres = Postgres.start(identity);
        String ca = authority.certificate().toString();
        postgres.createRole("clear", SECRET, Postgres.Auth.PASSWORD);
        postgres.createRole("scram", SECRET, Postgres.Auth.SCRAM);
        postgres.createRole("short", "1234567".getBytes(UTF_8), Postgres.Auth.PASSWORD);
        vault = VaultSetup.create()
                .put("clear-db", SECRET)
                .put("plain-db", SECRET)
                .put("pin-db", SECRET);
        vault.put("wrong-db", Secrets.random(32)).put("short-db", "1234567".getBytes(UTF_8));
        String anywhere = "postgresql://127.0.0.1:*/orders";
        vault.grantWith("clear-db", anywhere, "--user", "clear", "--user", "scram", "--ca", ca);
        vault.put("tls-db", SECRET).grantWith("tls-db", anywhere, "--user", "scram", "--tls", "verified");
        vault.grantWith("plain-db", anywhere, "--user", "clear");
        vault.grantWith("pin-db", anywhere, "--user", "clear", "--pin", identity.pin());
        vault.grantWith("wrong-db", anywhere, "--user", "clear", "--ca", ca);
        vault.grantWith("short-db", anywhere, "--user", "short", "--ca", ca);
        for (int i = 0; i < PASSWORDS.size(); i++) {
            byte[] password = PASSWORDS.get(i).getBytes(UTF_8);
            postgres.createRole("role" + i, password, Postgres.Auth.PASSWORD);
            vault.put("secret" + i, password).grantWith("secret" + i, anywhere, "--user", "role" + i, "--ca", ca);
        }
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    static Iterable<String> drivers() {
        return Drivers.POSTGRESQL;
    }

    private static Program program(String driver, String url, String user, String secret) {
        return Program.of("PlainJdbc")
                .with(Drivers.postgresql(driver))
                .underLethe(vault.config())
                .config(Configs.plain(url, user, "lethe:" + secret));
    }

    /** 42.2.0 and 42.2.1 know none but those that want TLS. */
    private static boolean knowsModes(String driver) {
        return !List.of("42.2.0", "42.2.1").contains(driver);
    }

    private static String ask(Program program) {
        try (App app = program.start()) {
            return app.ask("connect");
        }
    }

    private static String ask(String url, String user, String secret) {
        return ask(program(NEWEST, url, user, secret));
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void serverThatTheGrantsAuthorityVouchesFor_letsIn(String driver) {
        try (App app =
                program(driver, postgres.url() + REQUIRE, "clear", "clear-db").start()) {
            assertThat(app.ask("connect")).as(app.err()).isEqualTo("ok 1");
            assertThat(app.ask("query")).isEqualTo("ok clear orders");
            for (int i = 0; i < PASSWORDS.size(); i++) {
                app.mustDo("config "
                        + Program.propertiesFile(
                                Configs.plain(postgres.url() + REQUIRE, "role" + i, "lethe:secret" + i)));
                assertThat(app.ask("connect")).as("password %d", i).isEqualTo("ok 1");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?sslmode=prefer",
                "?ssl=true&sslmode=require&gssEncMode=prefer",
                "?sslmode=require&loginTimeout=30"
            })
    void otherWaysToTls_letInToo(String options) {
        assertThat(ask(postgres.url() + options, "clear", "clear-db")).isEqualTo("ok 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void bothProtocols_letIn(String protocol) {
        Program program = program(NEWEST, postgres.url() + REQUIRE, "clear", "clear-db");
        assertThat(ask(program.flags("-Djdk.tls.client.protocols=" + protocol))).isEqualTo("ok 1");
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void scramOverTls_goesOnAsItDid(String driver) {
        if (Drivers.speaksScram(driver)) {
            assertThat(ask(program(driver, postgres.url() + REQUIRE, "scram", "clear-db")))
                    .isEqualTo("ok 1");
        }
    }

    @Test
    void pinnedKey_letsIn() {
        assertThat(ask(postgres.url() + REQUIRE, "clear", "pin-db")).isEqualTo("ok 1");
    }

    @Test
    void grantWithoutAuthority_believesTheJvmsStore_andSaysHowToNameOne() {
        String url = postgres.url() + REQUIRE;
        assertThat(ask(url, "clear", "plain-db"))
                .startsWith("error 28000 java.sql.SQLInvalidAuthorizationSpecException ")
                .contains("lethe:plain-db in clear text")
                .contains("lethe vault grant plain-db --to " + postgres.target() + " --user NAME --ca ca.pem");
        Program trusting = program(NEWEST, url, "clear", "plain-db");
        assertThat(ask(trusting.flags(authority.trusted()))).isEqualTo("ok 1");
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void withoutTls_itStaysHere(String driver) {
        long before = postgres.log().refusedLogins("clear");
        for (String mode : knowsModes(driver) ? List.of("?sslmode=disable", "?sslmode=allow") : List.of("")) {
            String answer = ask(program(driver, postgres.url() + mode, "clear", "clear-db"));
            assertThat(answer).startsWith("error 28000 ").contains("lethe:clear-db", "without TLS");
        }
        assertThat(postgres.log().refusedLogins("clear") - before)
                .as("no login attempt")
                .isZero();
    }

    @Test
    void wrongPassword_isTheServersWord_andDoesNotHammerIt() {
        long before = postgres.log().refusedLogins("clear");
        try (App app =
                program(NEWEST, postgres.url() + REQUIRE, "clear", "wrong-db").start()) {
            assertThat(app.ask("connect")).startsWith("error 28P01 org.postgresql.util.PSQLException FATAL");
            for (int i = 0; i < 20; i++) {
                assertThat(app.ask("connect")).startsWith("error ");
            }
        }
        assertThat(postgres.log().refusedLogins("clear") - before).isBetween(1L, 5L);
    }

    @Test
    void passwordThatIsTooShort_isRefused() {
        assertThat(ask(postgres.url() + REQUIRE, "short", "short-db"))
                .startsWith("error 28000 ")
                .contains("too short");
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void impostor_getsNothing(String driver) {
        try (RoguePostgres impostor = RoguePostgres.asksCleartext().over(self);
                RoguePostgres misnamed = RoguePostgres.asksCleartext().over(other);
                RoguePostgres plain = RoguePostgres.asksCleartext()) {
            for (RoguePostgres rogue : List.of(impostor, misnamed, plain)) {
                String mode = rogue != plain ? REQUIRE : knowsModes(driver) ? "?sslmode=prefer" : "";
                assertThat(ask(program(driver, rogue.url() + mode, "clear", "clear-db")))
                        .startsWith("error 28000 ")
                        .contains("lethe:clear-db in clear text");
                assertThat(rogue.connections()).as("connections").isEqualTo(1);
                assertThat(rogue.passwordMessages()).isEmpty();
            }
        }
    }

    @Test
    void rogueThatIsVouchedFor_getsThePasswordOnce_andNeverInTheMidst() {
        byte[] message = concat(SECRET, new byte[1]);
        try (RoguePostgres granted = RoguePostgres.asksCleartext().over(identity);
                RoguePostgres twice = RoguePostgres.asksCleartextTwice().over(identity);
                RoguePostgres later = RoguePostgres.asksCleartextAfterScram().over(identity)) {
            assertThat(ask(granted.url() + REQUIRE, "clear", "clear-db")).startsWith("error 28P01 ");
            assertThat(granted.passwordMessages()).containsExactly(message);
            assertThat(ask(twice.url() + REQUIRE, "clear", "clear-db"))
                    .startsWith("error 28000 ")
                    .contains("in the midst");
            assertThat(twice.passwordMessages()).containsExactly(message);
            assertThat(ask(later.url() + REQUIRE, "clear", "clear-db"))
                    .startsWith("error 28000 ")
                    .contains("in the midst");
            assertThat(later.passwordMessages()).hasSize(2).doesNotContain(message);
        }
    }

    @Test
    void grantWithAuthority_givesNoOtherProofToAnybodyElseEither() {
        try (RoguePostgres impostor =
                        RoguePostgres.asksScram(4096, "SCRAM-SHA-256").over(self);
                RoguePostgres plain = RoguePostgres.asksScram(4096, "SCRAM-SHA-256")) {
            for (RoguePostgres rogue : List.of(impostor, plain)) {
                assertThat(ask(rogue.url() + "?sslmode=prefer", "scram", "clear-db"))
                        .startsWith("error 28000 ")
                        .contains("no proof of lethe:clear-db");
                assertThat(rogue.sawProof()).isFalse();
            }
        }
        assertThat(ask(postgres.url() + "?sslmode=disable", "scram", "clear-db"))
                .startsWith("error 28000 ")
                .contains("no proof of lethe:clear-db", "no TLS");
    }

    @Test
    void grantThatDemandsVerifiedTls_asksTheJvmsTrustStore() {
        try (RoguePostgres plain = RoguePostgres.asksScram(4096, "SCRAM-SHA-256")) {
            assertThat(ask(plain.url() + "?sslmode=prefer", "scram", "tls-db"))
                    .startsWith("error 28000 ")
                    .contains("no proof of lethe:tls-db, whose grant has --tls verified");
            assertThat(plain.sawProof()).isFalse();
        }
        Program program = program(NEWEST, postgres.url() + REQUIRE, "scram", "tls-db");
        assertThat(ask(program)).startsWith("error 28000 ").contains("whose grant has --tls verified");
        assertThat(ask(program.flags(authority.trusted()))).isEqualTo("ok 1");
    }

    private static byte[] concat(byte[] a, byte[] b) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(a);
        both.writeBytes(b);
        return both.toByteArray();
    }
}
