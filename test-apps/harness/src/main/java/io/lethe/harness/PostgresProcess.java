package io.lethe.harness;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The processes of one PostgreSQL: makes its data directory, starts it, waits until it answers, stops it. The shell around
 * it stops it and removes its directory when its own standard input ends, so also when this JVM is killed. One thread.
 */
final class PostgresProcess implements AutoCloseable {

    private static final long SECONDS = 60;

    /** First match counts: what a role must do follows from the group that it is in. */
    private static final String HBA = "host all postgres 127.0.0.1/32 trust\n"
            + "hostssl all +only_tls all scram-sha-256\n"
            + "host all +only_tls all reject\n"
            + "host all +auth_md5 all md5\n"
            + "host all +auth_password all password\n"
            + "host all all all scram-sha-256\n";

    private static final String RUN_UNTIL_INPUT_ENDS =
            "dir=$1; shift; \"$@\" >>\"$dir/log\" 2>&1 </dev/null & pid=$!; cat >/dev/null; kill -INT $pid; wait $pid; rm -rf \"$dir\"";

    private final Path directory;
    private final Path data;
    private final PostgresLog log;
    private final int port;
    private final Process shell;

    /** @param identity null for a certificate that it signs itself */
    PostgresProcess(Path directory, Authority.Identity identity) throws IOException {
        this.directory = directory;
        data = directory.resolve("data");
        log = new PostgresLog(directory.resolve("log"));
        initialise(identity);
        port = freePort();
        List<String> command =
                new ArrayList<>(List.of("sh", "-c", RUN_UNTIL_INPUT_ENDS, "postgres", directory.toString()));
        command.addAll(PostgresBinaries.command(
                "postgres",
                List.of(
                        "-D",
                        data.toString(),
                        "-p",
                        Integer.toString(port),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "unix_socket_directories=",
                        "-c",
                        "ssl=on",
                        "-c",
                        "fsync=off",
                        "-c",
                        "max_connections=300",
                        "-c",
                        "shared_buffers=32MB",
                        "-c",
                        "log_connections=on",
                        "-c",
                        "log_line_prefix=[%p] ")));
        shell = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private void initialise(Authority.Identity identity) throws IOException {
        PostgresBinaries.own(directory);
        Commands.run(
                        PostgresBinaries.command(
                                "initdb",
                                List.of(
                                        "-D",
                                        data.toString(),
                                        "-U",
                                        "postgres",
                                        "-A",
                                        "trust",
                                        "-E",
                                        "UTF8",
                                        "--locale=C",
                                        "--no-sync")),
                        new byte[0])
                .orFail();
        Files.writeString(data.resolve("pg_hba.conf"), HBA);
        if (identity == null) {
            ServerCertificate.generate(data);
        } else {
            identity.writeTo(data);
        }
        Commands.run("chmod", "0600", data.resolve("server.key").toString()).orFail();
        PostgresBinaries.own(data);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** The superuser's connection, as soon as there can be one. */
    Connection awaitAdmin() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (true) {
            try {
                String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres&sslmode=disable";
                return DriverManager.getConnection(url);
            } catch (SQLException e) {
                boolean failed = log.text().contains("FATAL:  could not") || !shell.isAlive();
                if (failed || System.nanoTime() > end) {
                    close();
                    throw new IllegalStateException("PostgreSQL did not start: " + log.text(), e);
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    int port() {
        return port;
    }

    PostgresLog log() {
        return log;
    }

    Path certificate() {
        return data.resolve("server.crt");
    }

    @Override
    public void close() {
        try {
            shell.getOutputStream().close();
            if (!shell.waitFor(SECONDS, TimeUnit.SECONDS)) {
                shell.descendants().forEach(ProcessHandle::destroyForcibly);
                shell.destroyForcibly();
            }
        } catch (IOException e) {
            throw new IllegalStateException("PostgreSQL could not be stopped", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
