package io.lethe.cli;

import static io.lethe.cli.Cli.bytes;
import static io.lethe.cli.Cli.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.lethe.broker.json.Json;
import io.lethe.broker.json.JsonFields;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
    void conditionsOfWhoAndWhen_mayBeAssumed() {
        String sha256 = "ab".repeat(32);
        String container = "0123456789abcdef".repeat(4);
        Cli granted = run(
                "vault",
                "grant",
                "orders-db",
                "--to",
                "postgresql://live/orders",
                "--user",
                "orders",
                "--os-user",
                "shop",
                "--container",
                container.substring(0, 12),
                "--cgroup",
                "/docker/*",
                "--deployment",
                "orders.war",
                "--driver-sha256",
                sha256,
                "--hours",
                "Mon-Fri 08:00-18:00 Europe/Berlin",
                "--from",
                "2027-01-01",
                "--until",
                "2027-12-31",
                "--uses",
                "3",
                "--tls",
                "verified",
                "--config",
                config);
        assertThat(granted.code).as(granted.err).isZero();
        assertThat(granted.out)
                .contains("from 2027-01-01T00:00:00Z", "until 2027-12-31T00:00:00Z", "3 uses a process", "TLS verified")
                .contains("Mon-Fri 08:00-18:00 Europe/Berlin", "deployment=orders.war")
                .contains("two JVMs have twice as many");

        String[] all = {
            "--user", "orders",
            "--os-user", "shop",
            "--container", container,
            "--cgroup", "/docker/" + container,
            "--deployment", "/srv/webapps/orders.war",
            "--driver-sha256", sha256,
            "--at", "2027-01-15T12:00:00Z"
        };
        Cli cli = explain("orders-db", "postgresql://live/orders", all);
        assertThat(cli.code).as(cli.out).isZero();
        assertThat(cli.out)
                .contains("besides: each process has 3 uses of it", "besides: the server gets nothing before");

        String[] misses = {
            "is for the workload user shop, this one's is",
            "is for the workload container 0123456789ab, this one's is",
            "is for the workload cgroup /docker/*, this one's is",
            "is for the deployment orders.war, this one's is",
            "is for the driver.sha256 " + sha256 + ", this one's is",
            "holds Mon-Fri 08:00-18:00 Europe/Berlin, it is Sat 13:00 there"
        };
        String[] others = {"root", "f".repeat(64), "/other", "/x/billing.war", "c".repeat(64), "2027-01-16T12:00:00Z"};
        for (int i = 0; i < misses.length; i++) {
            String[] changed = all.clone();
            changed[2 * i + 3] = others[i];
            denied(explain("orders-db", "postgresql://live/orders", changed), misses[i]);
        }
        all[all.length - 1] = "2026-12-31T12:00:00Z";
        denied(explain("orders-db", "postgresql://live/orders", all), "begins on 2027-01-01T00:00:00Z");
        all[all.length - 1] = "2027-12-31T12:00:00Z";
        denied(explain("orders-db", "postgresql://live/orders", all), "expired on 2027-12-31T00:00:00Z");
        denied(explain("orders-db", "postgresql://live/orders", "--user", "orders"), "this one's is not known");
    }

    @Test
    void whatTheJvmRuns_mayBeAssumed() {
        String sha256 = "ab".repeat(32);
        String[] granted = {
            "--main", "legacy.Main", "--jar", "/srv/app.jar", "--jar-sha256", sha256, "--unit", "app.service"
        };
        String[] others = {"other.Main", "/srv/other.jar", "c".repeat(64), "other.service"};
        for (int i = 0; i < others.length; i++) {
            String option = granted[2 * i];
            String target = "postgresql://what" + i + "/orders";
            Cli grant = run(
                    "vault",
                    "grant",
                    "orders-db",
                    "--to",
                    target,
                    "--user",
                    "orders",
                    option,
                    granted[2 * i + 1],
                    "--config",
                    config);
            assertThat(grant.code).as(grant.err).isZero();
            Cli cli = explain("orders-db", target, "--user", "orders", option, granted[2 * i + 1]);
            assertThat(cli.code).as(cli.out).isZero();
            denied(explain("orders-db", target, "--user", "orders", option, others[i]), "is for the workload ");
        }
    }

    private static void denied(Cli cli, String why) {
        assertThat(cli.code).as(cli.out).isEqualTo(1);
        assertThat(cli.out).contains(why);
    }

    @Test
    void conditionsThatMakeNoSense_areUsage() {
        String[][] wrong = {
            {"--hours", "Mon-Fri 08:00-18:00"},
            {"--hours", "08:00-18:00 Mars/Olympus"},
            {"--uses", "0"},
            {"--tls", "yes"},
            {"--container", "123"},
            {"--driver-sha256", "ab"},
            {"--cgroup", "docker"},
            {"--from", "2027-02-01", "--until", "2027-01-01"},
        };
        for (String[] options : wrong) {
            List<String> all = new ArrayList<>(List.of(
                    "vault", "grant", "orders-db", "--to", "postgresql://db/x", "--user", "u", "--config", config));
            all.addAll(List.of(options));
            Cli cli = run(all.toArray(new String[0]));
            assertThat(cli.code).as(String.join(" ", options)).isEqualTo(2);
            assertThat(cli.err).isNotEmpty();
        }
    }

    @Test
    void aDecisionPoint_isAskedWhereToldSo_andNamedElse() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/access/v1/evaluation", exchange -> {
            byte[] body =
                    "{\"decision\":false,\"context\":{\"reason\":\"no ticket\"}}".getBytes(StandardCharsets.UTF_8);
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort();
            String[] granted = {"--user", "orders", "--uid", "1000"};
            Cli usage = explain("orders-db", "postgresql://db/orders", "--user", "orders", "--uid", "1000", "--ask");
            assertThat(usage.code).isEqualTo(2);
            Files.writeString(Path.of(config), "ask: " + url + "\n", StandardOpenOption.APPEND);

            Cli named = explain("orders-db", "postgresql://db/orders", granted);
            assertThat(named.code).isZero();
            assertThat(named.out).contains("has to allow it too, and was not asked here");
            Cli asked = explain("orders-db", "postgresql://db/orders", "--user", "orders", "--uid", "1000", "--ask");
            assertThat(asked.code).as(asked.err).isEqualTo(1);
            assertThat(asked.out).contains("grant g1 allows it, but " + url, "(no ticket)");
            assertThat(run("doctor", "--config", config).out).contains("ask").contains("must allow each acquire");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void json_holdsTheRequestAsAuthZenHasIt() throws Exception {
        Cli cli = explain(
                "orders-db",
                "postgresql://db/orders",
                "--user",
                "orders",
                "--uid",
                "1000",
                "--deployment",
                "a.war",
                "--json");

        JsonFields request = Json.readObject(cli.bytes, 10_000).object("request");
        assertThat(request.keys()).containsExactly("subject", "action", "resource", "context");
        assertThat(request.object("subject").object("properties").string("deployment"))
                .isEqualTo("a.war");
        assertThat(request.object("resource").string("id")).isEqualTo("orders-db");
        assertThat(request.object("action").string("name")).isEqualTo("connect");
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
