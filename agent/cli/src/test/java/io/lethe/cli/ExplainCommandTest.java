package io.lethe.cli;

import static io.lethe.cli.Cli.bytes;
import static io.lethe.cli.Cli.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.broker.json.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainCommandTest {

    @TempDir
    Path dir;

    private String config;

    @BeforeEach
    void vault() {
        config = dir.resolve("lethe.yaml").toString();
        run("vault", "init", dir.resolve("vault").toString(), "--config", config);
        run(bytes("S3cret"), "vault", "put", "orders-db", "--config", config);
        run(
                "vault",
                "grant",
                "orders-db",
                "--to",
                "postgresql://db:5432/orders",
                "--user",
                "orders",
                "--uid",
                "1000",
                "--config",
                config);
    }

    @Test
    void whatIsGranted_isAllowed_andTheRuleIsNamed() {
        Cli cli = explain("orders-db", "postgresql://db/orders", "--user", "orders", "--uid", "1000");

        assertThat(cli.code).isEqualTo(0);
        assertThat(cli.out).startsWith("allowed: lethe:orders-db on postgresql://db:5432/orders as user orders");
        assertThat(cli.out).contains("* g1").doesNotContain("S3cret", "unpinned");
    }

    @Test
    void clearText_isSaidAloud() {
        run("vault", "grant", "orders-db", "--to", "http://api.example", "--uid", "1000", "--config", config);

        Cli plain = explain("orders-db", "http://api.example/v1", "--uid", "1000");
        assertThat(plain.code).isEqualTo(0);
        assertThat(plain.out).contains("consent to plain HTTP");
        assertThat(explain("orders-db", "https://api.example/v1", "--uid", "1000").out)
                .doesNotContain("plain HTTP");
    }

    @Test
    void whatIsNotGranted_isDenied_withTheReasonOfEachGrant() {
        denied(explain("lethe:orders-db", "postgresql://evil:5432/orders", "--user", "orders", "--uid", "1000"));
        denied(explain("orders-db", "postgresql://db:5432/orders", "--user", "admin", "--uid", "1000"));
        denied(explain("orders-db", "postgresql://db:5432/orders", "--uid", "1000"));
        denied(explain("orders-db", "postgresql://db:5432/orders", "--user", "orders"));
        denied(explain(
                "orders-db", "postgresql://db:5432/orders", "--user", "orders", "--uid", "1000", "--via", "a=b"));
        denied(explain("orders-db", "postgresql://db/orders", "--user", "orders", "--uid", "1000", "--workload", "o"));
        denied(explain("orders-db#token", "postgresql://db:5432/orders", "--user", "orders", "--uid", "1000"));
    }

    @Test
    void json_isForPrograms() throws Exception {
        Cli cli = explain("orders-db", "postgresql://db/orders", "--user", "orders", "--json");

        assertThat(cli.code).isEqualTo(1);
        assertThat(Json.readObject(cli.bytes, 10_000).flag("allowed")).isFalse();
    }

    @Test
    void withoutAPinnedKey_itSaysSo() {
        Cli cli = run(
                "explain",
                "--secret",
                "orders-db",
                "--target",
                "postgresql://db/orders",
                "--user",
                "orders",
                "--uid",
                "1000",
                "--vault",
                dir.resolve("vault").toString());

        assertThat(cli.code).isEqualTo(0);
        assertThat(cli.out).contains("unpinned");
    }

    @Test
    void whatCannotBeAsked_isOneLine() {
        one(1, "there is no secret other", explain("other", "postgresql://db/orders"));
        one(2, "is not a reference", explain("No Name", "postgresql://db/orders"));
        one(2, "ftp", explain("orders-db", "ftp://db/orders"));
        one(2, "'*' may stand in a grant only", explain("orders-db", "postgresql://db:*/orders"));
        one(2, "Missing required option", run("explain", "--secret", "orders-db", "--config", config));
        one(
                3,
                "there is no vault in",
                run("explain", "--secret", "a", "--target", "h2://db/x", "--vault", config + "2"));
    }

    private Cli explain(String secret, String target, String... more) {
        List<String> args =
                new ArrayList<>(List.of("explain", "--secret", secret, "--target", target, "--config", config));
        args.addAll(List.of(more));
        return run(args.toArray(new String[0]));
    }

    private static void denied(Cli cli) {
        assertThat(cli.code).as(cli.toString()).isEqualTo(1);
        assertThat(cli.out).startsWith("denied: lethe:orders-db on ").contains("g1 ");
        assertThat(cli.err).isEmpty();
    }

    private static void one(int code, String message, Cli cli) {
        assertThat(cli.code).as(cli.toString()).isEqualTo(code);
        assertThat(cli.out).isEmpty();
        assertThat(cli.err).contains(message).hasLineCount(1);
    }
}
