package io.lethe.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A real tinyproxy on a free port of 127.0.0.1, which lets CONNECT through to any port for whoever proves by Basic to be
 * {@link #USER}, and answers 407 to all others. It stops at {@link #close()}, at the latest when this JVM ends. One thread.
 */
public final class TinyProxy implements AutoCloseable {

    /** The user name that its password belongs to. */
    public static final String USER = "proxied";

    private final Path directory = TemporaryFiles.directory("lethe-tinyproxy-");
    private final int port = ServerProcess.freePorts(1).get(0);
    private final ServerProcess process;

    private TinyProxy(byte[] password) {
        String config = "Port " + port + "\n"
                + "Listen 127.0.0.1\n"
                + "MaxClients 100\n"
                + "Timeout 600\n"
                + "DisableViaHeader Yes\n"
                // Connections are told from requests without them: connect, not what was sent.
                + "LogLevel Connect\n"
                + "BasicAuth " + USER + " " + new String(password, StandardCharsets.US_ASCII) + "\n";
        Path file = directory.resolve("tinyproxy.conf");
        try {
            Files.writeString(file, config);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process = new ServerProcess(
                directory, port, List.of(DebianProgram.of("tinyproxy-bin").toString(), "-d", "-c", file.toString()));
    }

    /** @param password letters and digits */
    public static TinyProxy start(byte[] password) {
        return new TinyProxy(password);
    }

    /** As the programs' configuration names it. */
    public String address() {
        return "localhost:" + port;
    }

    /** As a grant names it: the scheme is what its clients speak with it. */
    public String target() {
        return "http://" + address();
    }

    /** How many connections it let through. */
    public long established() {
        return process.text()
                .lines()
                .filter(line -> line.contains("Established connection to host"))
                .count();
    }

    /** What it wrote down. */
    String log() {
        return process.text();
    }

    @Override
    public void close() {
        process.close();
        TemporaryFiles.delete(directory.toFile());
    }
}
