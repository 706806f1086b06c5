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

    /** What SECURITY.md promises of a file of another owner that only grows. */
    @Test
    void heads_inAFileThatOnlyGrows_cannotBeTakenBackByTheApplication() throws IOException {
        Path kept = Files.createFile(dir.resolve("heads"));
        Commands.run("chmod", "0622", kept.toString()).orFail();
        boolean grows = Tools.required(
                Commands.run("chattr", "+a", kept.toString()).exit() == 0,
                "LETHE_REQUIRE_USERS",
                "a file of heads that only grows: chattr +a does not work here");
        try {
            assertThat(run(config("644", "audit.heads: " + kept))).isEqualTo("connected\n");

            String heads = Files.readString(kept);
            assertThat(heads.lines()).isNotEmpty().allMatch(line -> line.startsWith("lethe-audit-head "));
            assertThat(verify(kept).orFail().out()).contains(" records: intact");
            if (grows) {
                for (String how : List.of("truncate -s 0", "sed -i d", "dd if=/dev/null of=", "rm -f", "mv -t /tmp")) {
                    String command = how.endsWith("=") ? how + kept : how + " " + kept;
                    Commands.Output tried = Commands.run(as("sh", "-c", command), new byte[0]);
                    assertThat(tried.exit()).as(command).isNotZero();
                }
                assertThat(Files.readString(kept)).isEqualTo(heads);
            }
            rewriteByTheApplication();
            assertThat(verify(kept).exit()).isEqualTo(1);
        } finally {
            Commands.run("chattr", "-a", kept.toString());
        }
    }

    /** README's way to systemd's journal: a unit's standard error. */
    @Test
    void heads_onStandardError_areFoundInTheJournal_inEachOfItsForms() throws IOException {
        assumeTrue(Namespaces.journal(), "only root can start a journald of its own");
        Path kept = dir.resolve("journal");

        String said = run(config("644", "audit.heads: stderr"), Namespaces.withJournal(kept.toString()));

        assertThat(said).as("and nobody but root may write the journal").isEqualTo("connected\n");
        Path text = Path.of(kept + ".short");
        assertThat(Files.readAllLines(text))
                .anyMatch(line -> line.matches("\\w{3} .* orders\\[\\d+]: lethe-audit-head .*"));
        for (String form : List.of("short", "short-iso", "cat", "json", "export")) {
            assertThat(verify(Path.of(kept + "." + form)).orFail().out())
                    .as(form)
                    .contains(" records: intact")
                    .doesNotContain("not anchored");
        }
        rewriteByTheApplication();
        Commands.Output rewritten = verify(text);
        assertThat(rewritten.exit()).isEqualTo(1);
        assertThat(rewritten.out()).contains("MISSING: ");
    }

    /** A sound trail of its own in the place of the one that was. */
    private static void rewriteByTheApplication() throws IOException {
        assertThat(run(config("644"))).isEqualTo("connected\n");
        Commands.run(
                        Jdks.running().java().toString(),
                        "-jar",
                        Program.agentJar().toString(),
                        "audit",
                        "verify",
                        audit.toString())
                .orFail();
    }

    private static Commands.Output verify(Path heads) {
        return Commands.run(
                Jdks.running().java().toString(),
                "-jar",
                Program.agentJar().toString(),
                "audit",
                "verify",
                audit.toString(),
                "--heads",
                heads.toString());
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
        return run(config, List.of());
    }

    /** @param around what root starts it with, before it becomes the other user's */
    private static String run(Path config, List<String> around) throws IOException {
        try (Stream<Path> chains = Files.list(audit)) {
            for (Path chain : chains.toList()) {
                Files.delete(chain);
            }
        }
        Program program = Program.of("EnvironmentApp")
                .with(Drivers.postgresql("42.7.4"))
                .underLethe(config)
                .launchedBy(around.toArray(new String[0]))
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
