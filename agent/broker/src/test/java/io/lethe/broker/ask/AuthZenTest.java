package io.lethe.broker.ask;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.lethe.broker.BrokerException;
import io.lethe.broker.Caller;
import io.lethe.broker.Decision;
import io.lethe.broker.Request;
import io.lethe.broker.Target;
import io.lethe.broker.Workload;
import io.lethe.broker.json.Json;
import io.lethe.broker.json.JsonFields;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthZenTest {

    private static final long NOW = 1_800_000_000;
    private static final Decision GRANTED = new Decision(true, "g1", "grant g1 allows it", "hash", Set.of("unpinned"));

    @TempDir
    Path folder;

    private HttpServer server;
    private byte[] asked;
    private String line;

    @AfterEach
    void stop() {
        if (server != null) {
            server.stop(0);
        }
    }

    @Test
    void approval_allows_andSaysWhoSaidSo() throws Exception {
        String url = answer(
                200, "{\"decision\": true, \"context\": {\"id\": \"0\", \"reason_admin\": {\"en\": \"CHG-1\"}}}");
        Decision decision = ask(url, null);
        assertThat(decision.allowed()).isTrue();
        assertThat(decision.rule()).isEqualTo("g1");
        assertThat(decision.asked()).isEqualTo(url + "/access/v1/evaluation");
        assertThat(decision.reason())
                .isEqualTo("grant g1 allows it; " + url + "/access/v1/evaluation allows it too (CHG-1)");
        assertThat(line).isEqualTo("POST /access/v1/evaluation application/json");
    }

    @Test
    void theQuestion_isAnAuthZenEvaluation() throws Exception {
        ask(answer(200, "{\"decision\":true}"), null);
        JsonFields body = Json.readObject(asked, 10_000);
        assertThat(body.keys()).containsExactly("subject", "action", "resource", "context");
        JsonFields subject = body.object("subject");
        assertThat(subject.string("type") + " " + subject.string("id")).isEqualTo("workload shop");
        assertThat(subject.object("properties").string("uid")).isEqualTo("1000");
        assertThat(subject.object("properties").string("deployment")).isEqualTo("/srv/a.war");
        assertThat(body.object("action").string("name")).isEqualTo("connect");
        assertThat(body.object("action").object("properties").string("user")).isEqualTo("orders");
        assertThat(body.object("action").object("properties").strings("via")).containsExactly("a=b");
        JsonFields resource = body.object("resource");
        assertThat(resource.string("type") + " " + resource.string("id")).isEqualTo("secret orders-db");
        assertThat(resource.object("properties").string("target")).isEqualTo("postgresql://db:5432/orders");
        assertThat(body.object("context").string("time")).isEqualTo("2027-01-15T08:00:00Z");
        assertThat(body.object("context").string("grant")).isEqualTo("g1");
    }

    @Test
    void refusal_denies_withItsReasonOnOneLine() throws Exception {
        String url = answer(200, "{\"decision\":false,\"context\":{\"reason\":\"no ticket\\nlethe: allowed\"}}");
        Decision decision = ask(url, null);
        assertThat(decision.allowed()).isFalse();
        assertThat(decision.reason())
                .isEqualTo(
                        "grant g1 allows it, but " + url + "/access/v1/evaluation does not (no ticket?lethe: allowed)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | {}                                | holds no decision",
                "200 | {\"decision\":\"true\"}           | holds no decision",
                "200 | {\"decision\":1}                  | holds no decision",
                "200 | {\"decision\":null}               | holds no decision",
                "200 | [true]                            | holds no decision",
                "200 | {\"decision\":true,\"decision\":true} | is no JSON",
                "200 | {\"decision\":true} x             | is no JSON",
                "200 | <html>yes</html>                  | is no JSON",
                "401 | {\"decision\":true}               | status 401",
                "500 | {\"decision\":true}               | status 500",
                "302 | {\"decision\":true}               | status 302",
            })
    void anythingElse_denies(int status, String body, String why) throws Exception {
        Decision decision = ask(answer(status, body), null);
        assertThat(decision.allowed()).isFalse();
        assertThat(decision.reason()).contains(why).doesNotContain("\n");
    }

    @Test
    void nullsAndFractionsInTheContext_areNoObstacle() throws Exception {
        assertThat(ask(
                                answer(
                                        200,
                                        "{\"decision\":true,\"context\":{\"score\":0.5e1,\"x\":null,\"y\":[null,-1.5]}}"),
                                null)
                        .allowed())
                .isTrue();
    }

    @Test
    void tooLarge_denies() throws Exception {
        String url = answer(200, "{\"decision\":true,\"x\":\"" + "y".repeat(Reply.MAX_BODY) + "\"}");
        assertThat(ask(url, null).reason()).contains("its answer is longer than 65536 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"dec\r\nd;x=y\r\nision\":true }\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\n\r\n{\"decision\":true}",
                "HTTP/1.0 200 OK\nContent-Length: 17\n\n{\"decision\":true}trailing",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 17\r\n\r\n{\"decision\":true}",
            })
    void allFramings_areRead(String answer) throws Exception {
        try (Raw raw = new Raw(answer, false)) {
            assertThat(ask(raw.url(), null).allowed()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yes",
                "SSH-2.0-x\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"decision\":true}",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{\"decision\":true}",
                "HTTP/1.1 200 OK\r\nContent-Length: 17\r\nContent-Length: 18\r\n\r\n{\"decision\":true} ",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n{\"decision\":true}",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{\"decision\":true}",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n11\r\n{\"decision\":true}",
            })
    void garbage_denies(String answer) throws Exception {
        try (Raw raw = new Raw(answer, false)) {
            Decision decision = ask(raw.url(), null);
            assertThat(decision.allowed()).isFalse();
            assertThat(decision.reason())
                    .contains("could not be asked: its answer")
                    .doesNotContain("\n");
        }
    }

    @Test
    void noAnswerInTime_deniesAndIsWorthARetry() throws Exception {
        try (Raw silent = new Raw("", true)) {
            unavailable(silent.url(), 100, "did not answer in time");
        }
        // A byte now and then does not keep it waiting, neither in the head nor in the body.
        try (Raw dripping = new Raw("HTTP/1.1 200 OK\r\n\r\n", true)) {
            unavailable(dripping.url(), 300, "did not answer in time");
        }
        // The head of a TLS record that never gets whole.
        try (Raw dripping = new Raw("\026\003\003\100\000", true)) {
            unavailable(dripping.url().replace("http:", "https:"), 300, "did not answer in time");
        }
    }

    @Test
    void nobodyThere_isWorthARetry() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        unavailable("http://127.0.0.1:" + port, 2_000, "cannot be reached");
    }

    @Test
    void tls_isCheckedAgainstTheGivenAuthorities_andTheName() throws Exception {
        File ca = tls("localhost");
        String url = "https://localhost:" + server.getAddress().getPort();
        assertThat(ask(url, ca).allowed()).isTrue();
        assertThat(ask(url, null).reason()).contains("could not be asked").contains("PKIX");
        assertThat(ask(url.replace("localhost", "127.0.0.1"), ca).reason()).contains("could not be asked");
        assertThat(ask(url, folder.resolve("gone.pem").toFile()).allowed()).isFalse();
    }

    @Test
    void theApplicationsProxies_areNotAsked() throws Exception {
        String url = answer(200, "{\"decision\":true}");
        ProxySelector before = ProxySelector.getDefault();
        ProxySelector.setDefault(new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                throw new IllegalStateException("asked for " + uri);
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException why) {}
        });
        try {
            assertThat(ask(url, null).allowed()).isTrue();
        } finally {
            ProxySelector.setDefault(before);
        }
    }

    @Test
    void addresses_areUrlsWithoutAnythingSecret() {
        assertThat(AskAddress.parse("https://pdp.example")).hasToString("https://pdp.example/access/v1/evaluation");
        assertThat(AskAddress.parse("https://pdp.example:8443/t/1/"))
                .hasToString("https://pdp.example:8443/t/1/access/v1/evaluation");
        assertThat(AskAddress.parse("https://pdp.example/access/v1/evaluation"))
                .hasToString("https://pdp.example/access/v1/evaluation");
        assertThat(AskAddress.parse("http://[::1]:8080").isOpen()).isFalse();
        assertThat(AskAddress.parse("http://127.0.0.1").isOpen()).isFalse();
        assertThat(AskAddress.parse("http://pdp.example").isOpen()).isTrue();
        assertThat(AskAddress.parse("https://pdp.example").isOpen()).isFalse();
        for (String wrong :
                new String[] {"pdp.example", "ftp://pdp", "https://", "https://u:p@pdp", "https://pdp?x=y", "a b"}) {
            assertThatThrownBy(() -> AskAddress.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static void unavailable(String url, long millis, String why) {
        assertThatThrownBy(() -> ask(url, null, millis))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("no secret for lethe:orders-db on postgresql://db:5432/orders: " + url)
                .hasMessageContaining(why)
                .extracting(e -> ((BrokerException) e).kind())
                .isEqualTo(BrokerException.Kind.UNAVAILABLE);
    }

    private static Decision ask(String url, File ca) throws BrokerException {
        return ask(url, ca, 60_000);
    }

    private static Decision ask(String url, File ca, long millis) throws BrokerException {
        Request request = new Request(
                        new Workload("shop", Map.of("uid", "1000"), "self"),
                        "orders-db",
                        "password",
                        Target.parse("postgresql://db/orders"),
                        "connect",
                        "orders",
                        List.of("a=b"))
                .by(Caller.assumed("/srv/a.war", null));
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        return new AuthZen(AskAddress.parse(url), ca).decide(request, GRANTED, NOW, deadline);
    }

    private String answer(int status, String body) throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        serve(status, body);
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void serve(int status, String body) {
        server.createContext("/", exchange -> {
            asked = exchange.getRequestBody().readAllBytes();
            line = exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Content-Type");
            reply(exchange, status, body.getBytes(UTF_8));
        });
        server.start();
    }

    private static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private File tls(String name) throws Exception {
        Path store = folder.resolve("server.p12");
        Path pem = folder.resolve("ca.pem");
        keytool("-genkeypair", "-keystore", store.toString(), "-dname", "CN=" + name, "-ext", "san=dns:" + name);
        keytool("-exportcert", "-rfc", "-keystore", store.toString(), "-file", pem.toString());
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "changeit".toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer https = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(context));
        server = https;
        serve(200, "{\"decision\":true}");
        return pem.toFile();
    }

    private static void keytool(String command, String... more) throws Exception {
        List<String> all = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), command));
        all.addAll(List.of(more));
        all.addAll(List.of("-storepass", "changeit", "-storetype", "PKCS12", "-alias", "server"));
        if (command.equals("-genkeypair")) {
            all.addAll(List.of("-keyalg", "EC"));
        }
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    /** Answers with these bytes, whatever it is sent; then ends, or goes on with a space now and then. */
    private static final class Raw implements AutoCloseable {

        private final ServerSocket listening;

        Raw(String answer, boolean drips) throws IOException {
            listening = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
            Thread thread = new Thread(() -> {
                try (Socket socket = listening.accept()) {
                    socket.getInputStream().read(new byte[65_536]);
                    OutputStream out = socket.getOutputStream();
                    out.write(answer.getBytes(UTF_8));
                    out.flush();
                    while (drips && !listening.isClosed()) {
                        if (!answer.isEmpty()) {
                            out.write(' ');
                            out.flush();
                        }
                        Thread.sleep(20);
                    }
                } catch (IOException | InterruptedException e) {
                    // The other end has gone, as it should.
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        String url() {
            return "http://127.0.0.1:" + listening.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }
}
