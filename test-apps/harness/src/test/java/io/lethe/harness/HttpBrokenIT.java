package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Connections that break, hang or are given up at every point leave nothing armed: what comes later works, and the memory holds
 * no secret.
 */
@NeedsServers
final class HttpBrokenIT {

    private static final byte[] SECRET = Secrets.random(32);
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

    private static Authority authority;
    private static Nginx nginx;
    private static Resetting resetting;
    private static Listener silent;
    private static VaultSetup vault;

    @BeforeAll
    static void start() {
        authority = Authority.create();
        nginx = Nginx.start(authority.server("nginx"), SECRET);
        resetting = new Resetting(authority.server("resetting"));
        silent = Listener.silent();
        vault = VaultSetup.create()
                .put("payments", SECRET)
                .grantWith(
                        "payments",
                        nginx.origin(Nginx.Speaks.TLS),
                        "--to",
                        nginx.origin(Nginx.Speaks.H2),
                        "--to",
                        resetting.origin(),
                        "--to",
                        "https://localhost:" + silent.port());
    }

    @AfterAll
    static void stop() {
        resetting.close();
        silent.close();
        nginx.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#all")
    void brokenHangingAndCancelledRequests_leaveNothing(HttpRow row) {
        HttpConfig config = HttpConfig.of(nginx, row.protocol())
                .bearer("lethe:payments")
                .with("resetting", resetting.origin())
                .with("silent", "https://localhost:" + silent.port());
        try (App app = row.program()
                .roomy()
                .flags(authority.trusted())
                .underLethe(vault.config())
                .config(config.with("timeout", "1000").values())
                .start()) {
            assertThat(app.ask("get 1 silent")).as("no handshake").startsWith("error ");
            assertThat(app.ask("get 1 slow")).as("no answer").startsWith("error ");
            HttpApps.configure(app, config);
            for (int i = 0; i < 5; i++) {
                assertThat(app.ask("get 1 resetting")).startsWith("error ").doesNotContain("lethe: an error");
                assertThat(app.ask("threads 4 resetting")).startsWith("error ");
            }
            assertThat(resetting.connections()).isGreaterThanOrEqualTo(25);
            int before = nginx.waiting();
            app.mustDo("begin slow");
            nginx.awaitWaiting(before + 1);
            assertThat(app.mustDo("cancel")).startsWith("cancelled ");
            int knocks = silent.connections();
            app.mustDo("begin silent");
            awaitConnections(knocks + 1);
            assertThat(app.mustDo("cancel")).startsWith("cancelled ");
            assertThat(app.mustDo("get 20")).contains("authorization=TRUE");
            assertThat(app.mustDo("threads 16")).contains("authorization=TRUE");
            Residue residue = MemoryScan.scan(app.pid(), vault.addIdentitiesTo(Wanted.secret("secret", SECRET)));
            Left.nothing(vault, app.pid(), row.jdk(), residue);
            new Taken(SECRET).isNotIn(app.out() + app.err());
        }
    }

    private static void awaitConnections(int count) {
        long end = System.nanoTime() + PATIENCE;
        while (silent.connections() < count && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(silent.connections()).isGreaterThanOrEqualTo(count);
    }

    /** Shakes hands, reads the first bytes of the request or none, and resets the connection. */
    private static final class Resetting implements AutoCloseable {

        private final ServerSocket server;
        private final List<Socket> seen = new CopyOnWriteArrayList<>();

        Resetting(Authority.Identity identity) {
            try {
                server = identity.context().getServerSocketFactory().createServerSocket(0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Thread thread = new Thread(this::accept, "resetting");
            thread.setDaemon(true);
            thread.start();
        }

        private void accept() {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    seen.add(socket);
                    socket.setSoLinger(true, 0);
                    socket.setSoTimeout(10_000);
                    int wanted = seen.size() % 3;
                    ((javax.net.ssl.SSLSocket) socket).startHandshake();
                    socket.getInputStream().readNBytes(wanted * 20);
                } catch (IOException e) {
                    // The client gave up first.
                }
            }
        }

        String origin() {
            return "https://localhost:" + server.getLocalPort();
        }

        int connections() {
            return seen.size();
        }

        @Override
        public void close() {
            try {
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
