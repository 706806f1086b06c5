package io.lethe.cli;

import static io.lethe.cli.Cli.bytes;
import static io.lethe.cli.Cli.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.broker.json.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VaultCommandTest {

    private static final String TARGET = "postgresql://db:5432/orders";

    @TempDir
    Path dir;

    private String vault;

    @BeforeEach
    void vault() {
        vault = dir.resolve("vault").toString();
        assertThat(run("vault", "init", vault).code).isEqualTo(0);
    }

    @Test
    void theFourLinesOfTheManual_work() {
        Cli put = run(bytes("S3cret"), "vault", "put", "orders-db", "--vault", vault);
        Cli grant = run("vault", "grant", "orders-db", "--to", TARGET, "--user", "orders", "--vault", vault);
        Cli list = run("vault", "list", "--vault", vault);

        assertThat(put.toString()).isEqualTo("exit 0\nstored password of lethe:orders-db, version 1\n");
        assertThat(grant.toString())
                .isEqualTo("exit 0\ngranted g1: lethe:orders-db to " + TARGET
                        + " as orders by workload default, 60 s a lease\n");
        assertThat(list.code).isEqualTo(0);
        assertThat(list.out)
                .containsPattern("orders-db +1 +password")
                .contains("grant g1: lethe:orders-db to " + TARGET)
                .contains("vault key ")
                .doesNotContain("S3cret");
    }

    static List<byte[]> values() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        byte[] large = new byte[20_000];
        Arrays.fill(large, (byte) 'x');
        return List.of(
                bytes("plain"),
                bytes("with line feed\n"),
                bytes("\r\n"),
                new byte[] {0},
                bytes(" \t "),
                new byte[] {(byte) 0xff, (byte) 0xfe, 0, (byte) 0xc3},
                all,
                large);
    }

    @ParameterizedTest
    @MethodSource("values")
    void whatIsPut_comesBackByteForByte(byte[] value) {
        Cli put = run(value, "vault", "put", "it", "--vault", vault);
        Cli get = run("vault", "get", "it", "--reveal", "--reason", "test", "--vault", vault);

        assertThat(put.code).isEqualTo(0);
        assertThat(put.err.isEmpty()).isEqualTo(value[value.length - 1] != '\n');
        assertThat(get.code).isEqualTo(0);
        assertThat(get.bytes).isEqualTo(value);
    }

    @Test
    void username_isPublic_andMakesUserUnnecessary() {
        Cli put = run(bytes("S3cret"), "vault", "put", "orders-db", "--username", "orders", "--vault", vault);
        Cli grant = run("vault", "grant", "orders-db", "--to", TARGET, "--vault", vault);

        assertThat(put.code).isEqualTo(0);
        assertThat(grant.out).contains("as its own user");
        assertThat(run("vault", "list", "--vault", vault).out).contains("password, username=orders");
        assertThat(run(
                                "vault",
                                "get",
                                "orders-db",
                                "--field",
                                "username",
                                "--reveal",
                                "--reason",
                                "test",
                                "--vault",
                                vault)
                        .out)
                .isEqualTo("orders");
    }

    @Test
    void whatCannotBePut_isWrongUsage_andChangesNothing() {
        one(2, "a value has 1 to", run("vault", "put", "it", "--vault", vault));
        one(2, "'No Name' is not a name of a secret", run(bytes("x"), "vault", "put", "No Name", "--vault", vault));
        one(2, "is not a name of a field", run(bytes("x"), "vault", "put", "it", "--field", "A", "--vault", vault));
        one(2, "longer than a secret may be", run(new byte[2 << 20], "vault", "put", "it", "--vault", vault));
        one(2, "holds no line feed", run(bytes("u\n"), "vault", "put", "it", "--field", "username", "--vault", vault));
        one(2, "Unmatched argument", run(bytes("x"), "vault", "put", "it", "the-secret", "--vault", vault));
        assertThat(run("vault", "list", "--vault", vault).out).contains("no secrets in " + vault);
    }

    @Test
    void atATerminal_theValueIsAskedTwice_andWiped() {
        List<char[]> typed = new ArrayList<>(List.of("gr\u00fcn".toCharArray(), "gr\u00fcn".toCharArray()));
        Cli get = run("vault", "get", "it", "--reveal", "--reason", "test", "--vault", vault);
        assertThat(get.code).isEqualTo(1);

        assertThat(typing(typed, "vault", "put", "it", "--vault", vault)).isEqualTo(0);

        assertThat(run("vault", "get", "it", "--reveal", "--reason", "test", "--vault", vault).bytes)
                .isEqualTo(bytes("gr\u00fcn"));
        assertThat(typed).allSatisfy(chars -> assertThat(chars).containsOnly('\0'));
    }

    @Test
    void atATerminal_twoDifferentValues_changeNothing() {
        List<char[]> typed = List.of("one".toCharArray(), "two".toCharArray());

        assertThat(typing(typed, "vault", "put", "it", "--vault", vault)).isEqualTo(2);

        assertThat(typed).allSatisfy(chars -> assertThat(chars).containsOnly('\0'));
        assertThat(run("vault", "list", "--vault", vault).out).contains("no secrets");
    }

    @Test
    void getting_mustBeMeant_andIsInTheAuditTrail() {
        run(bytes("S3cret"), "vault", "put", "it", "--vault", vault);

        one(2, "say --reveal", run("vault", "get", "it", "--vault", vault));
        one(
                1,
                "there is no secret other",
                run("vault", "get", "other", "--reveal", "--reason", "test", "--vault", vault));
        one(
                1,
                "has no field token",
                run("vault", "get", "it", "--field", "token", "--reveal", "--reason", "test", "--vault", vault));
        assertThat(toTerminal("vault", "get", "it", "--reveal", "--reason", "test", "--vault", vault))
                .isEqualTo(2);
        assertThat(toTerminal("vault", "get", "it", "--reveal", "--reason", "test", "--force", "--vault", vault))
                .isEqualTo(0);
        assertThat(run("audit", "show", "--vault", vault).out).contains("reveal  secret=it  field=password");
    }

    @Test
    void withoutAnAuditTrail_nothingIsRevealed() throws Exception {
        run(bytes("S3cret"), "vault", "put", "it", "--vault", vault);
        Files.move(Path.of(vault, "audit"), Path.of(vault, "elsewhere"));
        Files.writeString(Path.of(vault, "audit"), "in the way");

        one(3, "audit", run("vault", "get", "it", "--reveal", "--reason", "test", "--vault", vault));
    }

    @Test
    void grants_haveConditions() throws Exception {
        run(bytes("S3cret"), "vault", "put", "it", "--vault", vault);

        Cli grant = run(
                "vault",
                "grant",
                "it",
                "--to",
                TARGET,
                "--to",
                "mysql://db/x",
                "--user",
                "*",
                "--ttl",
                "5m",
                "--expires",
                "2099-01-31",
                "--weak",
                "md5",
                "--via",
                "socketFactory=a.B",
                "--uid",
                "1000",
                "--main",
                "a.Main",
                "--jar",
                "/a.jar",
                "--jar-sha256",
                "00ff",
                "--vault",
                vault);
        Cli list = run("vault", "list", "--json", "--vault", vault);

        assertThat(grant.code).isEqualTo(0);
        assertThat(grant.out)
                .contains(TARGET + ", mysql://db:3306/x", "as ANY user", "jar=/a.jar", "jar.sha256=00ff", "main=a.Main")
                .contains(
                        "uid=1000", "300 s a lease", "until 2099-01-31T00:00:00Z", "WEAK md5", "via socketFactory=a.B")
                .contains("Any user name is granted (--user '*')");
        assertThat(Json.readObject(list.bytes, 10_000).list("grants")).hasSize(1);
    }

    @Test
    void whatCannotBeGranted_saysWhy() {
        run(bytes("S3cret"), "vault", "put", "it", "--vault", vault);

        one(2, "needs a user name", run("vault", "grant", "it", "--to", TARGET, "--vault", vault));
        one(2, "a grant needs a target", run("vault", "grant", "it", "--user", "u", "--vault", vault));
        one(2, "name the secret", run("vault", "grant", "--to", TARGET, "--vault", vault));
        one(2, "'5x' is no duration", grant("--ttl", "5x"));
        one(2, "'0s' is no duration", grant("--ttl", "0s"));
        one(2, "a lease lasts 1 to 86400 seconds", grant("--ttl", "48h"));
        one(2, "'tomorrow' is no moment", grant("--expires", "tomorrow"));
        one(2, "no weakness that can be granted", grant("--weak", "sha1"));
        one(2, "--via wants option=value", grant("--via", "socketFactory"));
        one(2, "a user name is empty", grant("--user", ""));
        one(2, "db", run("vault", "grant", "it", "--to", "db:5432", "--user", "u", "--vault", vault));
        one(1, "there is no workload other", grant("--workload", "other"));
        one(
                1,
                "there is no secret none",
                run("vault", "grant", "none", "--to", TARGET, "--user", "u", "--vault", vault));
        assertThat(run("vault", "list", "--vault", vault).out).doesNotContain("grant g");
    }

    @Test
    void grantsAndSecrets_areRemoved() {
        run(bytes("S3cret"), "vault", "put", "it", "--vault", vault);
        grant("--ttl", "60");

        one(1, "there is no grant g7", run("vault", "grant", "--remove", "g7", "--vault", vault));
        one(2, "--remove takes the id", run("vault", "grant", "it", "--remove", "g1", "--vault", vault));
        for (String[] other : new String[][] {{"--workload", "default"}, {"--ttl", "5m"}, {"--header", "X-A"}}) {
            Cli more = run("vault", "grant", "--remove", "g1", other[0], other[1], "--vault", vault);
            one(2, "and nothing else, not " + other[0] + "; 'lethe vault revoke ID --workload NAME'", more);
        }
        assertThat(run("vault", "grant", "--remove", "g1", "--json", "--vault", vault).out)
                .contains("\"revoked\": \"g1\"", "\"rotate\": \"it\"");
        assertThat(run("vault", "list", "--vault", vault).out).doesNotContain("grant g");
        assertThat(run("vault", "rm", "it", "--vault", vault).code).isEqualTo(0);
        one(1, "there is no secret it", run("vault", "rm", "it", "--vault", vault));
    }

    @Test
    void aVaultThatIsNotThere_orBroken_isOneLine() throws Exception {
        one(
                3,
                "there is no vault in",
                run("vault", "list", "--vault", dir.resolve("none").toString()));
        one(
                3,
                "there is no vault in",
                run(
                        bytes("x"),
                        "vault",
                        "put",
                        "it",
                        "--vault",
                        dir.resolve("none").toString()));
        Files.writeString(Path.of(vault, "index"), "garbage");
        one(3, "index", run("vault", "list", "--vault", vault));
        one(3, "index", run(bytes("x"), "vault", "put", "it", "--vault", vault));
        one(2, "a command is missing; see 'lethe vault --help'", run("vault"));
        one(2, "did you mean 'lethe vault list'?", run("vault", "lst"));
    }

    @Test
    void theAdminKey_mayLieElsewhere() {
        String other = dir.resolve("other").toString();
        String key = dir.resolve("admin.key").toString();

        assertThat(run("vault", "init", other, "--admin-key", key).out).contains(key);

        one(3, "admin key", run(bytes("x"), "vault", "put", "it", "--vault", other));
        assertThat(run(bytes("x"), "vault", "put", "it", "--vault", other, "--admin-key", key).code)
                .isEqualTo(0);
    }

    private Cli grant(String... more) {
        List<String> args =
                new ArrayList<>(List.of("vault", "grant", "it", "--to", TARGET, "--user", "u", "--vault", vault));
        args.addAll(List.of(more));
        return run(args.toArray(new String[0]));
    }

    private static int typing(List<char[]> typed, String... args) {
        Iterator<char[]> answers = typed.iterator();
        return code(new Streams(null, print(), print(), question -> answers.next(), false), args);
    }

    private static int toTerminal(String... args) {
        return code(new Streams(new ByteArrayInputStream(new byte[0]), print(), print(), null, true), args);
    }

    private static int code(Streams streams, String... args) {
        return Main.run(args, streams);
    }

    private static PrintStream print() {
        return new PrintStream(new ByteArrayOutputStream(), true);
    }

    private static void one(int code, String message, Cli cli) {
        assertThat(cli.code).as(cli.toString()).isEqualTo(code);
        assertThat(cli.out).isEmpty();
        assertThat(cli.err).contains(message).hasLineCount(1).startsWith("lethe ");
    }
}
