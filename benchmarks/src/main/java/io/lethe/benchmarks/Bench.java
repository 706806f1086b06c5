package io.lethe.benchmarks;

import io.lethe.harness.Configs;
import io.lethe.harness.Drivers;
import io.lethe.harness.Jdk;
import io.lethe.harness.Postgres;
import io.lethe.harness.Program;
import io.lethe.harness.Secrets;
import io.lethe.harness.VaultSetup;
import io.lethe.harness.Wanted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What every benchmark shares: one server, one role, one vault, and the program with a stopwatch, with its password in its
 * configuration or with a reference and Lethe. Not thread-safe.
 */
final class Bench implements AutoCloseable {

    private static final String SECRET = "orders-db";
    private static final String USER = "orders";
    private static final int LENGTH = 32;
    private static final String DRIVER = "42.7.14";

    private final Postgres postgres = Postgres.start();
    private final byte[] password = Secrets.random(LENGTH);
    private final VaultSetup vault;
    private int trails;

    Bench() {
        postgres.createRole(USER, password.clone(), Postgres.Auth.SCRAM);
        vault = VaultSetup.create().put(SECRET, password.clone()).grant(SECRET, postgres.target(), USER);
    }

    /** With the secret in its configuration. */
    Program without(Jdk jdk) {
        return program(jdk, Secrets.text(password));
    }

    /** With a reference, under Lethe, which writes its audit trail to this directory. */
    Program with(Jdk jdk, Path trail) {
        return program(jdk, "lethe:" + SECRET).underLethe(config(trail));
    }

    private Program program(Jdk jdk, String text) {
        return Program.of("ConnectTimes")
                .on(jdk)
                .with(Drivers.postgresql(DRIVER))
                .config(Configs.plain(postgres.url(), USER, text));
    }

    Path config(Path trail) {
        return vault.config("audit.dir: " + trail);
    }

    /** A new empty directory for an audit trail; it goes away with the vault. */
    Path trail() {
        try {
            return Files.createDirectories(vault.vault().resolveSibling("audit-" + trails++));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All that opens the server or the vault. */
    Wanted wanted() {
        Wanted wanted = postgres.equivalents(USER).addTo(Wanted.secret("password", password), "", password);
        return vault.addIdentitiesTo(wanted);
    }

    byte[] password() {
        return password.clone();
    }

    @Override
    public void close() {
        postgres.close();
    }
}
