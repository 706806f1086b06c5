package io.lethe.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The servers and programs do what the other tests believe they do; the agent has no part in it. */
final class HarnessIT {

    private static final String DRIVER = "42.7.14";

    private static Postgres postgres;

    @BeforeAll
    static void start() {
        postgres = Postgres.start();
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    private static Program plain(Map<String, String> config) {
        return Program.of("PlainJdbc").with(Drivers.postgresql(DRIVER)).config(config);
    }

    @ParameterizedTest
    @EnumSource(Postgres.Auth.class)
    void everyAuthentication_acceptsTheRightPasswordAndRefusesAnother(Postgres.Auth auth) {
        String role = "role_" + auth.name().toLowerCase(Locale.ROOT);
        byte[] password = "p\u00e4ss w\u00f6rd' \u20ac".getBytes(UTF_8);
        postgres.createRole(role, password, auth);
        try (App app = plain(Configs.plain(postgres.url(), role, Secrets.text(password)))
                .start()) {
            assertThat(app.ask("connect 3")).isEqualTo("ok 3");
            assertThat(app.ask("query")).isEqualTo("ok " + role + " orders");
            assertThat(app.ask("threads 16")).isEqualTo("ok 16");
            assertThat(app.exit()).isZero();
        }
        assertThat(postgres.log().logins(role)).isEqualTo(19);
        assertThat(postgres.log().refusedLogins(role)).isZero();
        try (App app = plain(Configs.plain(postgres.url(), role, Secrets.text(Secrets.random(12))))
                .start()) {
            assertThat(app.ask("connect")).startsWith("error 28P01 org.postgresql.util.PSQLException FATAL");
        }
        assertThat(postgres.log().refusedLogins(role)).isEqualTo(1);
    }

    @Test
    void alteredPassword_isTheOneThatCounts_andEquivalentsFitIt() {
        byte[] first = Secrets.random(20);
        byte[] second = Secrets.random(20);
        for (Postgres.Auth auth : new Postgres.Auth[] {Postgres.Auth.SCRAM, Postgres.Auth.MD5}) {
            String role = "altered" + auth.ordinal();
            postgres.createRole(role, first, auth);
            postgres.alterPassword(role, second);
            assertThat(postgres.stored(role)).startsWith(auth == Postgres.Auth.MD5 ? "md5" : "SCRAM-SHA-256$4096:");
            assertThat(auth == Postgres.Auth.MD5 || postgres.equivalents(role).fit(second))
                    .isTrue();
            try (App app = plain(Configs.plain(postgres.url(), role, Secrets.text(second)))
                    .start()) {
                assertThat(app.ask("connect")).isEqualTo("ok 1");
            }
        }
    }

    @Test
    void roleThatNeedsTls_isLetInWithTheServersCertificateOnly() {
        byte[] password = Secrets.random(20);
        postgres.createRole("tls", password, Postgres.Auth.SCRAM);
        postgres.requireTls("tls");
        String verified = postgres.url() + "?sslmode=verify-full&sslrootcert=" + postgres.certificate();
        try (App app =
                plain(Configs.plain(verified, "tls", Secrets.text(password))).start()) {
            assertThat(app.ask("connect")).isEqualTo("ok 1");
        }
        try (App app = plain(Configs.plain(postgres.url() + "?sslmode=disable", "tls", Secrets.text(password)))
                .start()) {
            assertThat(app.ask("connect")).startsWith("error 28000");
        }
    }

    @Test
    void connectionsReceived_countsSocketsAndNothingElse() {
        long before = postgres.log().connectionsReceived();
        try (App app = plain(Configs.plain(postgres.url(), "nobody_knows", Secrets.text(Secrets.random(8))))
                .start()) {
            assertThat(postgres.log().connectionsReceived()).isEqualTo(before);
            app.ask("connect");
        }
        assertThat(postgres.log().connectionsReceived()).isGreaterThan(before);
    }

    @Test
    void dataSourceAndPools_connect() {
        byte[] password = Secrets.random(20);
        postgres.createRole("pooled", password, Postgres.Auth.SCRAM);
        Map<String, String> bean = Configs.dataSource(postgres.port(), "pooled", Secrets.text(password));
        for (String version : Drivers.scram()) {
            Program program = Program.of("DataSourceApp")
                    .with(Drivers.postgresql(version))
                    .config(bean);
            try (App app = program.start()) {
                assertThat(app.ask("connect")).as(version).isEqualTo("ok 1");
            }
        }
        Map<String, String> hikari = Configs.hikari(postgres.url(), "pooled", Secrets.text(password));
        for (String version : new String[] {"4.0.3", "7.1.0"}) {
            Program program =
                    Program.of("HikariApp").with(Drivers.hikari(version)).with(Drivers.postgresql(DRIVER));
            try (App app = program.config(hikari).start()) {
                assertThat(app.ask("threads 4")).as(version).isEqualTo("ok 4");
                assertThat(app.ask("query")).as(version).isEqualTo("ok pooled orders");
            }
        }
    }

    @Test
    void roguesGetWhatTheyAskFor_fromAnUnprotectedProgram() {
        byte[] password = Secrets.random(20);
        try (RoguePostgres rogue = RoguePostgres.asksCleartext()) {
            connectInVain(rogue, password);
            assertThat(rogue.received()).contains(new String(password, UTF_8));
            assertThat(rogue.sawProof()).isTrue();
        }
        try (RoguePostgres rogue = RoguePostgres.asksMd5()) {
            connectInVain(rogue, password);
            assertThat(rogue.sawProof()).isTrue();
            assertThat(rogue.received()).contains("md5").doesNotContain(new String(password, UTF_8));
        }
        try (RoguePostgres rogue = RoguePostgres.asksScram(4096, "SCRAM-SHA-256")) {
            connectInVain(rogue, password);
            assertThat(rogue.passwordMessages()).hasSize(2);
            assertThat(rogue.sawProof()).isTrue();
        }
        try (RoguePostgres rogue = RoguePostgres.hangsUp()) {
            connectInVain(rogue, password);
            assertThat(rogue.connections()).isPositive();
            assertThat(rogue.sawProof()).isFalse();
        }
    }

    private static void connectInVain(RoguePostgres rogue, byte[] password) {
        try (App app = plain(Configs.plain(rogue.url() + "?sslmode=disable", "orders", Secrets.text(password)))
                .start()) {
            assertThat(app.ask("connect")).startsWith("error ");
        }
    }

    @Test
    void unknownDriverAndDataSource_sendThePasswordInClear() {
        try (Listener server = UnknownServer.start()) {
            String url = "jdbc:unknown://127.0.0.1:" + server.port();
            Map<String, String> driver =
                    Configs.plus(Configs.plain(url, "u", "first"), "driver", "legacy.UnknownDriver");
            try (App app = Program.of("PlainJdbc").config(driver).start()) {
                assertThat(app.ask("connect")).isEqualTo("ok 1");
            }
            Map<String, String> source = Map.of(
                    "class", "legacy.UnknownDataSource", "set.url", url, "set.user", "u", "set.password", "second");
            try (App app = Program.of("DataSourceApp").config(source).start()) {
                assertThat(app.ask("connect")).isEqualTo("ok 1");
            }
            assertThat(server.text()).contains("PASS first\n").contains("PASS second\n");
        }
    }

    @Test
    void closedServer_leavesNoProcessAndNoFile() {
        Postgres other = Postgres.start();
        Path data = other.certificate().getParent();
        long pid = Long.parseLong(other.log().text().replaceAll("(?s)^\\[(\\d+)].*", "$1"));
        assertThat(ProcessHandle.of(pid)).isPresent();
        other.close();
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(Files.exists(data)).isFalse();
    }
}
