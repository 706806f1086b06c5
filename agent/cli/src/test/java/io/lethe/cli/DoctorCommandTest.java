package io.lethe.cli;

import static io.lethe.cli.Cli.bytes;
import static io.lethe.cli.Cli.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.broker.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoctorCommandTest {

    @TempDir
    Path dir;

    private Path config;
    private Path vault;

    @BeforeEach
    void healthy() {
        vault = dir.resolve("vault");
        config = dir.resolve("lethe.yaml");
        run("vault", "init", vault.toString(), "--config", config.toString());
    }

    @Test
    void aHealthyPlace_isExit0() throws Exception {
        Cli cli = doctor();
        Cli json = run("doctor", "--json", "--config", config.toString());

        assertThat(cli.code).as(cli.toString()).isEqualTo(0);
        assertThat(cli.out).contains("ok      config: " + config + " is well-formed", "its key is the pinned one");
        assertThat(cli.out).contains("identity: ", "audit: ", "jdk: ").doesNotContain("BROKEN");
        assertThat(cli.out.lines().filter(line -> line.startsWith("note")))
                .as("whoever made this place runs this test")
                .singleElement()
                .asString()
                .startsWith("note    ownership: self-administered, as records will say: ");
        assertThat(Json.readObject(json.bytes, 10_000).flag("healthy")).isTrue();
    }

    @Test
    void whereRootsIsAskedFor_aPlaceOfOnesOwnIsBroken() throws Exception {
        Files.writeString(config, Files.readString(config) + "require-root-owned: true\n");

        broken("BROKEN  ownership: require-root-owned: true, but this process's own user can change the config "
                + config);
    }

    @Test
    void itChangesNothing() {
        doctor();

        assertThat(vault.resolve("audit")).doesNotExist();
    }

    @Test
    void wideGrants_areNoted() {
        run(bytes("x"), "vault", "put", "it", "--config", config.toString());
        run(
                "vault",
                "grant",
                "it",
                "--to",
                "postgresql://db/x",
                "--user",
                "*",
                "--weak",
                "md5",
                "--expires",
                "2020-01-01",
                "--config",
                config.toString());
        run("vault", "grant", "it", "--to", "http://api/x", "--config", config.toString());

        Cli cli = doctor();

        assertThat(cli.code).isEqualTo(0);
        assertThat(cli.out)
                .contains("note    vault: grant g1 holds for any user name", "g1 tolerates weak authentication: md5")
                .contains("g1 ended on 2020-01-01T00:00:00Z", "g2 consents to plain HTTP: http://api:80/x");
    }

    @Test
    void whatIsBroken_isNamed_andExit1() throws Exception {
        String text = Files.readString(config);

        Files.writeString(config, "broker: vault:" + vault + "\n");
        assertThat(doctor().out).contains("note    vault: its key is not pinned: add vault-key: ");

        Files.writeString(config, text.replaceAll("vault-key: \\S+", "vault-key: another"));
        broken("not the pinned one");

        Files.writeString(config, text + "audit.dir: " + config + "\n");
        broken("audit: " + config + " does not exist and cannot be made");

        Files.writeString(config, text + "identity: " + dir.resolve("none") + "\n");
        broken("none is missing or not readable");

        Files.writeString(config, text);
        Path identity = vault.resolve("workloads/default.key");
        Files.setPosixFilePermissions(identity, PosixFilePermissions.fromString("rw-r--r--"));
        broken("is open to other users");

        Files.writeString(vault.resolve("index"), "garbage");
        broken("BROKEN  vault: ");

        Files.writeString(config, "brokr: x");
        broken("BROKEN  config: " + config + " has an unknown key 'brokr'");
    }

    @ParameterizedTest
    @CsvSource({
        "1.8.0_252,too old",
        "1.8.0_262,",
        "1.8.0_452-b09,",
        "1.7.0_80,too old",
        "11.0.2,",
        "17.0.15,",
        "27-ea,",
        "25,",
        "28.0.1,newer",
        "what,too old"
    })
    void jdkVersions_areKnown(String version, String problem) {
        if (problem == null) {
            assertThat(JdkVersion.problem(version)).isNull();
        } else {
            assertThat(JdkVersion.problem(version)).startsWith(problem);
        }
    }

    private void broken(String message) {
        Cli cli = doctor();
        assertThat(cli.code).as(cli.toString()).isEqualTo(1);
        assertThat(cli.out).contains(message);
    }

    private Cli doctor() {
        return run("doctor", "--config", config.toString());
    }
}
