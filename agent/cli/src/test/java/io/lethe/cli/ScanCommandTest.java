package io.lethe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.broker.json.Json;
import io.lethe.broker.json.JsonFields;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScanCommandTest {

    private static final String SECRET = "S3cret-of=the-orders";

    @TempDir
    Path dir;

    private String dump;

    @BeforeEach
    void dump() throws Exception {
        Path file = Files.writeString(dir.resolve("dump"), "x".repeat(999) + SECRET + "yz" + "wxyz S3cret-of=t");
        dump = file.toString();
    }

    @Test
    void residue_isExit1_withATable_thatDoesNotShowIt() {
        Cli cli = Cli.run(Cli.bytes(SECRET + "\nabsent-one\n"), "scan", dump);

        assertThat(cli.code).isEqualTo(1);
        assertThat(cli.out).containsPattern("line-1 +utf-8 +dump +1").containsPattern("line-2 +- +- +0");
        assertThat(cli.out).containsPattern("line-1 +fragment, utf-8 +dump +1");
        assertThat(cli.out).contains("1 copy, 1 fragment in " + dump);
        assertThat(cli.out).doesNotContain("S3cret");
        assertThat(cli.err).isEmpty();
    }

    @Test
    void nothing_isExit0() {
        Cli cli = Cli.run(Cli.bytes("absent-one"), "scan", dump);

        assertThat(cli.code).isEqualTo(0);
        assertThat(cli.out).contains("Nothing found in " + dump);
    }

    @Test
    void named_takesTheNameFromTheLine() {
        Cli cli = Cli.run(Cli.bytes("orders-db=" + SECRET), "scan", "--named", dump);

        assertThat(cli.code).isEqualTo(1);
        assertThat(cli.out).containsPattern("orders-db +utf-8 +dump +1");
    }

    @Test
    void json_isForPrograms() throws Exception {
        Cli cli = Cli.run(Cli.bytes(SECRET), "scan", "--json", dump);

        assertThat(cli.code).isEqualTo(1);
        JsonFields report = Json.readObject(cli.bytes, 100_000);
        assertThat(cli.out)
                .contains("\"residue\": true", "\"copies\": 1", "\"fragments\": 1", "\"address\": \"0x3e7\"");
        assertThat(report).isNotNull();
    }

    @Test
    void derivedValues_areGivenInHex() {
        // "yzwxyz" stands once behind the secret.
        Cli cli = Cli.run(new byte[0], "scan", "--derived", "key=797a7778797a", dump);

        assertThat(cli.code).isEqualTo(1);
        assertThat(cli.out).containsPattern("key +raw +dump +1").contains("1 derived value in");
    }

    @Test
    void aSecretOfTheVault_isLookedForByName() {
        String vault = dir.resolve("vault").toString();
        Cli.run("vault", "init", vault);
        Cli.run(Cli.bytes(SECRET), "vault", "put", "orders-db", "--vault", vault);

        Cli cli = Cli.run("scan", "--secret", "orders-db", "--vault", vault, dump);

        assertThat(cli.code).isEqualTo(1);
        assertThat(cli.out).containsPattern("orders-db +utf-8 +dump +1").doesNotContain("S3cret");
        Cli none = Cli.run("scan", "--secret", "other", "--vault", vault, dump);
        assertThat(none.toString()).startsWith("exit 1\nlethe scan: there is no secret other");
    }

    @Test
    void whatIsWrongWithTheInput_isOneLineEach() {
        usage("nothing to look for: give secrets on standard input, one a line", "", "scan", dump);
        usage("line 2 of standard input is shorter than 4 bytes", "long-enough\nabc", "scan", dump);
        usage("line 1 of standard input is not name=value", "No Name=value", "scan", "--named", dump);
        usage("line 1 of standard input is not name=value", "valuewithoutname", "scan", "--named", dump);
        usage("line 1 of standard input is one byte repeated", "aaaaaaaa", "scan", dump);
        usage("--derived wants NAME=HEX", "x", "scan", "--derived", "key", dump);
        usage("--derived key: the value is not hexadecimal", "x", "scan", "--derived", "key=zz00112233", dump);
        usage("Missing required parameter: '<pid>|<file>'", "x", "scan");
    }

    @Test
    void whatCannotBeRead_isExit3() {
        Cli missing = Cli.run(Cli.bytes(SECRET), "scan", dump + "2");
        assertThat(missing.toString()).isEqualTo("exit 3\nlethe scan: there is no file " + dump + "2\n");
        Cli directory = Cli.run(Cli.bytes(SECRET), "scan", dir.toString());
        assertThat(directory.toString()).isEqualTo("exit 3\nlethe scan: " + dir + " is a directory: name a file\n");
        Cli process = Cli.run(Cli.bytes(SECRET), "scan", "99999999999");
        assertThat(process.toString()).isEqualTo("exit 3\nlethe scan: there is no process 99999999999\n");
    }

    private static void usage(String message, String in, String... args) {
        Cli cli = Cli.run(Cli.bytes(in), args);
        assertThat(cli.code).isEqualTo(2);
        assertThat(cli.out).isEmpty();
        assertThat(cli.err).contains(message).hasLineCount(1);
    }
}
