package io.lethe.broker.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.lethe.broker.BrokerException;
import io.lethe.broker.Grant;
import io.lethe.broker.Leases;
import io.lethe.broker.Request;
import io.lethe.broker.Target;
import io.lethe.broker.WarmLeases;
import io.lethe.broker.Workload;
import io.lethe.broker.ask.AskAddress;
import io.lethe.broker.ask.AuthZen;
import io.lethe.broker.audit.Audit;
import io.lethe.broker.audit.AuditReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A vault whose configuration names a decision point: both must allow. */
class AuthZenBrokerTest {

    private static final Workload WORKLOAD = new Workload("default", Map.of("uid", "1000"), "self");
    private static final long PATIENT = TimeUnit.SECONDS.toNanos(60);

    @TempDir
    Path folder;

    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private volatile String answer = "{\"decision\":true,\"context\":{\"reason\":\"CHG-7\"}}";
    private HttpServer server;
    private Path audit;
    private Leases leases;
    private WarmLeases warm;

    @BeforeEach
    void makeAVault() throws Exception {
        Vault vault = Vault.init(folder.resolve("vault"), null);
        vault.put("orders-db", "password", "S3cret-orders".getBytes(UTF_8));
        vault.put("payments", "password", "S3cret-payments".getBytes(UTF_8));
        vault.grant(Grant.of("orders-db").to("postgresql://db/orders").user("orders"));
        vault.grant(Grant.of("payments").to("https://api.example"));
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/pdp/access/v1/evaluation", exchange -> {
            asked.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            byte[] body = answer.getBytes(UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
        audit = Files.createDirectory(folder.resolve("audit"));
        AuthZen ask = new AuthZen(AskAddress.parse(url()), null);
        VaultBroker broker = new VaultBroker(
                folder.resolve("vault"),
                vault.verifyingKey(),
                null,
                "default",
                false,
                Anchor.none(),
                Custody.none(),
                ask);
        leases = new Leases(broker, new Audit(audit.toFile(), Map.of(), false), WORKLOAD);
        warm = new WarmLeases(leases);
    }

    @AfterEach
    void close() {
        warm.close();
        leases.close();
        server.stop(0);
    }

    @Test
    void bothMustAllow_andTheTrailSaysWhoDid() throws Exception {
        leases.acquire(login("orders")).close();
        assertThat(asked).hasSize(1);
        assertThat(asked.get(0)).contains("\"id\":\"orders-db\"").doesNotContain("S3cret");
        answer = "{\"decision\":false,\"context\":{\"reason\":\"frozen\"}}";
        assertThatThrownBy(() -> leases.acquire(login("orders")))
                .isInstanceOf(BrokerException.class)
                .hasMessage(
                        "lethe:orders-db is denied for postgresql://db:5432/orders as user orders: grant g1 allows it,"
                                + " but " + url() + "/access/v1/evaluation does not (frozen)")
                .extracting(e -> ((BrokerException) e).kind())
                .isEqualTo(BrokerException.Kind.DENIED);
        assertThat(asked).hasSize(2);
        assertThatThrownBy(() -> leases.acquire(login("admin"))).hasMessageContaining("this is user admin");
        assertThat(asked).as("what no grant allows is not asked").hasSize(2);
        assertThat(Files.readString(AuditReader.chains(audit.toFile()).get(0).toPath()))
                .contains("\"asked\":\"" + url() + "/access/v1/evaluation\"", "allows it too (CHG-7)", "(frozen)")
                .doesNotContain("S3cret");
    }

    @Test
    void aWarmLease_isForNoOtherRequestThanTheOneThatWasAsked() throws Exception {
        warm.use(request("/a"), PATIENT).close();
        warm.use(request("/a"), PATIENT).close();
        assertThat(asked).hasSize(1);
        warm.use(request("/b"), PATIENT).close();
        assertThat(asked).hasSize(2);
        answer = "{\"decision\":false}";
        assertThatThrownBy(() -> warm.use(request("/c"), PATIENT)).hasMessageContaining("does not");
        warm.use(request("/a"), PATIENT).close();
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/pdp";
    }

    private static Request login(String user) {
        return new Request(
                WORKLOAD, "orders-db", "password", Target.parse("postgresql://db/orders"), "connect", user, List.of());
    }

    private static Request request(String path) {
        return Request.http(
                WORKLOAD,
                "payments",
                "password",
                Target.http("https", "api.example", 443, path),
                "GET",
                "header:authorization",
                List.of());
    }
}
