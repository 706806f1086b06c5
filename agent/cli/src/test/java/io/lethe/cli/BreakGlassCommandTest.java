package io.lethe.cli;

import static io.lethe.cli.Cli.bytes;
import static io.lethe.cli.Cli.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.broker.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BreakGlassCommandTest {

    private static final String TARGET = "postgresql://db:5432/orders";

    @TempDir
    Path dir;

    private String config;

    @BeforeEach
    void vault() {
        config = dir.resolve("lethe.yaml").toString();
        run("vault", "init", dir.resolve("vault").toString(), "--config", config);
        run(bytes("x"), "vault", "put", "it", "--config", config);
    }

    @Test
    void override_isMadeListedSeenByDoctorAndEnded_andEachIsRecorded() throws Exception {
        Cli made = begin(
                "--for",
                "2h",
                "--reason",
                "INC-1",
                "--bundle",
                dir.resolve("break-glass").toString());
        Cli list = run("break-glass", "--list", "--json", "--config", config);
        Cli doctor = run("doctor", "--config", config);
        Cli end = run("break-glass", "--end", "b1", "--reason", "over", "--config", config);
        Cli none = run("break-glass", "--list", "--config", config);
        Cli trail = run("audit", "show", dir.resolve("vault/audit").toString());

        assertThat(made.code).as(made.toString()).isEqualTo(0);
        assertThat(made.out).startsWith("in force: break-glass b1 for lethe:it on " + TARGET + " until ");
        assertThat(dir.resolve("break-glass/index")).exists();
        assertThat(Json.readObject(list.bytes, 10_000).list("overrides")).hasSize(1);
        assertThat(doctor.out).contains("note    vault: an override is in force: break-glass b1 for lethe:it");
        assertThat(end.out).startsWith("ended break-glass b1 ");
        assertThat(none.out).isEqualTo("no override is in force\n");
        assertThat(trail.out).contains("break-glass");
        assertThat(run("break-glass", "--end", "b1", "--reason", "again", "--config", config).code)
                .isEqualTo(1);
    }

    @Test
    void withoutReasonOrForTooLong_thereIsNone() {
        assertThat(begin("--for", "25h", "--reason", "R").code).isEqualTo(2);
        assertThat(begin("--for", "2h").code).isEqualTo(2);
        assertThat(begin("--for", "2h", "--reason", " ").code).isEqualTo(2);
        assertThat(begin("--reason", "R").code).isEqualTo(2);
        assertThat(run("break-glass", "--config", config).code).isEqualTo(2);
        assertThat(begin("--for", "2h", "--reason", "R", "--list").code).isEqualTo(2);
        assertThat(run(
                                "break-glass",
                                "--secret",
                                "none",
                                "--target",
                                TARGET,
                                "--for",
                                "2h",
                                "--reason",
                                "R",
                                "--config",
                                config)
                        .code)
                .isEqualTo(1);
        assertThat(run("break-glass", "--list", "--config", config).out).isEqualTo("no override is in force\n");
    }

    @Test
    void trailThatCannotBeWritten_isSaidAloud_andTheOverrideIsMade() throws Exception {
        Path noFolder = Files.createFile(dir.resolve("file"));
        Files.writeString(Path.of(config), Files.readString(Path.of(config)) + "audit.dir: " + noFolder + "\n");

        Cli made = begin("--for", "2h", "--reason", "INC-1");

        assertThat(made.code).as(made.toString()).isEqualTo(0);
        assertThat(made.err)
                .contains("is no folder", "{\"event\":\"break-glass\",\"change\":\"begin\",\"secret\":\"it\"", "INC-1");
    }

    private Cli begin(String... options) {
        String[] all = new String[7 + options.length];
        String[] always = {"break-glass", "--secret", "it", "--target", TARGET, "--config", config};
        System.arraycopy(always, 0, all, 0, 7);
        System.arraycopy(options, 0, all, 7, options.length);
        return run(all);
    }
}
