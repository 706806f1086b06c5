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

class WorkloadCommandTest {

    private static final String RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

    @TempDir
    Path dir;

    private String vault;
    private String identity;

    @BeforeEach
    void vault() {
        vault = dir.resolve("vault").toString();
        identity = dir.resolve("billing.key").toString();
        assertThat(run("vault", "init", vault).code).isEqualTo(0);
        assertThat(run(bytes("S3cret"), "vault", "put", "it", "--vault", vault).code)
                .isEqualTo(0);
    }

    @Test
    void adding_saysWhatTheApplicationNeeds() throws Exception {
        Cli add = run("workload", "add", "billing", "--identity", identity, "--vault", vault);
        assertThat(add.code).isEqualTo(0);
        assertThat(add.out)
                .contains("added workload billing with the public key age1")
                .contains("workload: billing\nidentity: " + identity + "\n")
                .doesNotContain("AGE-SECRET");
        assertThat(Files.readString(Path.of(identity))).contains("AGE-SECRET-KEY-1");

        Cli again = run("workload", "add", "other", "--identity", identity, "--vault", vault);
        assertThat(again.code).isEqualTo(3);
        assertThat(again.err).contains("is there already; nothing was changed");
        assertThat(run("workload", "add", "No Name", "--vault", vault).code).isEqualTo(2);
        Cli both = run("workload", "add", "x", "--identity", identity, "--recipient", RECIPIENT, "--vault", vault);
        assertThat(both.code).isEqualTo(2);
    }

    @Test
    void listing_saysWhoMayOpenWhat() throws Exception {
        run("workload", "add", "billing", "--recipient", RECIPIENT, "--vault", vault);
        Cli grant = run(
                "vault",
                "grant",
                "it",
                "--to",
                "https://api.example",
                "--workload",
                "default",
                "--workload",
                "billing",
                "--vault",
                vault);
        assertThat(grant.out).contains("by workloads billing, default, 60 s a lease");
        assertThat(run("workload", "list", "--vault", vault).out)
                .containsPattern("billing +" + RECIPIENT + " +it\n")
                .containsPattern("default +age1\\w+ +it\n");
        Cli json = run("workload", "list", "--json", "--vault", vault);
        assertThat(Json.readObject(json.bytes, 10_000).list("workloads")).hasSize(2);
        Cli unnamed = run("vault", "grant", "it", "--to", "https://api.example", "--vault", vault);
        assertThat(unnamed.code).isEqualTo(2);
        assertThat(unnamed.err).contains("say --workload NAME");
    }

    @Test
    void takingAway_saysThatTheSecretMustBeRotated() {
        run("workload", "add", "billing", "--identity", identity, "--vault", vault);
        run(
                "vault",
                "grant",
                "it",
                "--to",
                "https://api.example",
                "--workload",
                "default",
                "--workload",
                "billing",
                "--vault",
                vault);
        Cli revoke = run("vault", "revoke", "g1", "--workload", "billing", "--vault", vault);
        assertThat(revoke.toString())
                .isEqualTo("exit 0\nrevoked grant g1 on lethe:it from workload billing; who held it may have kept it:"
                        + " change it at the server, and store the new one with 'lethe vault rotate it'\n");
        assertThat(run("vault", "revoke", "g1", "--workload", "billing", "--vault", vault).code)
                .isEqualTo(1);
        Cli json = run("vault", "revoke", "g1", "--json", "--vault", vault);
        assertThat(json.out).contains("\"rotate\": \"it\"");
        assertThat(run("workload", "rm", "billing", "--vault", vault).out)
                .isEqualTo("removed workload billing; it was granted nothing\n");
        assertThat(run("workload", "rm", "billing", "--vault", vault).code).isEqualTo(1);
    }

    @Test
    void rotating_keepsTheVersionBeforeWhileItsGraceLasts() {
        Cli rotate = run(bytes("new"), "vault", "rotate", "it", "--grace", "24h", "--vault", vault);
        assertThat(rotate.code).isEqualTo(0);
        assertThat(rotate.out)
                .startsWith("rotated password of lethe:it to version 2; the version before is kept until ");
        assertThat(get("1").out).isEqualTo("S3cret");
        assertThat(get("2").out).isEqualTo("new");
        assertThat(get("3").code).isEqualTo(1);
        assertThat(run(bytes("x"), "vault", "rotate", "gone", "--vault", vault).code)
                .isEqualTo(1);
        assertThat(run(bytes("x"), "vault", "rotate", "it", "--grace", "soon", "--vault", vault).code)
                .isEqualTo(2);
        for (String hours : new String[] {"87601h", "2562047788015215h"}) {
            Cli ever = run(bytes("x"), "vault", "rotate", "it", "--grace", hours, "--vault", vault);
            assertThat(ever.code).isEqualTo(2);
            assertThat(ever.err).contains("--grace is at most 87600h").hasLineCount(1);
        }
        Cli json = run(bytes("x"), "vault", "rotate", "it", "--json", "--vault", vault);
        assertThat(json.out).contains("\"version\": 3").doesNotContain("previous-until");
        assertThat(get("2").code).isEqualTo(1);
    }

