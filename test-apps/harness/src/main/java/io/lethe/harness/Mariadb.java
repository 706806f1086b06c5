package io.lethe.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A real MariaDB, Debian's, on a free port of 127.0.0.1 with a data directory of its own and the database {@code orders}. It
 * stops at {@link #close()}, at the latest when this JVM ends. The user {@code admin} needs no password: it is a server for
 * tests. One thread.
 */
public final class Mariadb implements AutoCloseable {

    public static final String DATABASE = "orders";

    /** One statement a line. */
    private static final String SETUP = "create database " + DATABASE + ";\n"
            + "create user admin@'127.0.0.1';\n"
            + "grant all on *.* to admin@'127.0.0.1' with grant option;\n";

    /** The Debian package that has to be installed. */
    static final String PACKAGE = "mariadb-server";

    private final Path directory = TemporaryFiles.directory("lethe-mariadb-");
    private final int port = ServerProcess.freePorts(1).get(0);
    private ServerProcess process;

    private Mariadb(Authority.Identity identity) {
        try {
            Path setup = Files.writeString(directory.resolve("setup.sql"), SETUP);
            if (identity != null) {
                identity.writeTo(directory);
            }
            String data = directory.resolve("data").toString();
            Commands.run(
                            "/usr/bin/mariadb-install-db",
                            "--no-defaults",
                            "--datadir=" + data,
                            "--auth-root-authentication-method=normal",
                            "--skip-test-db",
                            "--skip-name-resolve",
                            "--innodb-log-file-size=8M",
                            "--user=" + System.getProperty("user.name"))
                    .orFail();
            List<String> command = new ArrayList<>(List.of("--init-file=" + setup));
            if (identity != null) {
                command.add("--ssl-cert=" + directory.resolve("server.crt"));
                command.add("--ssl-key=" + directory.resolve("server.key"));
            }
            start(command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param identity null for a server without TLS */
    public static Mariadb start(Authority.Identity identity) {
        return new Mariadb(identity);
    }

    private void start(List<String> more) {
        List<String> command = new ArrayList<>(List.of(
                DebianProgram.of(PACKAGE).toString(),
                "--no-defaults",
                "--user=" + System.getProperty("user.name"),
                "--datadir=" + directory.resolve("data"),
                "--port=" + port,
                "--bind-address=127.0.0.1",
                "--socket=" + directory.resolve("socket"),
                "--pid-file=" + directory.resolve("pid"),
                "--skip-name-resolve",
                "--plugin-load-add=auth_ed25519",
                "--max-connections=300",
                "--innodb-buffer-pool-size=16M",
                "--innodb-log-file-size=8M",
                "--innodb-flush-log-at-trx-commit=0",
                "--general-log=1",
                "--general-log-file=" + directory.resolve("general.log")));
        command.addAll(more);
        process = new ServerProcess(directory, port, command);
    }

    public int port() {
        return port;
    }

    public String url() {
        return "jdbc:" + target();
    }

    /** The same as a grant names it. */
    public String target() {
        return "mariadb://127.0.0.1:" + port + "/" + DATABASE;
    }

    /**
     * Makes a user who may use {@code orders}.
     *
     * @param plugin {@code mysql_native_password} or {@code ed25519}
     */
    public void createUser(String user, byte[] password, String plugin) {
        sql("create user " + user + "@'127.0.0.1' identified via " + plugin + " using password('"
                + Secrets.text(password) + "'); grant all on " + DATABASE + ".* to " + user + "@'127.0.0.1'");
    }

    /** Runs a statement as {@code admin}; returns what the client printed. */
    public String sql(String statement) {
        return Commands.run(
                        List.of(
                                "/usr/bin/mariadb",
                                "--no-defaults",
                                "--protocol=tcp",
                                "-h127.0.0.1",
                                "-P" + port,
                                "-uadmin",
                                "-N"),
                        (statement + ";\n").getBytes(StandardCharsets.UTF_8))
                .orFail()
                .out();
    }

    /** How often it refused this user. */
    public long refusedLogins(String user) {
        return logged("Access denied for user '" + user + "'");
    }

    /** How many connections it has had, {@link #sql} included. */
    public long connections() {
        return Long.parseLong(
                sql("show global status like 'Connections'").trim().split("\\s+")[1]);
    }

    /** The numbers of this user's open connections. */
    public String connectionsOf(String user) {
        return sql(
                "select group_concat(id order by id) from information_schema.processlist where user = '" + user + "'");
    }

    private long logged(String text) {
        try (var lines = Files.lines(directory.resolve("general.log"), StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.contains(text)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.close();
        TemporaryFiles.delete(directory.toFile());
    }
}
