package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A job that starts a JVM each minute: some minutes of it, in JVMs of their own, of which each fourth is killed. The first JVM of
 * the next day joins their chains into one file, which the verifier takes apart again.
 */
@NeedsServers(CronIT.CLOCK)
final class CronIT {

    /** Debian's package with a library that tells one process another time; the kernel has no such thing. */
    static final String CLOCK = "libfaketime";

    private static final int JOBS = 12;
    private static final int KILLED = 4;
    private static final byte[] SECRET = Secrets.random(24);
    private static final String URL = "jdbc:h2:mem:job";

    @Test
    void chainsOfADay_becomeOneFile_inWhichNothingIsMissing() throws Exception {
        VaultSetup vault = VaultSetup.create().put("job-db", SECRET);
        vault.grant("job-db", "h2://embedded/*", "APP");
        Path place = TemporaryFiles.directory("lethe-cron-");
        Path audit = Files.createDirectory(place.resolve("audit"));
        Path heads = Files.createFile(place.resolve("heads"));
        Path config = vault.config("audit.dir: " + audit, "audit.heads: " + heads);
        for (int i = 1; i <= JOBS; i++) {
            if (i % KILLED == 0) {
                try (App job = job(config).start()) {
                    job.mustDo("connect");
                    Commands.run("kill", "-9", Long.toString(job.pid())).orFail();
                }
            } else {
                assertThat(once(config)).isEqualTo("connected\n");
            }
        }
        List<String> today = chains(audit);
        assertThat(today).hasSize(JOBS);

        try (App tomorrow = job(config)
                .env("LD_PRELOAD", DebianProgram.of(CLOCK).toString())
                .env("FAKETIME", "+1d")
                .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
                .start()) {
            tomorrow.mustDo("connect");
            long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
            while (chains(audit).stream().anyMatch(today::contains) && System.nanoTime() < until) {
                Thread.sleep(50);
            }
            assertThat(tomorrow.exit()).isZero();
            assertThat(tomorrow.err()).doesNotContain("lethe:");
        }

        assertThat(chains(audit)).as("one of the day and one of the next").hasSize(2);
        Path joined = audit.resolve(chains(audit).stream()
                .filter(name -> name.contains("-joined-"))
                .findFirst()
                .orElseThrow());
        Commands.Output verified = verify(audit, heads);
        assertThat(verified.exit()).as(verified.out() + verified.err()).isZero();
        assertThat(verified.out()).contains(JOBS + 1 + " chains, ").contains(" records: intact");
        String whole = Files.readString(joined);
        assertThat(whole.lines().filter(line -> line.contains("\"event\":\"decision\",\"allowed\":true")))
                .hasSize(JOBS);
        // Of a job that was killed, too: the third line of its chain.
        int at = whole.indexOf("\"allowed\":true", whole.lastIndexOf("\"seq\":1,"));
        Files.writeString(joined, whole.substring(0, at) + "\"allowed\":null" + whole.substring(at + 14));
        assertThat(verify(audit, heads).exit()).isEqualTo(1);
    }

    private static Program job(Path config) {
        return Program.of("PlainJdbc")
                .with(Drivers.jar("h2", "2.2.224"))
                .underLethe(config)
                .config(Configs.plain(URL, "APP", "lethe:job-db"));
    }

    private static String once(Path config) {
        Program program =
                Program.of("EnvironmentApp").with(Drivers.jar("h2", "2.2.224")).underLethe(config);
        Map.of("DB_URL", URL, "DB_USER", "APP", "DB_PASSWORD", "lethe:job-db").forEach(program::env);
        return program.run().orFail().out();
    }

    private static Commands.Output verify(Path audit, Path heads) {
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

    private static List<String> chains(Path audit) throws IOException {
        try (var files = Files.list(audit)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".jsonl"))
                    .toList();
        }
    }
}
