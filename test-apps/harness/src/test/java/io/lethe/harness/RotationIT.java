package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Wrong, rotated, missing, expired and withdrawn secrets on a real server: who says so, how often the server hears of it, and
 * how soon the right one counts.
 */
final class RotationIT {

    private static final long POOL_RETRIES_EVERY = TimeUnit.MILLISECONDS.toNanos(250);

    private static Postgres postgres;

    @BeforeAll
    static void start() {
        postgres = Postgres.start();
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    /** A role of its own for each test, because the server's log is counted. */
    private static VaultSetup vaultFor(String role, byte[] atTheServer, byte[] inTheVault) {
        postgres.createRole(role, atTheServer, Postgres.Auth.SCRAM);
        VaultSetup vault = VaultSetup.create().put("orders-db", inTheVault);
        return vault.grant("orders-db", postgres.target(), role);
    }

    private static App start(VaultSetup vault, String url, String role) {
        return Program.of("PlainJdbc")
                .with(Drivers.postgresql("42.7.14"))
                .underLethe(vault.config())
                .config(Configs.plain(url, role, "lethe:orders-db"))
                .start();
    }

    @Test
    void wrongSecretRetriedFourTimesASecond_reachesTheServerAsOftenAsTheCircuitAllows_untilItIsPutRight() {
        byte[] right = Secrets.random(32);
        VaultSetup vault = vaultFor("wrong", right, Secrets.random(32));
        try (App app = start(vault, postgres.url(), "wrong")) {
            assertThat(app.ask("connect")).startsWith("error 28P01 org.postgresql.util.PSQLException FATAL");
            long first = System.nanoTime();
            int refusedByLethe = 0;
            while (System.nanoTime() - first < TimeUnit.SECONDS.toNanos(3)) {
                LockSupport.parkNanos(POOL_RETRIES_EVERY);
                String answer = app.ask("connect");
                if (!answer.startsWith("error 28P01 ")) {
                    refusedByLethe++;
                    assertThat(answer)
                            .startsWith("error 08001 java.sql.SQLTransientConnectionException lethe: ")
                            .contains(postgres.target(), "lethe:orders-db", "wrong")
                            .containsPattern("not tried again for [1-4] s");
                }
            }
            assertThat(refusedByLethe).isPositive();
            assertThat(postgres.log().refusedLogins("wrong"))
                    .isBetween(2L, allowedBy(Duration.ofNanos(System.nanoTime() - first)));

            vault.put("orders-db", right);
            assertThat(app.ask("connect")).isEqualTo("ok 1");
            assertThat(postgres.log().logins("wrong")).isEqualTo(1);
        }
    }

    /** The first, and one more after 1, 2, 4, ... seconds. */
    private static long allowedBy(Duration elapsed) {
        long logins = 1;
        for (long pause = 1, at = 1; at <= elapsed.toSeconds(); pause *= 2, at += pause) {
            logins++;
        }
        return logins;
    }

    @Test
    void passwordChangedBetweenAcquireAndLogin_isTriedOnceMoreWithTheNewOne() {
        byte[] first = Secrets.random(32);
        byte[] second = Secrets.random(32);
        VaultSetup vault = vaultFor("changing", first, first);
        AtomicBoolean changed = new AtomicBoolean();
        // The socket opens after the lease was issued and before the server asks.
        try (Listener between = Listener.start((in, out) -> {
            if (changed.compareAndSet(false, true)) {
                vault.put("orders-db", second);
                postgres.alterPassword("changing", second);
            }
            postgres.talk(in, out);
        })) {
            String through = "postgresql://127.0.0.1:" + between.port() + "/orders";
            vault.grant("orders-db", through, "changing");
            try (App app = start(vault, "jdbc:" + through + "?sslmode=disable", "changing")) {
                assertThat(app.ask("connect")).isEqualTo("ok 1");
                assertThat(postgres.log().refusedLogins("changing")).isEqualTo(1);
                assertThat(postgres.log().logins("changing")).isEqualTo(1);
                assertThat(between.connections()).isEqualTo(2);
                assertThat(app.ask("connect")).as("the circuit is closed").isEqualTo("ok 1");
            }
        }
    }

    @Test
    void newVersionThatIsWrongToo_isTriedOnceAndNoMore() {
        VaultSetup vault = vaultFor("hopeless", Secrets.random(32), Secrets.random(32));
        AtomicBoolean changed = new AtomicBoolean();
        try (Listener between = Listener.start((in, out) -> {
            if (changed.compareAndSet(false, true)) {
                vault.put("orders-db", Secrets.random(32));
            }
            postgres.talk(in, out);
        })) {
            String through = "postgresql://127.0.0.1:" + between.port() + "/orders";
            vault.grant("orders-db", through, "hopeless");
            try (App app = start(vault, "jdbc:" + through + "?sslmode=disable", "hopeless")) {
                assertThat(app.ask("connect")).startsWith("error 28P01 ");
                assertThat(postgres.log().refusedLogins("hopeless")).isEqualTo(2);
                assertThat(app.ask("connect")).startsWith("error 08001 ");
                assertThat(postgres.log().refusedLogins("hopeless")).isEqualTo(2);
            }
        }
    }

    @Test
    void missingSecret_isRefusedWithoutAConnection() {
        byte[] secret = Secrets.random(32);
        VaultSetup vault = vaultFor("missing", secret, secret);
        try (App app = start(vault, postgres.url(), "missing")) {
            assertThat(app.ask("connect")).isEqualTo("ok 1");
            vault.lethe(
                    new byte[0],
                    "vault",
                    "rm",
                    "orders-db",
                    "--vault",
                    vault.vault().toString());
            refusedWithoutAConnection(app);
        }
    }

    @Test
    void removedGrant_isRefusedWithoutAConnection() {
        byte[] secret = Secrets.random(32);
        VaultSetup vault = vaultFor("removed", secret, secret);
        try (App app = start(vault, postgres.url(), "removed")) {
            assertThat(app.ask("connect")).isEqualTo("ok 1");
            vault.lethe(
                    new byte[0],
                    "vault",
                    "grant",
                    "--remove",
                    "g1",
                    "--vault",
                    vault.vault().toString());
            refusedWithoutAConnection(app);
        }
    }

    @Test
    void expiredGrant_isRefusedWithoutAConnection() {
        byte[] secret = Secrets.random(32);
        postgres.createRole("expiring", secret, Postgres.Auth.SCRAM);
        VaultSetup vault = VaultSetup.create().put("orders-db", secret);
        vault.grantWith("orders-db", postgres.target(), "--user", "expiring", "--expires", "2020-01-31");
        try (App app = start(vault, postgres.url(), "expiring")) {
            refusedWithoutAConnection(app);
            Instant end = Instant.now().plusSeconds(20).truncatedTo(ChronoUnit.SECONDS);
            vault.grantWith("orders-db", postgres.target(), "--user", "expiring", "--expires", end.toString());
            assertThat(app.ask("connect")).isEqualTo("ok 1");
            while (Instant.now().isBefore(end)) {
                LockSupport.parkNanos(POOL_RETRIES_EVERY);
            }
            refusedWithoutAConnection(app);
        }
    }

    private static void refusedWithoutAConnection(App app) {
        long before = postgres.log().connectionsReceived();
        assertThat(app.ask("connect"))
                .startsWith("error 28000 java.sql.SQLInvalidAuthorizationSpecException lethe: ")
                .contains("orders-db");
        assertThat(postgres.log().connectionsReceived()).isEqualTo(before);
    }
}
