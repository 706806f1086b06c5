package io.lethe.harness;

import io.lethe.broker.json.Json;
import io.lethe.broker.json.JsonException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A server of OpenBao's API and its administrator. {@link OpenBaoDouble} as a process, unless {@code LETHE_OPENBAO_ADDR} names a
 * real one, with {@code LETHE_OPENBAO_TOKEN_FILE} (root's) and {@code LETHE_OPENBAO_CA}; there AppRole is enabled at
 * {@code approle} and KV version 2 at {@code secret}. One thread.
 */
public final class OpenBao implements AutoCloseable {

    private final Path directory = TemporaryFiles.directory("lethe-openbao-");
    private final String address;
    private final String root;
    private final Path authorities;
    private final HttpClient client;
    private final ServerProcess process;

    private OpenBao(String address, String root, Path authorities, ServerProcess process) {
        this.address = address;
        this.root = root;
        this.authorities = authorities;
        this.process = process;
        this.client = HttpClient.newBuilder().sslContext(trusting(authorities)).build();
    }

    /** The double, or the real one. */
    public static OpenBao start(Authority authority) {
        String real = System.getenv("LETHE_OPENBAO_ADDR");
        if (real == null) {
            return start(authority, authority.server("openbao"));
        }
        try {
            String token = Files.readString(Path.of(System.getenv("LETHE_OPENBAO_TOKEN_FILE")));
            return new OpenBao(real, token.trim(), Path.of(System.getenv("LETHE_OPENBAO_CA")), null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The double, with this certificate. */
    static OpenBao start(Authority authority, Authority.Identity identity) {
        Path directory = TemporaryFiles.directory("lethe-openbao-double-");
        String root = "s." + Secrets.text(Secrets.random(24));
        int port = ServerProcess.freePorts(1).get(0);
        Path token = write(directory.resolve("root"), root.getBytes(StandardCharsets.US_ASCII));
        ServerProcess process = new ServerProcess(
                directory,
                port,
                List.of(
                        Jdks.running().java().toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OpenBaoDouble.class.getName(),
                        Integer.toString(port),
                        identity.directory().toString(),
                        identity.name(),
                        token.toString()));
        return new OpenBao("https://localhost:" + port, root, authority.certificate(), process);
    }

    /** Whether it is the double, which can be told to fail. */
    public boolean isDouble() {
        return process != null;
    }

    /** Its URL. */
    public String address() {
        return address;
    }

    /** The certificate, PEM, that vouches for it. */
    public Path authorities() {
        return authorities;
    }

    /** Writes a new version of a secret. */
    public OpenBao put(String name, Map<String, String> data) {
        must("POST", "v1/secret/data/" + name, Map.of("data", new TreeMap<String, Object>(data)));
        return this;
    }

    /** Deletes the newest version, so that it can be had back. */
    public void delete(String name) {
        must("DELETE", "v1/secret/data/" + name, Map.of());
    }

    /** Destroys versions for good. */
    public void destroy(String name, long version) {
        must("POST", "v1/secret/destroy/" + name, Map.of("versions", List.of(version)));
    }

    /**
     * A role of AppRole that may read these secrets.
     *
     * @return its role-id
     */
    public String role(String name, long uses, String... secrets) {
        StringBuilder policy = new StringBuilder();
        for (String secret : secrets) {
            policy.append("path \"secret/data/").append(secret).append("\" { capabilities = [\"read\"] }\n");
        }
        must("PUT", "v1/sys/policies/acl/" + name, Map.of("policy", policy.toString()));
        must(
                "POST",
                "v1/auth/approle/role/" + name,
                Map.of("token_policies", List.of(name), "secret_id_num_uses", uses));
        return String.valueOf(
                in(must("GET", "v1/auth/approle/role/" + name + "/role-id", Map.of()), "data", "role_id"));
    }

    /** A new secret-id of a role. */
    public byte[] secretId(String role) {
        Object answer = must("POST", "v1/auth/approle/role/" + role + "/secret-id", Map.of());
        return String.valueOf(in(answer, "data", "secret_id")).getBytes(StandardCharsets.US_ASCII);
    }

    public void seal() {
        must("PUT", "v1/sys/seal", Map.of());
    }

    /** The double's; a real one wants keys. */
    void unseal() {
        must("PUT", "v1/sys/unseal", Map.of());
    }

    /** Makes the double answer the next requests below this path of the API with this status. */
    void fail(String path, int status, long times) {
        must("PUT", "double/fault", Map.of("path", path, "status", (long) status, "times", times));
    }

    /** Makes the double's next answers below this path {@code slow}, {@code truncated}, {@code oversized}, {@code malformed}, {@code drop}. */
    void spoil(String path, String kind, long times) {
        must("PUT", "double/fault", Map.of("path", path, "kind", kind, "times", times));
    }

    /** All requests that the double has seen: method, path, status. */
    List<String> log() {
        return strings(in(must("GET", "double/log", Map.of()), "log"));
    }

    /** All tokens that the double has issued. */
    List<String> issued() {
        return strings(in(must("GET", "double/tokens", Map.of()), "issued"));
    }

    /** Those that have not been ended. */
    List<String> live() {
        return strings(in(must("GET", "double/tokens", Map.of()), "live"));
    }

    /** A file of this process's user alone. */
    Path secretFile(String name, byte[] content) {
        return write(directory.resolve(name), content);
    }

    private static Path write(Path file, byte[] content) {
        try {
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Object must(String method, String path, Map<String, Object> json) {
        HttpRequest.BodyPublisher body = json.isEmpty()
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofByteArray(Json.write(new TreeMap<>(json)));
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + "/" + path))
                .header("X-Vault-Token", root)
                .method(method, body)
                .build();
        try {
            HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() / 100 != 2) {
                throw new IllegalStateException(method + " " + path + ": " + answer.statusCode());
            }
            return answer.body().length == 0 ? Map.of() : Json.readForeign(answer.body(), 1 << 20);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JsonException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Object in(Object json, String... path) {
        Object value = json;
        for (String key : path) {
            value = ((Map<?, ?>) value).get(key);
        }
        return value;
    }

    private static List<String> strings(Object json) {
        return ((List<?>) json).stream().map(String::valueOf).toList();
    }

    private static SSLContext trusting(Path pem) {
        try (InputStream in = Files.newInputStream(pem)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int count = 0;
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca-" + count++, each);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
