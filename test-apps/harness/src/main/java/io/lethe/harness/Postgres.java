package io.lethe.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real PostgreSQL on a free port of 127.0.0.1 with database {@code orders}; works for root and for ordinary users. It
 * stops at {@link #close()} and also when this JVM ends or is killed, because the shell around it stops it when its
 * standard input ends. The role {@code postgres} is trusted from 127.0.0.1: it is a server for tests.
 *
 * <p>Its log tells who tried to log in, so that a test can claim that nobody did. Not thread-safe but for the log.
 */
public final class Postgres implements AutoCloseable {

    /** How a role has to prove itself. */
    public enum Auth { SCRAM, MD5, PASSWORD }

    public static final String DATABASE = "orders";

    private static final long START_SECONDS = 60;

    /** First match counts: what a role must do follows from the group that it is in. */
    private static final String HBA = "host all postgres 127.0.0.1/32 trust\n"
            + "hostssl all +only_tls all scram-sha-256\n"
            + "host all +only_tls all reject\n"
            + "host all +auth_md5 all md5\n"
            + "host all +auth_password all password\n"
            + "host all all all scram-sha-256\n";

    private static final String RUN_UNTIL_INPUT_ENDS =
            "log=$1; shift; \"$@\" >>\"$log\" 2>&1 </dev/null & pid=$!; cat >/dev/null; kill -INT $pid; wait $pid";

    private final Path directory;
    private final int port;
    private final Process shell;
    private final Connection admin;

    private Postgres(Path directory, int port, Process shell, Connection admin) {
        this.directory = directory;
        this.port = port;
        this.shell = shell;
        this.admin = admin;
    }

    public static Postgres start() {
        Path directory = TemporaryFiles.directory("lethe-pg-");
        try {
            Path data = directory.resolve("data");
            PostgresBinaries.own(directory);
            Commands.run(PostgresBinaries.command("initdb", List.of("-D", data.toString(), "-U", "postgres", "-A", "trust",
                    "-E", "UTF8", "--locale=C", "--no-sync")), new byte[0]).orFail();
            Files.writeString(data.resolve("pg_hba.conf"), HBA);
            ServerCertificate.generate(data);
            Commands.run("chmod", "0600", data.resolve("server.key").toString()).orFail();
            PostgresBinaries.own(data);
            int port = freePort();
            Process shell = launch(directory, port);
            Connection admin = connect(directory, port, shell);
            Postgres started = new Postgres(directory, port, shell, admin);
            started.sql("create role only_tls");
            started.sql("create role auth_md5");
            started.sql("create role auth_password");
            started.sql("create database " + DATABASE);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Process launch(Path directory, int port) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", RUN_UNTIL_INPUT_ENDS, "postgres",
                directory.resolve("log").toString()));
        command.addAll(PostgresBinaries.command("postgres", List.of(
                "-D", directory.resolve("data").toString(), "-p", Integer.toString(port),
                "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "ssl=on",
                "-c", "fsync=off", "-c", "max_connections=200", "-c", "shared_buffers=32MB", "-c", "log_connections=on",
                "-c", "log_line_prefix=[%p] ")));
        return new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    }

    private static Connection connect(Path directory, int port, Process shell) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try {
                return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres"
                        + "&sslmode=disable");
            } catch (SQLException e) {
                String log = Files.exists(directory.resolve("log")) ? Files.readString(directory.resolve("log")) : "";
                if (System.nanoTime() > end || log.contains("FATAL:  could not") || !shell.isAlive()) {
                    shell.destroy();
                    throw new IllegalStateException("PostgreSQL did not start: " + log, e);
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

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    public int port() {
        return port;
    }

    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE;
    }

    /** The same as a grant names it. */
    public String target() {
        return "postgresql://127.0.0.1:" + port + "/" + DATABASE;
    }

    /** The certificate that clients must trust; self-signed for localhost and 127.0.0.1. */
    public Path certificate() {
        return directory.resolve("data/server.crt");
    }

    public void createRole(String role, byte[] password, Auth auth) {
        sql("create role \"" + role + "\" login");
        if (auth != Auth.SCRAM) {
            sql("grant auth_" + (auth == Auth.MD5 ? "md5" : "password") + " to \"" + role + "\"");
        }
        sql("set password_encryption = '" + (auth == Auth.MD5 ? "md5" : "scram-sha-256") + "'");
        alterPassword(role, password);
        sql("reset password_encryption");
    }

    /** Lets this role in over TLS only. */
    public void requireTls(String role) {
        sql("grant only_tls to \"" + role + "\"");
    }

    /** Sets a new password (UTF-8), stored in the form that the role's last one had or, at first, {@code auth} asked for. */
    public void alterPassword(String role, byte[] password) {
        String stored = stored(role);
        if (stored != null) {
            sql("set password_encryption = '" + (stored.startsWith("md5") ? "md5" : "scram-sha-256") + "'");
        }
        String text = new String(password, StandardCharsets.UTF_8).replace("'", "''");
        sql("alter role \"" + role + "\" password '" + text + "'");
        if (stored != null) {
            sql("reset password_encryption");
        }
    }

    /** PBKDF2 count of the SCRAM secrets that are stored from now on. */
    public void scramIterations(int count) {
        sql("set scram_iterations = " + count);
    }

    /** What the server keeps of a role's password: {@code SCRAM-SHA-256$...} or {@code md5...}; null where there is none. */
    public String stored(String role) {
        String query = "select rolpassword from pg_authid where rolname = '" + role + "'";
        try (Statement statement = admin.createStatement(); ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getString(1) : null;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many sockets were opened to it so far, by whomever. */
    public long connectionsReceived() {
        return count("connection received");
    }

    /** How many login attempts of this role were refused so far. */
    public long refusedLogins(String role) {
        return count("authentication failed for user \"" + role + "\"");
    }

    /** How many logins of this role succeeded so far. */
    public long logins(String role) {
        return count("connection authorized: user=" + role + " ");
    }

    private long count(String text) {
        return log().lines().filter(line -> line.contains(text)).count();
    }

    public String log() {
        try {
            return new String(Files.readAllBytes(directory.resolve("log")), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a statement as the superuser. */
    public void sql(String sql) {
        try (Statement statement = admin.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            admin.close();
            shell.getOutputStream().close();
            if (!shell.waitFor(START_SECONDS, TimeUnit.SECONDS)) {
                shell.descendants().forEach(ProcessHandle::destroyForcibly);
                shell.destroyForcibly();
            }
        } catch (SQLException | IOException e) {
            throw new IllegalStateException("PostgreSQL could not be stopped", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            TemporaryFiles.delete(directory.toFile());
        }
    }
}
