package io.lethe.harness;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.lethe.broker.json.Json;
import io.lethe.broker.json.JsonException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Speaks as much of OpenBao's HTTP API as Lethe and its tests use, written from the public description of that API, with state of
 * its own: tokens with policies that end, AppRole, the KV engine's versions, seal. A process of its own, so that no scan of an
 * application finds what the server holds.
 *
 * <p>Besides, for tests: {@code PUT /double/fault} makes the next requests fail, {@code GET /double/log} lists the requests,
 * {@code GET /double/tokens} all tokens that were ever issued.
 *
 * <p>Arguments: port, directory and name of an {@link Authority.Identity}, a file with the root token.
 */
public final class OpenBaoDouble {

    private static final int MOST = 1 << 20;
    private static final long TOKEN_SECONDS = 1200;
    private static final Pattern RULE =
            Pattern.compile("path\\s+\"([^\"]+)\"\\s*\\{\\s*capabilities\\s*=\\s*\\[([^\\]]*)\\]\\s*\\}");

    private final String root;
    private final Map<String, Token> tokens = new LinkedHashMap<>();
    private final List<String> issued = new ArrayList<>();
    private final Map<String, String> policies = new TreeMap<>();
    private final Map<String, Role> roles = new TreeMap<>();
    private final Map<String, List<Version>> kv = new TreeMap<>();
    private final List<String> log = new ArrayList<>();
    private boolean sealed;
    private Fault fault = new Fault(0, "", "", 0);

    /** What the next requests get whose path begins so. */
    private record Fault(int status, String kind, String path, long times) {}

    private record Token(List<String> policies, long endsAt) {}

    private static final class Role {
        final String id = UUID.randomUUID().toString();
        final List<String> policies = new ArrayList<>();
        long uses;
        final Map<String, Long> secretIds = new LinkedHashMap<>();
    }

    private static final class Version {
        final Map<String, Object> data;
        boolean deleted;
        boolean destroyed;

        Version(Map<String, Object> data) {
            this.data = data;
        }
    }

    /** The status and the JSON of an answer; no JSON for no content. */
    private record Answer(int status, String json) {}

    private OpenBaoDouble(String root) {
        this.root = root;
        tokens.put(root, new Token(List.of("root"), Long.MAX_VALUE));
    }

