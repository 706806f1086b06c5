package io.lethe.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A database written in Java, in server mode, in a process of its own on a port of 127.0.0.1. Thread-safe. */
public final class DatabaseServer implements AutoCloseable {

    private final int port;
    private final ServerProcess process;

    private DatabaseServer(Path directory, int port, List<String> command) {
        this.port = port;
        List<String> all = new ArrayList<>(List.of(Jdks.running().java().toString(), "-Xmx128m"));
        all.addAll(command);
        this.process = new ServerProcess(directory, port, all);
    }

    /** H2, which makes a database for whoever asks first, with that user and password. */
    public static DatabaseServer h2(String version, String... flags) {
        int port = ServerProcess.freePorts(1).get(0);
        List<String> command = new ArrayList<>(List.of(flags));
        command.addAll(List.of("-cp", Drivers.jar("h2", version).toString(), "org.h2.tools.Server"));
        command.addAll(List.of("-tcp", "-ifNotExists", "-tcpPort", Integer.toString(port)));
        if (flags.length > 0) {
            command.add("-tcpSSL");
        }
        return new DatabaseServer(TemporaryFiles.directory("lethe-h2-"), port, command);
    }

    /** H2 speaking PostgreSQL's protocol, for clients that make their databases. */
    public static DatabaseServer h2AsPostgres(String version, List<String> flags) {
        int port = ServerProcess.freePorts(1).get(0);
        Path directory = TemporaryFiles.directory("lethe-h2pg-");
        List<String> command = new ArrayList<>(flags);
        command.addAll(List.of("-cp", Drivers.jar("h2", version).toString(), "org.h2.tools.Server"));
        command.addAll(
                List.of("-pg", "-ifNotExists", "-pgPort", Integer.toString(port), "-baseDir", directory.toString()));
        return new DatabaseServer(directory, port, command);
    }

    /** HSQLDB with one database in memory, {@code orders}, and one user. */
    public static DatabaseServer hsqldb(String version, String user, byte[] password) {
        int port = ServerProcess.freePorts(1).get(0);
        Path directory = TemporaryFiles.directory("lethe-hsqldb-");
        Path properties = directory.resolve("server.properties");
        try {
            Files.writeString(
                    properties,
                    "server.database.0=mem:orders;user=" + user + ";password=" + Secrets.text(password)
                            + "\nserver.dbname.0=orders\nserver.address=127.0.0.1\nserver.port=" + port
                            + "\nserver.silent=true\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String jar = Drivers.jar("hsqldb", version).toString();
        return new DatabaseServer(
                directory, port, List.of("-cp", jar, "org.hsqldb.server.Server", "--props", properties.toString()));
    }

    /** Derby, which knows one user. */
    public static DatabaseServer derby(String version, String user, byte[] password) {
        int port = ServerProcess.freePorts(1).get(0);
        Path directory = TemporaryFiles.directory("lethe-derby-");
        try {
            Files.writeString(
                    directory.resolve("derby.properties"),
                    "derby.connection.requireAuthentication=true\nderby.authentication.provider=BUILTIN\nderby.user."
                            + user + "=" + Secrets.text(password) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String path = Drivers.jar("derbynet", version) + ":" + Drivers.jar("derby", version);
        return new DatabaseServer(
                directory,
                port,
                List.of(
                        "-Dderby.system.home=" + directory,
                        "-cp",
                        path,
                        "org.apache.derby.drda.NetworkServerControl",
                        "start",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        Integer.toString(port),
                        "-noSecurityManager"));
    }

    public int port() {
        return port;
    }

    /** What it said so far. */
    public String text() {
        return process.text();
    }

    @Override
    public void close() {
        process.close();
    }
}
