package io.lethe.cli;

import static io.lethe.cli.Cli.bytes;
import static io.lethe.cli.Cli.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The config: written by init, read by all others. */
class ConfigCommandTest {

    @TempDir
    Path dir;

    private String vault;
    private Path config;

    @BeforeEach
    void paths() {
        vault = dir.resolve("vault").toString();
        config = dir.resolve("lethe.yaml");
    }

    @Test
    void init_makesAConfig_thatTheOtherCommandsFollow() throws Exception {
        Cli init = run("vault", "init", vault, "--config", config.toString());
        Cli put = run(bytes("x"), "vault", "put", "it", "--config", config.toString());

        assertThat(init.code).isEqualTo(0);
        assertThat(Files.readString(config)).matches("broker: vault:" + vault + "\nvault-key: \\S+\n");
        assertThat(put.code).isEqualTo(0);
    }

    @Test
    void init_keepsTheRestOfAConfig() throws Exception {
        String before = "# ours\nworkload: shop   # name\nvault-key: old\naudit:\n  sync: each\n";
        Files.writeString(config, before);
        Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-r-----"));

        assertThat(run("vault", "init", vault, "--config", config.toString()).code)
                .isEqualTo(0);

        assertThat(Files.readString(config))
                .matches("# ours\nworkload: shop   # name\nvault-key: (?!old)\\S+\naudit:\n  sync: each\nbroker: vault:"
                        + vault + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config)))
                .isEqualTo("rw-r-----");
    }

    @Test
    void init_intoABrokenConfig_leavesItAlone_andSaysTheKey() throws Exception {
        Files.writeString(config, "brokr: x\n");

        Cli init = run("vault", "init", vault, "--config", config.toString());

        assertThat(init.code).isEqualTo(3);
        assertThat(init.err)
                .contains("was made, but not pinned", "did you mean 'broker'?", "vault-key: ")
                .hasLineCount(1);
        assertThat(Files.readString(config)).isEqualTo("brokr: x\n");
        assertThat(dir.toFile().list()).containsExactlyInAnyOrder("vault", "lethe.yaml");
    }

    @Test
    void init_whereThereIsAVault_changesNothing() throws Exception {
        run("vault", "init", vault, "--config", config.toString());
        String before = Files.readString(config);

        Cli again = run("vault", "init", vault, "--config", config.toString());

        assertThat(again.code).isEqualTo(3);
        assertThat(again.err)
                .contains("there is a vault in " + vault + " already")
                .hasLineCount(1);
        assertThat(Files.readString(config)).isEqualTo(before);
    }

    @Test
    void init_thatWasKilledBeforeItPinned_pinsWhenItIsGivenAgain() throws Exception {
        run("vault", "init", vault);

        assertThat(run("vault", "init", vault, "--config", config.toString()).code)
                .isEqualTo(0);
        String pinned = Files.readString(config);
        run(bytes("x"), "vault", "put", "it", "--config", config.toString());
        Files.delete(config);

        Cli used = run("vault", "init", vault, "--config", config.toString());
        assertThat(pinned).contains("vault-key: lethe-vault+");
        assertThat(used.code).isEqualTo(3);
        assertThat(used.err).contains("there is a vault in " + vault + " already");
        assertThat(config).doesNotExist();
    }

    @Test
    void init_beforeADirectoryExists_makesNoVault() {
        Cli init = run(
                "vault", "init", vault, "--config", dir.resolve("no/lethe.yaml").toString());

        assertThat(init.code).isEqualTo(3);
        assertThat(init.err).contains("does not exist; make it first").hasLineCount(1);
        assertThat(Path.of(vault)).doesNotExist();
    }

    @Test
    void brokenConfigs_areOneLineEach() throws Exception {
        broken("brokr: x", "unknown key 'brokr'; did you mean 'broker'?");
        broken("broker: 7", "must be vault:<directory>");
        broken("- a", "holds no settings");
        broken("broker: [", "is not YAML");
        broken("", "holds no settings");
        broken("broker: vault:" + vault, "there is no vault in " + vault);
        broken("enabled: false", "names no vault");
        Files.delete(config);
        Cli missing = run("vault", "list", "--config", config.toString());
        assertThat(missing.code).isEqualTo(3);
        assertThat(missing.err).contains("cannot be read").hasLineCount(1);
    }

    private void broken(String text, String message) throws Exception {
        Files.writeString(config, text);
        Cli list = run("vault", "list", "--config", config.toString());
        assertThat(list.code).as(list.toString()).isEqualTo(3);
        assertThat(list.out).isEmpty();
        assertThat(list.err).contains(message).hasLineCount(1);
    }
}
