package io.lethe.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The trail of an unmodified application: signed at its end, whole after a SIGKILL, or with a server that acknowledges. */
final class AuditIT {

    private static final byte[] SECRET = Secrets.random(24);

    private static Postgres postgres;
    private static VaultSetup vault;

    @BeforeAll
    static void start() {
        postgres = Postgres.start();
        postgres.createRole("orders", SECRET, Postgres.Auth.SCRAM);
        vault = VaultSetup.create().put("orders-db", SECRET);
        vault.grant("orders-db", postgres.target(), "orders");
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @Test
    void headsOfAnApplication_vouchForAllThatItDid_andAKillTakesOnlyWhatFollows() throws IOException {
        Path place = TemporaryFiles.directory("lethe-audit-");
        Path audit = Files.createDirectory(place.resolve("audit"));
        Path heads = Files.createFile(place.resolve("heads"));
        Path config = vault.config("audit.dir: " + audit, "audit.heads: " + heads);
        try (App app = program(config).start()) {
            assertThat(app.ask("connect")).isEqualTo("ok 1");
            assertThat(app.exit()).isZero();
        }
        assertThat(Files.readAllLines(heads)).isNotEmpty().allMatch(line -> line.startsWith("lethe-audit-head "));
        Commands.Output whole = verify(audit, heads).orFail();
        assertThat(whole.out()).contains(" records: intact").doesNotContain("not anchored");

        List<String> kept = new ArrayList<>(Files.readAllLines(heads));
        App killed = program(config).start();
        assertThat(killed.ask("connect")).isEqualTo("ok 1");
        Commands.run("kill", "-9", Long.toString(killed.pid())).orFail();
        killed.close();
        Commands.Output after = verify(audit, heads).orFail();
        assertThat(after.out()).contains("2 chains, ");
        assertThat(Files.readAllLines(heads)).startsWith(kept.toArray(new String[0]));

        Path oldest = chains(audit).get(0);
        Files.writeString(oldest, Files.readString(oldest).replace("\"allowed\":true", "\"allowed\":false"));
        assertThat(verify(audit, heads).exit()).isEqualTo(1);
        Files.delete(oldest);
        assertThat(verify(audit, heads).out()).contains("that it lists is missing");
    }

    @Test
    void serverThatAcknowledges_hasTheTrail_andWithoutItThereIsNoSecret() throws IOException {
        List<String> lines = new CopyOnWriteArrayList<>();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
                App app = program(vault.config(
                                "audit.dir: /proc/self/task", "audit.socket: 127.0.0.1:" + server.getLocalPort()))
                        .start()) {
            List<Socket> connections = new CopyOnWriteArrayList<>();
            Thread thread = new Thread(() -> serve(server, connections, lines));
            thread.setDaemon(true);
            thread.start();
            assertThat(app.ask("connect")).isEqualTo("ok 1");
            assertThat(String.join("\n", lines))
                    .contains("\"event\":\"chain\"", "\"event\":\"decision\",\"allowed\":true")
                    .doesNotContain(Secrets.text(SECRET));
            server.close();
            for (Socket connection : connections) {
                connection.close();
            }
            long before = postgres.log().connectionsReceived();
            assertThat(app.ask("connect")).startsWith("error 28000 ").contains("does not take the trail");
            assertThat(postgres.log().connectionsReceived()).isEqualTo(before);
        }
    }

    private static Program program(Path config) {
        return Program.of("PlainJdbc")
                .with(Drivers.postgresql("42.7.14"))
                .underLethe(config)
                .config(Configs.plain(postgres.url(), "orders", "lethe:orders-db"));
    }

    private static Commands.Output verify(Path audit, Path heads) {
        return Commands.run(
                Jdks.running().java().toString(),
                "-jar",
                Program.agentJar().toString(),
                "audit",
                "verify",
                audit.toString(),
                "--heads",
                heads.toString());
    }

    private static List<Path> chains(Path audit) throws IOException {
        try (var files = Files.list(audit)) {
            return files.filter(file -> file.toString().endsWith(".jsonl"))
                    .sorted()
                    .toList();
        }
    }

    private static void serve(ServerSocket server, List<Socket> connections, List<String> lines) {
        while (!server.isClosed()) {
            try (Socket connection = server.accept();
                    BufferedReader in = new BufferedReader(new InputStreamReader(connection.getInputStream(), UTF_8))) {
                connections.add(connection);
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    lines.add(line);
                    byte[] hash = MessageDigest.getInstance("SHA-256").digest(line.getBytes(UTF_8));
                    connection.getOutputStream().write((HexFormat.of().formatHex(hash) + "\n").getBytes(UTF_8));
                }
            } catch (IOException e) {
                // The test hung up.
                continue;
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError(e);
            }
        }
    }
}
