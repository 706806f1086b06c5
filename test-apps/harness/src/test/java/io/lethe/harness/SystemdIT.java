package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * README's walk-through for systemd, as far as it goes without one that runs: its unit is one that systemd understands, and an
 * identity that lies where systemd puts credentials opens the vault.
 */
final class SystemdIT {

    private static final byte[] SECRET = Secrets.random(32);

    private static Postgres postgres;

    @BeforeAll
    static void start() {
        postgres = Postgres.start();
        postgres.createRole("orders", SECRET, Postgres.Auth.SCRAM);
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @Test
    void unit_isOneThatSystemdUnderstands() throws IOException {
        String unit = Readme.blocks("systemd").get(0);
        assertThat(unit).contains("LoadCredential=lethe-identity:", "ExecStart=/usr/bin/java ");
        if (!Files.isExecutable(Path.of("/usr/bin/systemd-analyze"))) {
            System.out.println("**** NOT TESTED: README's unit; systemd-analyze is missing ****");
            return;
        }
        unit = unit.replace("/usr/bin/java", Jdks.running().java().toString());
        assertThat(verify(unit)).isEqualTo(new Commands.Output(0, "", ""));
        assertThat(verify(unit.replace("LoadCredential", "LoadCredentials")).err())
                .as("what it says to a mistake")
                .contains("LoadCredentials");
    }

    private static Commands.Output verify(String unit) throws IOException {
        Path file = TemporaryFiles.directory("lethe-unit-").resolve("orders.service");
        Files.writeString(file, unit);
        return Commands.run("/usr/bin/systemd-analyze", "verify", "--man=no", file.toString());
    }

    /** systemd makes the folder for the service alone, and the file in it readable and not writable. */
    @Test
    void identityAmongTheCredentials_opensTheVault() throws IOException {
        VaultSetup vault = VaultSetup.create().put("orders-db", SECRET);
        vault.grant("orders-db", postgres.target(), "orders");
        Path credentials = TemporaryFiles.directory("lethe-credentials-");
        Files.setPosixFilePermissions(credentials, PosixFilePermissions.fromString("rwx------"));
        Path identity = credentials.resolve("lethe-identity");
        Files.move(vault.vault().resolve("workloads/default.key"), identity);
        Files.setPosixFilePermissions(identity, PosixFilePermissions.fromString("r--------"));

        Program program = Program.of("EnvironmentApp")
                .with(Drivers.postgresql("42.7.14"))
                .env("DB_URL", postgres.url())
                .env("DB_USER", "orders")
                .env("DB_PASSWORD", "lethe:orders-db")
                .underLethe(vault.config());
        Commands.Output without = program.run();
        assertThat(without.out()).as("the vault has no identity any more").startsWith("28000 ");
        Commands.Output with =
                program.env("CREDENTIALS_DIRECTORY", credentials.toString()).run();
        assertThat(with.out()).as(with.err()).isEqualTo("connected\n");
    }
}