    @Test
    void revealing_needsAReason_andTheTrailKnowsWhoAndWhy() {
        Cli silent = run("vault", "get", "it", "--reveal", "--vault", vault);
        assertThat(silent.code).isEqualTo(2);
        assertThat(silent.err).contains("say --reason TEXT");
        assertThat(run("vault", "get", "it", "--reveal", "--reason", "ticket 4711", "--vault", vault).out)
                .isEqualTo("S3cret");
        assertThat(run("audit", "show", "--vault", vault).out)
                .contains("secret=it", "reason=ticket 4711", "actor=" + System.getProperty("user.name"));
    }

    @Test
    void exporting_isInTheTrail_andInTheClearNowhere() throws Exception {
        Path out = dir.resolve("out");
        Cli export = run(
                "vault", "export", out.toString(), "--recipient", RECIPIENT, "--reason", "backup", "--vault", vault);
        assertThat(export.code).isEqualTo(0);
        assertThat(export.out).startsWith("exported 1 files to " + out);
        assertThat(Files.readAllBytes(out.resolve("it/password.age"))).startsWith(bytes("age-encryption.org/v1\n"));
        assertThat(run("audit", "show", "--vault", vault).out).contains("recipient=" + RECIPIENT, "reason=backup");
        Cli mistake = run(
                "vault",
                "export",
                out.toString(),
                "--recipient",
                "AGE-SECRET-KEY-1QQ",
                "--reason",
                "x",
                "--vault",
                vault);
        assertThat(mistake.code).isEqualTo(2);
        assertThat(mistake.err).contains("no public key of age").doesNotContain("AGE-SECRET-KEY-1QQ");
    }

    @Test
    void checking_answersWithItsExitCode() throws Exception {
        Cli sound = run("vault", "check", "--vault", vault);
        assertThat(sound.code).isEqualTo(0);
        assertThat(sound.out).contains("1 secret files, each opened with the admin key");
        Files.write(dir.resolve("vault/secrets/it/password.1.age"), new byte[9]);
        Cli broken = run("vault", "check", "--json", "--vault", vault);
        assertThat(broken.code).isEqualTo(1);
        assertThat(Json.readObject(broken.bytes, 10_000).list("broken")).hasSize(1);
        Files.delete(dir.resolve("vault/index"));
        Cli none = run("vault", "check", "--vault", vault);
        assertThat(none.code).isEqualTo(3);
        assertThat(none.err).contains("its index is missing").hasLineCount(1);
    }

    @Test
    void rekeying_saysWhatToChange() {
        Cli admin =
                run("vault", "rekey", "--new-admin-key", dir.resolve("new.key").toString(), "--vault", vault);
        assertThat(admin.code).isEqualTo(0);
        assertThat(admin.out).contains("vault-key: lethe-vault+");
        assertThat(run("vault", "rm", "it", "--vault", vault).code).isEqualTo(3);
        assertThat(run("vault", "rekey", "--vault", vault).code).isEqualTo(2);
        Cli workload = run(
                "vault",
                "rekey",
                "--workload",
                "default",
                "--json",
                "--admin-key",
                dir.resolve("new.key").toString(),
                "--vault",
                vault);
        assertThat(workload.out).contains("\"recipient\": \"age1");
    }

    @Test
    void rekeying_asksWhereTheIdentityLies_andNeverMakesOneElsewhere() throws Exception {
        run("workload", "add", "billing", "--identity", identity, "--vault", vault);
        byte[] index = Files.readAllBytes(dir.resolve("vault/index"));
        Cli unnamed = run("vault", "rekey", "--workload", "billing", "--vault", vault);
        assertThat(unnamed.code).isEqualTo(2);
        assertThat(unnamed.err).contains("say --identity FILE").contains("--recipient");
        assertThat(dir.resolve("vault/workloads/billing.key")).doesNotExist();
        assertThat(Files.readAllBytes(dir.resolve("vault/index"))).isEqualTo(index);
        Cli named = run("vault", "rekey", "--workload", "billing", "--identity", identity, "--vault", vault);
        assertThat(named.code).isEqualTo(0);
        assertThat(named.out).contains("LoadCredential");
    }

    @Test
    void olderIndexThanTheConfigAsksFor_isNotSignedAnew() throws Exception {
        Path config = dir.resolve("lethe.yaml");
        Files.writeString(config, "broker: vault:" + vault + "\nmin-version: 9\n");
        byte[] index = Files.readAllBytes(dir.resolve("vault/index"));
        Cli older = run(bytes("x"), "vault", "put", "more", "--config", config.toString());
        assertThat(older.code).isEqualTo(3);
        assertThat(older.err)
                .contains("min-version asks for 9: an older copy was put back")
                .hasLineCount(1);
        assertThat(Files.readAllBytes(dir.resolve("vault/index"))).isEqualTo(index);
    }

    private Cli get(String version) {
        return run("vault", "get", "it", "--reveal", "--reason", "test", "--secret-version", version, "--vault", vault);
    }
}
