package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An application that runs as a user of its own, while root owns what Lethe rests on; and one that may write its config. */
final class OwnershipIT {

    private static final byte[] SECRET = Secrets.random(32);
    private static final String OTHER = "65534";

    private static Postgres postgres;
    private static Path dir;
    private static VaultSetup vault;
    private static Path identity;
    private static Path audit;

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(Users.exist(), "only root can start another user's JVM, and that user has to read this checkout");
        postgres = Postgres.start();
        postgres.createRole("orders", SECRET, Postgres.Auth.SCRAM);
        dir = TemporaryFiles.directory("lethe-owned-");
        vault = VaultSetup.create(dir).put("orders-db", SECRET);
        vault.grant("orders-db", postgres.target(), "orders");
        identity = dir.resolve("identity");
        audit = dir.resolve("audit");
        Files.copy(vault.vault().resolve("workloads/default.key"), identity);
        Files.createDirectory(audit);
        Commands.run("chmod", "-R", "go=rX", vault.vault().toString()).orFail();
        Commands.run("chmod", "0755", dir.toString()).orFail();
        Commands.run("chmod", "0600", vault.vault().resolve("admin.key").toString())
                .orFail();
        Commands.run("chmod", "0400", identity.toString()).orFail();
        Commands.run("chown", OTHER + ":" + OTHER, identity.toString()).orFail();
        Commands.run("chgrp", OTHER, audit.toString()).orFail();
        Commands.run("chmod", "1770", audit.toString()).orFail();
    }

    @AfterAll
    static void stop() {
        if (postgres != null) {
            postgres.close();
        }
    }

    @Test
    void everythingRoots_connects_andNoRecordIsMarked() throws IOException {
        Path config = config("644", "require-root-owned: true");

        assertThat(run(config)).isEqualTo("connected\n");

        assertThat(trail()).contains("\"assurance\":\"self\"").doesNotContain("self-administered");
    }

    @Test
    void configThatItMayWrite_isRefusedWhereRootsIsAskedFor_beforeTheServerIsAsked() throws IOException {
        Path config = config("666", "require-root-owned: true");
        long before = postgres.log().connectionsReceived();

        String answer = run(config);

        assertThat(answer)
                .contains("orders-db", "require-root-owned: true", "the config " + config + ": it may write " + config);
        assertThat(postgres.log().connectionsReceived()).isEqualTo(before);
    }

    @Test
    void configThatItMayWrite_marksTheChainAndEachRecord() throws IOException {
        Path config = config("666");

        assertThat(run(config)).isEqualTo("connected\n");

        String trail = trail();
        assertThat(trail.lines().findFirst().orElse(""))
                .contains("\"self-administered\":[\"config " + config + ": it may write " + config + "\"]");
        assertThat(trail).contains("\"event\":\"decision\"", "\"event\":\"release\"", "\"event\":\"outcome\"");
        assertThat(trail.lines().skip(1))
                .allMatch(line -> line.contains("\"assurance\":\"self\""))
                .allMatch(line -> line.contains("\"marks\":[\"self-administered\",\"unanchored\",\"unpinned\"]"));
    }

    @Test
    void doctor_saysTheSameToTheSameUser() {
        Path bad = config("666", "require-root-owned: true");
        Path good = config("644", "require-root-owned: true");

        Commands.Output refused = doctor(bad);
        Commands.Output fine = doctor(good);

        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.out()).contains("BROKEN  ownership: require-root-owned: true");
        assertThat(fine.out())
                .contains("ok      ownership: this user (uid " + OTHER + ") can change none of what Lethe rests on");
    }

    private static Commands.Output doctor(Path config) {
        List<String> command = as(
                Jdks.running().java().toString(),
                "-jar",
                Program.agentJar().toString(),
                "doctor",
                "--config",
                config.toString());
        return Commands.run(command, new byte[0]);
    }

    private static Path config(String mode, String... lines) {
        String[] all = Stream.concat(Stream.of("identity: " + identity, "audit.dir: " + audit), Stream.of(lines))
                .toArray(String[]::new);
        Path config = vault.config(all);
        Commands.run("chmod", mode, config.toString()).orFail();
        return config;
    }

    /** @return what the program said of its connect */
    private static String run(Path config) throws IOException {
        try (Stream<Path> chains = Files.list(audit)) {
            for (Path chain : chains.toList()) {
                Files.delete(chain);
            }
        }
        Program program = Program.of("EnvironmentApp")
                .with(Drivers.postgresql("42.7.4"))
                .underLethe(config)
                .launchedBy(as().toArray(new String[0]));
        Map.of("DB_URL", postgres.url(), "DB_USER", "orders", "DB_PASSWORD", "lethe:orders-db")
                .forEach(program::env);
        return program.run().orFail().out();
    }

    private static List<String> as(String... command) {
        return Stream.concat(
                        Stream.of("setpriv", "--reuid", OTHER, "--regid", OTHER, "--clear-groups"), Stream.of(command))
                .toList();
    }

    private static String trail() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> chains = Files.list(audit)) {
            for (Path chain : chains.toList()) {
                if (!chain.getFileName().toString().startsWith("manifest")) {
                    all.append(Files.readString(chain));
                }
            }
        }
        return all.toString();
    }
}
