package io.lethe.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A real PostgreSQL on a free port of 127.0.0.1 with the database {@code orders}; works for root and for ordinary users. It
 * stops at {@link #close()}, at the latest when this JVM ends. The role {@code postgres} is trusted from 127.0.0.1: it is a
 * server for tests. One thread; the {@link #log()} any.
 */
public final class Postgres implements AutoCloseable {

    /** How a role has to prove itself. */
    public enum Auth {
        SCRAM,
        MD5,
        PASSWORD
    }

    public static final String DATABASE = "orders";

    private final Path directory;
    private final PostgresProcess process;
    private final Connection admin;

    private Postgres(Path directory, PostgresProcess process, Connection admin) {
        this.directory = directory;
        this.process = process;
        this.admin = admin;
    }

    /** With a certificate that it signed itself. */
    public static Postgres start() {
        return start(null);
    }

    /** With this certificate. */
    public static Postgres start(Authority.Identity identity) {
        Path directory = TemporaryFiles.directory("lethe-pg-");
        try {
            PostgresProcess process = new PostgresProcess(directory, identity);
            Postgres started = new Postgres(directory, process, process.awaitAdmin());
            started.sql("create role only_tls");
            started.sql("create role auth_md5");
            started.sql("create role auth_password");
            started.sql("create database " + DATABASE);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return process.port();
    }

    public String url() {
        return "jdbc:" + target();
    }

    /** The same as a grant names it. */
    public String target() {
        return "postgresql://127.0.0.1:" + port() + "/" + DATABASE;
    }

    /** The certificate that clients must trust; self-signed for localhost and 127.0.0.1. */
    public Path certificate() {
        return process.certificate();
    }

    /** Who connected and who logged in so far. */
    public PostgresLog log() {
        return process.log();
    }

    public void createRole(String role, byte[] password, Auth auth) {
        sql("create role \"" + role + "\" login");
        if (auth != Auth.SCRAM) {
            sql("grant auth_" + (auth == Auth.MD5 ? "md5" : "password") + " to \"" + role + "\"");
        }
        store(role, password, auth == Auth.MD5);
    }

    /** Lets this role in over TLS only. */
    public void requireTls(String role) {
        sql("grant only_tls to \"" + role + "\"");
    }

    /** Sets a new password (UTF-8), stored in the form that the old one had. */
    public void alterPassword(String role, byte[] password) {
        store(role, password, stored(role).startsWith("md5"));
    }

    private void store(String role, byte[] password, boolean md5) {
        String text = new String(password, StandardCharsets.UTF_8).replace("'", "''");
        sql("set password_encryption = '" + (md5 ? "md5" : "scram-sha-256") + "'");
        sql("alter role \"" + role + "\" password '" + text + "'");
        sql("reset password_encryption");
    }

    /** PBKDF2 count of the SCRAM secrets that are stored from now on. */
    public void scramIterations(int count) {
        sql("set scram_iterations = " + count);
    }

    /** What the server keeps of a role's password: {@code SCRAM-SHA-256$...} or {@code md5...}. */
    public String stored(String role) {
        String query = "select rolpassword from pg_authid where rolname = '" + role + "'";
        try (Statement statement = admin.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many sessions there are whose {@code application_name} is this. */
    public int sessions(String application) {
        String query = "select count(*) from pg_stat_activity where application_name = '" + application + "'";
        try (Statement statement = admin.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What time it is at the server, for {@link #sessionsBefore}. */
    public long now() {
        return one("select (extract(epoch from clock_timestamp()) * 1000)::bigint");
    }

    /** How many sessions with this {@code application_name} began before that time. */
    public int sessionsBefore(String application, long time) {
        return (int) one("select count(*) from pg_stat_activity where application_name = '" + application
                + "' and extract(epoch from backend_start) * 1000 < " + time);
    }

    private long one(String query) {
        try (Statement statement = admin.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The password equivalents of a role's login. */
    public Equivalents equivalents(String role) {
        return new Equivalents(stored(role), role);
    }

    /** Runs a statement as the superuser. */
    public void sql(String sql) {
        try (Statement statement = admin.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Lets a client that came elsewhere talk to this server, until it hangs up. Any thread. */
    public void talk(InputStream fromClient, OutputStream toClient) throws IOException {
        try (Socket server = new Socket("127.0.0.1", port())) {
            Thread back = new Thread(
                    () -> {
                        try {
                            server.getInputStream().transferTo(toClient);
                        } catch (IOException e) {
                            // One of the two hung up; the other direction notices as well.
                        }
                    },
                    "to client");
            back.setDaemon(true);
            back.start();
            fromClient.transferTo(server.getOutputStream());
        }
    }

    @Override
    public void close() {
        try {
            admin.close();
        } catch (SQLException e) {
            throw new IllegalStateException("the superuser's connection could not be closed", e);
        } finally {
            process.close();
            TemporaryFiles.delete(directory.toFile());
        }
    }
}
