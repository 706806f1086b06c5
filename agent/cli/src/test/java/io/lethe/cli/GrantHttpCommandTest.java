package io.lethe.cli;

import static io.lethe.cli.Cli.bytes;
import static io.lethe.cli.Cli.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.broker.audit.Audit;
import io.lethe.broker.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrantHttpCommandTest {

    private static final String TARGET = "https://api.example/v1";
    private static final String PIN = "sha256/" + Base64.getEncoder().encodeToString(new byte[32]);

    @TempDir
    static Path keys;

    private static String ca;
    private static String expired;
    private static String server;
    private static String privateKey;

    @TempDir
    Path dir;

    private String vault;

    @BeforeAll
    static void certificates() throws Exception {
        Path store = keys.resolve("keys.p12");
        keytool(store, "ca", "CN=Test CA", "-ext", "bc:c", "-validity", "30000");
        keytool(store, "expired", "CN=Old CA", "-ext", "bc:c", "-startdate", "-10d", "-validity", "5");
        keytool(store, "server", "CN=api.example", "-validity", "30000");
        KeyStore loaded = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(store)) {
            loaded.load(in, "changeit".toCharArray());
        }
        ca = pem("CERTIFICATE", loaded.getCertificate("ca"));
        expired = pem("CERTIFICATE", loaded.getCertificate("expired"));
        server = pem("CERTIFICATE", loaded.getCertificate("server"));
        privateKey = pem(
                "PRIVATE KEY", loaded.getKey("server", "changeit".toCharArray()).getEncoded());
    }

    @BeforeEach
    void vault() {
        vault = dir.resolve("vault").toString();
        assertThat(run("vault", "init", vault).code).isEqualTo(0);
        assertThat(run(bytes("S3cret"), "vault", "put", "payments", "--vault", vault).code)
                .isEqualTo(0);
    }

    @Test
    void aGrant_saysWhereInARequest_byDefaultTheAuthorizationHeaders() {
        assertThat(grant().toString())
                .isEqualTo("exit 0\ngranted g1: lethe:payments to https://api.example:443/v1 in header:authorization,"
                        + " header:proxy-authorization by workload default, 60 s a lease\n");
        explained(0, "GET https://api.example:443/v1/a in header:authorization: grant g1 allows it");
        explained(0, "g1 allows it", "--method", "BREW", "--header", "PROXY-Authorization");
        explained(
                1,
                "grant g1 allows header:authorization or header:proxy-authorization, this is header:x-api-key",
                "--header",
                "X-Api-Key");
    }

    @Test
    void allConditions_areListed_andDecide() throws Exception {
        Cli grant = grant(
                "--header",
                "X-Api-Key",
                "--cookie",
                "sid",
                "--form",
                "client_secret",
                "--query",
                "token",
                "--path",
                "--method",
                "GET",
                "--method",
                "POST",
                "--ca",
                file(ca),
                "--pin",
                PIN);
        assertThat(grant.code).as(grant.toString()).isEqualTo(0);
        assertThat(grant.err).isEmpty();
        Cli list = run("vault", "list", "--vault", vault);
        assertThat(list.out)
                .contains(
                        " in header:x-api-key, cookie:sid, form:client_secret, query:token, path of GET, POST by workload")
                .contains(", CA 'CN=Test CA' until 2")
                .contains(", pin " + PIN)
                .doesNotContain("as its own user", "S3cret");
        Cli json = run("vault", "list", "--json", "--vault", vault);
        Map<?, ?> read =
                (Map<?, ?>) Json.readObject(json.bytes, 100_000).list("grants").get(0);
        assertThat(read.get("positions"))
                .isEqualTo(List.of("header:x-api-key", "cookie:sid", "form:client_secret", "query:token", "path"));
        assertThat(read.get("methods")).isEqualTo(List.of("GET", "POST"));
        assertThat(read.get("pins")).isEqualTo(List.of(PIN));
        assertThat((List<?>) read.get("authorities")).hasSize(1);

        explained(0, "g1 allows it", "--cookie", "sid");
        explained(0, "g1 allows it", "--path", "--method", "POST");
        explained(0, "g1 allows it", "--form", "client_secret");
        explained(0, "g1 allows it", "--query", "token");
        explained(1, "allows GET or POST, this is PUT", "--path", "--method", "PUT");
        explained(1, "this is header:authorization");
        assertThat(run("doctor", "--vault", vault).out)
                .contains("lets the secret stand in a URL, which servers and proxies log: query:token")
                .contains("lets the secret stand in a URL, which servers and proxies log: path");
    }

    @ParameterizedTest
    @CsvSource({
        "--header, Authorization: Bearer, is not a name of a header",
        "--header, '', is not a name of a header",
        "--cookie, a=b, is not a name of a cookie",
        "--form, '', is not a name of a form field",
        "--query, '', is not a name of a query parameter",
        "--method, get, is no HTTP method; write it in upper case",
        "--pin, AAAA, is not a pin",
        "--pin, sha256/AAAA, is not a pin",
        "--ca, /nowhere/ca.pem, there is no file /nowhere/ca.pem",
        "--ca, /, cannot be read"
    })
    void whatMakesNoSense_isOneLine(String option, String value, String message) {
        Cli cli = grant(option, value);
        assertThat(cli.code).as(cli.toString()).isIn(2, 3);
        assertThat(cli.out).isEmpty();
        assertThat(cli.err).contains(message).hasLineCount(1);
        assertThat(run("vault", "list", "--vault", vault).out).doesNotContain("grant g");
    }

    @Test
    void conditionsOfHttp_needATargetOfHttp() throws Exception {
        refused("is neither; make two grants", "postgresql://db/x", "--user", "u", "--header", "X");
        refused("is neither; make two grants", "postgresql://db/x", "--user", "u", "--method", "GET");
        refused("--ca and --pin are about https", "http://api.example", "--ca", file(ca));
        refused("--ca and --pin are about https", "derby://db/x", "--user", "u", "--pin", PIN);
        Cli explain =
                run("explain", "--secret", "payments", "--target", "h2://db/x", "--header", "X", "--vault", vault);
        assertThat(explain.code).isEqualTo(2);
        assertThat(explain.err).contains("are about http and https").hasLineCount(1);
        assertThat(explain("--user", "u").err).contains("--user is about databases");
        assertThat(explain("--path", "--header", "X").err).contains("one position is asked for at a time");
        assertThat(explain("--method", "GET", "--method", "PUT").code).isEqualTo(2);
    }

    @Test
    void aPrivateKey_isRefused_andNotShown() throws Exception {
        String shown = privateKey.split("\n")[1];
        for (String text : List.of(
                privateKey,
                ca + privateKey,
                privateKey + ca,
                "text\n  " + privateKey,
                ca + privateKey.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"),
                privateKey.replace("PRIVATE KEY", "OPENSSH PRIVATE KEY"),
                privateKey.replace("PRIVATE KEY", "RSA PRIVATE KEY"))) {
            Cli cli = grant("--ca", file(text));
            assertThat(cli.code).isEqualTo(2);
            assertThat(cli.err)
                    .contains("holds a private key; name a file that holds certificates only")
                    .hasLineCount(1);
            assertThat(cli.toString()).doesNotContain(shown, shown.substring(0, 20));
        }
        assertThat(run("vault", "list", "--vault", vault).out).doesNotContain("grant g");
    }

    @Test
    void whatIsNoCertificate_saysSo_withoutShowingIt() throws Exception {
        String body = ca.substring(ca.indexOf('\n') + 1, ca.lastIndexOf("-----END"));
        ca("holds no certificate in PEM, which has a line -----BEGIN CERTIFICATE-----", "");
        ca("holds no certificate in PEM", "S3cret-key-material\n");
        ca("holds a PUBLIC KEY that is no certificate", ca.replace("CERTIFICATE", "PUBLIC KEY"));
        ca("holds a TRUSTED CERTIFICATE that", ca.replace("CERTIFICATE", "TRUSTED CERTIFICATE"));
        ca("holds something that is no certificate", "-----BEGIN s3cret-----\nS3cret\n");
        ca("holds something that is no certificate", "-----BEGIN " + "A".repeat(100) + "-----\n");
        ca("certificate 1 in ", ca.substring(0, ca.length() / 2));
        ca("is cut off: its line -----END CERTIFICATE----- is missing", ca + ca.replaceAll("-----END.*", ""));
        ca("is cut off", ca.replaceAll("-----END.*", "") + ca);
        ca("certificate 1 in ", ca.replace(body, body.substring(0, body.length() / 2)));
        ca("is damaged", ca.replace(body, "S3cret!\n"));
        ca("is damaged", ca.replace(body, ""));
        ca("certificate 2 in ", ca + server.replace(server.split("\n")[1], server.split("\n")[2]));
        byte[] der = Base64.getMimeDecoder().decode(body);
        byte[] withTail = Arrays.copyOf(der, der.length + 3);
        ca("is damaged", pem("CERTIFICATE", withTail));
        Files.write(dir.resolve("ca.der"), der);
        Cli cli = grant("--ca", dir.resolve("ca.der").toString());
        assertThat(cli.err).contains("openssl x509 -inform der").hasLineCount(1);
        Files.write(dir.resolve("large"), new byte[1 << 20]);
        assertThat(grant("--ca", dir.resolve("large").toString()).err).contains("is longer than 1 MiB");
        ca("at most 20 authorities", manyCertificates());
    }

    @Test
    void severalCertificates_withTextBetween_areAllTaken_once() throws Exception {
        Cli cli = grant(
                "--ca",
                file("# two\r\n" + ca.replace("\n", "\r\n") + "subject=x\n" + server + ca),
                "--ca",
                file(ca.replace("CERTIFICATE", "X509 CERTIFICATE")));
        assertThat(cli.code).as(cli.toString()).isEqualTo(0);
        assertThat(cli.out).contains("CA 'CN=Test CA'", "CA 'CN=api.example'");
        assertThat(cli.err)
                .contains("g1 trusts 'CN=api.example', which is no certificate authority")
                .hasLineCount(1);
    }

    @Test
    void anExpiredAuthority_isWarnedOf() throws Exception {
        Cli cli = grant("--ca", file(expired));
        assertThat(cli.code).isEqualTo(0);
        assertThat(cli.err)
                .startsWith("lethe vault grant: g1 trusts 'CN=Old CA', which expired on 2")
                .hasLineCount(1);
        assertThat(run("doctor", "--vault", vault).out).contains("grant g1 trusts 'CN=Old CA', which expired on 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"S3cret\n", "S3cret\r\n", "S3cret\r", "\n"})
    void aTrailingLineBreak_isStored_andWarnedOf(String value) {
        Cli put = run(bytes(value), "vault", "put", "it", "--vault", vault);
        assertThat(put.code).isEqualTo(0);
        assertThat(put.err)
                .contains("ends with a line break, which was stored byte for byte; strip it if")
                .hasLineCount(1)
                .doesNotContain("S3cret");
        assertThat(run("vault", "get", "it", "--reveal", "--reason", "test", "--vault", vault).bytes)
                .isEqualTo(bytes(value));
    }

    @Test
    void recordsOfRequests_areShownWithMethodAndPosition_andVerified() throws Exception {
        Path folder = Files.createDirectory(dir.resolve("audit"));
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", "decision");
        event.put("target", "https://api.example:443/v1");
        event.put("method", "GET\u001b[2J");
        event.put("position", "header:authorization");
        try (Audit audit = new Audit(folder.toFile(), Map.of(), true)) {
            audit.durably(List.of(event));
        }
        assertThat(run("audit", "show", folder.toString()).out)
                .contains("target=https://api.example:443/v1  method=GET?[2J  position=header:authorization")
                .doesNotContain("\u001b");
        assertThat(run("audit", "verify", folder.toString()).code).isEqualTo(0);
    }

    private String manyCertificates() throws Exception {
        // Only what a certificate is signed with is not looked at, so a changed signature makes another one.
        byte[] der = Base64.getMimeDecoder().decode(ca.substring(ca.indexOf('\n') + 1, ca.lastIndexOf("-----END")));
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 21; i++) {
            der[der.length - 1] = (byte) i;
            many.append(pem("CERTIFICATE", der));
        }
        return many.toString();
    }

    private void ca(String message, String text) throws Exception {
        Cli cli = grant("--ca", file(text));
        assertThat(cli.code).as(cli.toString()).isEqualTo(2);
        assertThat(cli.err).contains(message).hasLineCount(1).doesNotContain("S3cret");
        assertThat(run("vault", "list", "--vault", vault).out).doesNotContain("grant g");
    }

    private void refused(String message, String target, String... more) {
        List<String> args = new ArrayList<>(List.of("vault", "grant", "payments", "--to", target, "--vault", vault));
        args.addAll(List.of(more));
        Cli cli = run(args.toArray(new String[0]));
        assertThat(cli.code).as(cli.toString()).isEqualTo(2);
        assertThat(cli.err).contains(message).hasLineCount(1);
    }

    private void explained(int code, String message, String... more) {
        Cli cli = explain(more);
        assertThat(cli.code).as(cli.toString()).isEqualTo(code);
        assertThat(cli.out).contains(message);
    }

    private Cli explain(String... more) {
        List<String> args = new ArrayList<>(
                List.of("explain", "--secret", "payments", "--target", TARGET + "/a", "--vault", vault));
        args.addAll(List.of(more));
        return run(args.toArray(new String[0]));
    }

    private Cli grant(String... more) {
        List<String> args = new ArrayList<>(List.of("vault", "grant", "payments", "--to", TARGET, "--vault", vault));
        args.addAll(List.of(more));
        return run(args.toArray(new String[0]));
    }

    private String file(String text) throws Exception {
        Path file = Files.createTempFile(dir, "ca", ".pem");
        Files.writeString(file, text);
        return file.toString();
    }

    private static String pem(String label, Certificate certificate) throws Exception {
        return pem(label, certificate.getEncoded());
    }

    private static String pem(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    private static void keytool(Path store, String alias, String name, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-dname",
                name));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
    }
}