    public static void main(String[] args) throws Exception {
        HttpsServer server = HttpsServer.create(
                new InetSocketAddress(InetAddress.getByName("127.0.0.1"), Integer.parseInt(args[0])), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(new Authority.Identity(args[2], Path.of(args[1])).context()));
        OpenBaoDouble openBao =
                new OpenBaoDouble(Files.readString(Path.of(args[3])).trim());
        server.createContext("/", openBao::handle);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            byte[] body = exchange.getRequestBody().readNBytes(MOST);
            Fault now = path.startsWith("/v1/") ? nextFault(path.substring(4)) : new Fault(0, "", "", 0);
            Answer answer = now.status() > 0
                    ? errors(now.status(), "an error that was asked for")
                    : answered(exchange, path, body);
            synchronized (this) {
                log.add(exchange.getRequestMethod() + " " + path + " " + answer.status());
            }
            send(exchange, answer, now.kind());
        }
    }

    private synchronized Answer answered(HttpExchange exchange, String path, byte[] body) {
        try {
            Map<String, Object> json = body.length == 0 ? Map.of() : object(Json.readForeign(body, MOST));
            return path.startsWith("/v1/")
                    ? api(exchange, path.substring(4), json)
                    : path.startsWith("/double/") ? test(path.substring(8), json) : errors(404);
        } catch (JsonException | RuntimeException e) {
            return errors(400, "error parsing JSON");
        }
    }

    private synchronized Fault nextFault(String path) {
        if (fault.times() == 0 || !path.startsWith(fault.path())) {
            return new Fault(0, "", "", 0);
        }
        Fault now = fault;
        fault = new Fault(now.status(), now.kind(), now.path(), now.times() - 1);
        return now;
    }

    private static void send(HttpExchange exchange, Answer answer, String kind) throws IOException {
        byte[] bytes = answer.json().getBytes(StandardCharsets.UTF_8);
        switch (kind) {
            case "slow" -> pause();
            case "malformed" -> bytes = answer.json().replace("\":", "\"").getBytes(StandardCharsets.UTF_8);
            case "oversized" -> bytes = new byte[MOST];
            case "drop" -> {
                return;
            }
            case "closing" -> exchange.getResponseHeaders().set("Connection", "close");
            default -> {}
        }
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        if (bytes.length == 0) {
            exchange.sendResponseHeaders(answer.status(), -1);
            return;
        }
        // Large answers come in chunks, and this server's are all of both kinds.
        boolean chunked = answer.json().contains("\"metadata\":{\"created_time\"");
        exchange.sendResponseHeaders(answer.status(), chunked && kind.isEmpty() ? 0 : bytes.length);
        OutputStream out = exchange.getResponseBody();
        out.write(bytes, 0, kind.equals("truncated") ? bytes.length / 2 : bytes.length);
        out.flush();
    }

    /** Longer than Lethe waits for one try; whoever waits gives up before. */
    private static void pause() {
        try {
            TimeUnit.SECONDS.sleep(6);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Answer test(String what, Map<String, Object> json) {
        switch (what) {
            case "fault":
                fault = new Fault(
                        number(json.get("status")).intValue(),
                        String.valueOf(json.getOrDefault("kind", "")),
                        String.valueOf(json.getOrDefault("path", "")),
                        number(json.get("times")));
                return new Answer(204, "");
            case "log":
                return new Answer(200, text(Map.of("log", log)));
            case "tokens":
                List<String> live = new ArrayList<>(tokens.keySet());
                live.remove(root);
                return new Answer(200, text(Map.of("issued", issued, "live", live)));
            default:
                return errors(404);
        }
    }

    private Answer api(HttpExchange exchange, String path, Map<String, Object> json) {
        String method = exchange.getRequestMethod();
        if (path.equals("sys/health")) {
            return new Answer(sealed ? 503 : 200, "{\"initialized\":true,\"sealed\":" + sealed + ",\"standby\":false}");
        }
        if (path.equals("sys/unseal")) {
            sealed = false;
            return new Answer(200, "{\"sealed\":false}");
        }
        if (sealed) {
            return errors(503, "OpenBao is sealed");
        }
        if (path.equals("auth/approle/login")) {
            return logIn(json);
        }
        String name = exchange.getRequestHeaders().getFirst("X-Vault-Token");
        Token token = name == null ? null : tokens.get(name);
        if (token == null || System.nanoTime() - token.endsAt() > 0 && token.endsAt() != Long.MAX_VALUE) {
            return errors(403, "permission denied");
        }
        if (path.equals("auth/token/revoke-self")) {
            tokens.remove(name);
            return new Answer(204, "");
        }
        if (!allowed(token, path, method)) {
            return errors(403, "permission denied");
        }
        if (path.equals("sys/seal")) {
            sealed = true;
            return new Answer(204, "");
        }
        if (path.startsWith("sys/policies/acl/")) {
            policies.put(path.substring("sys/policies/acl/".length()), String.valueOf(json.get("policy")));
            return new Answer(204, "");
        }
        if (path.startsWith("auth/approle/role/")) {
            return role(path.substring("auth/approle/role/".length()).split("/"), method, json);
        }
        return path.startsWith("secret/") ? kv(path.substring("secret/".length()), method, json) : errors(404);
    }

    private boolean allowed(Token token, String path, String method) {
        if (token.policies().contains("root")) {
            return true;
        }
        String wanted = method.equals("GET") ? "read" : method.equals("DELETE") ? "delete" : "update";
        for (String policy : token.policies()) {
            Matcher rule = RULE.matcher(policies.getOrDefault(policy, ""));
            while (rule.find()) {
                String pattern = rule.group(1);
                boolean matches = pattern.endsWith("*")
                        ? path.startsWith(pattern.substring(0, pattern.length() - 1))
                        : path.equals(pattern);
                if (matches && rule.group(2).contains("\"" + wanted + "\"")) {
                    return true;
                }
            }
        }
        return false;
    }

    private Answer logIn(Map<String, Object> json) {
        for (Role role : roles.values()) {
            Long left = role.secretIds.get(String.valueOf(json.get("secret_id")));
            if (role.id.equals(json.get("role_id")) && left != null) {
                String secretId = String.valueOf(json.get("secret_id"));
                if (left == 1) {
                    role.secretIds.remove(secretId);
                } else if (left > 1) {
                    role.secretIds.put(secretId, left - 1);
                }
                String token = "s." + Secrets.text(Secrets.random(24));
                tokens.put(
                        token, new Token(role.policies, System.nanoTime() + TimeUnit.SECONDS.toNanos(TOKEN_SECONDS)));
                issued.add(token);
                return envelope(
                        "null",
                        "{\"client_token\":\"" + token + "\",\"accessor\":\"" + Secrets.text(Secrets.random(24))
                                + "\",\"policies\":" + text(role.policies) + ",\"lease_duration\":" + TOKEN_SECONDS
                                + ",\"renewable\":true,\"entity_id\":\"\",\"token_type\":\"service\",\"orphan\":true,"
                                + "\"mfa_requirement\":null,\"num_uses\":0}");
            }
        }
        return errors(400, "invalid role or secret ID");
    }

    private Answer role(String[] path, String method, Map<String, Object> json) {
        Role role = roles.computeIfAbsent(path[0], name -> new Role());
        String what = path.length > 1 ? path[1] : "";
        if (what.isEmpty() && !method.equals("GET")) {
            role.policies.clear();
            list(json.get("token_policies")).forEach(policy -> role.policies.add(String.valueOf(policy)));
            role.uses = number(json.get("secret_id_num_uses"));
            return new Answer(204, "");
        }
        if (what.equals("role-id")) {
            return envelope("{\"role_id\":\"" + role.id + "\"}", "null");
        }
        if (what.equals("secret-id") && !method.equals("GET")) {
            String secretId = UUID.randomUUID().toString();
            role.secretIds.put(secretId, role.uses);
            return envelope(
                    "{\"secret_id\":\"" + secretId + "\",\"secret_id_num_uses\":" + role.uses + ",\"secret_id_ttl\":0}",
                    "null");
        }
        return errors(404);
    }

    private Answer kv(String path, String method, Map<String, Object> json) {
        int slash = path.indexOf('/');
        String what = slash < 0 ? path : path.substring(0, slash);
        String name = path.substring(slash + 1);
        List<Version> versions = kv.getOrDefault(name, Collections.emptyList());
        Version newest = versions.isEmpty() ? null : versions.get(versions.size() - 1);
        if (what.equals("data") && !method.equals("GET") && !method.equals("DELETE")) {
            kv.computeIfAbsent(name, n -> new ArrayList<>()).add(new Version(object(json.get("data"))));
            return envelope(
                    metadata(kv.get(name).size(), kv.get(name).get(kv.get(name).size() - 1)), "null");
        }
        if (newest == null) {
            return errors(404);
        }
        switch (what) {
            case "data":
                if (method.equals("DELETE")) {
                    newest.deleted = true;
                    return new Answer(204, "");
                }
                boolean gone = newest.deleted || newest.destroyed;
                Answer found = envelope(
                        "{\"data\":" + (gone ? "null" : text(newest.data)) + ",\"metadata\":"
                                + metadata(versions.size(), newest) + "}",
                        "null");
                return new Answer(gone ? 404 : 200, found.json());
            case "undelete":
                newest.deleted = false;
                return new Answer(204, "");
            case "destroy":
                newest.destroyed = true;
                return new Answer(204, "");
            default:
                return errors(404);
        }
    }

    private static String metadata(int number, Version version) {
        return "{\"created_time\":\"2026-01-01T00:00:00.123456789Z\",\"custom_metadata\":null,\"deletion_time\":\""
                + (version.deleted ? "2026-01-02T00:00:00.5Z" : "") + "\",\"destroyed\":" + version.destroyed
                + ",\"version\":" + number + "}";
    }

    private static Answer envelope(String data, String auth) {
        return new Answer(
                200,
                "{\"request_id\":\"" + UUID.randomUUID()
                        + "\",\"lease_id\":\"\",\"renewable\":false,\"lease_duration\":0,\"data\":" + data
                        + ",\"wrap_info\":null,\"warnings\":null,\"auth\":" + auth + "}\n");
    }

    private static Answer errors(int status, String... errors) {
        return new Answer(status, text(Map.of("errors", List.of(errors))));
    }

    private static String text(Object json) {
        return new String(Json.write(json), StandardCharsets.UTF_8);
    }

    private static Long number(Object json) {
        return json instanceof Long ? (Long) json : 0L;
    }

    private static List<?> list(Object json) {
        return json instanceof List ? (List<?>) json : List.of();
    }

    private static Map<String, Object> object(Object json) {
        Map<String, Object> map = new LinkedHashMap<>();
        if (json instanceof Map) {
            ((Map<?, ?>) json).forEach((key, value) -> map.put(String.valueOf(key), value));
        }
        return map;
    }
}
