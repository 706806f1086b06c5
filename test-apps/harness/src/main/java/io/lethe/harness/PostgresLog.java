package io.lethe.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a PostgreSQL wrote about connections and logins, so that a test can claim that nobody tried. A server writes a line
 * before it answers: once a client has its answer, the line is there. Thread-safe.
 */
public final class PostgresLog {

    private final Path file;

    PostgresLog(Path file) {
        this.file = file;
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
        return text().lines().filter(line -> line.contains(text)).count();
    }

    /** All of it; empty where there is none yet. */
    public String text() {
        try {
            return Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
