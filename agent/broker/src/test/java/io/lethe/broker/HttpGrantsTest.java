package io.lethe.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.broker.json.Json;
import io.lethe.secret.Sealed;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpGrantsTest {

    private static final long NOW = 1_800_000_000;
    private static final Workload WORKLOAD = new Workload("default", Map.of(), "self");
    private static final String PIN = "sha256/" + Base64.getEncoder().encodeToString(new byte[32]);
    private static final byte[] DER = {0x30, 1, 2};

    private final GrantBuilder builder = Grant.of("payments").to("https://api.example/v1");

    @Test
    void byDefault_theAuthorizationHeadersAreGranted_withAnyMethod() {
        Grant grant = builder.build("g1");
        assertThat(miss(grant, "GET", "header:authorization")).isNull();
        assertThat(miss(grant, "BREW", "header:proxy-authorization")).isNull();
        assertThat(grant.actions()).containsExactly("request");
        assertThat(grant.namesPositions()).isFalse();
        assertThat(miss(grant, "GET", "header:x-api-key"))
                .isEqualTo(
                        "grant g1 allows header:authorization or header:proxy-authorization, this is header:x-api-key");
    }

    @Test
    void namedPositions_replaceTheDefault() {
        Grant grant = builder.header("X-Api-Key").build("g1");
        assertThat(miss(grant, "GET", "header:x-api-key")).isNull();
        assertThat(miss(grant, "GET", "header:authorization"))
                .isEqualTo("grant g1 allows header:x-api-key, this is header:authorization");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "header:X-Api-Key",
                "header:x-api-key ",
                "header: x-api-key",
                "header:x-api-ke\u212a",
                "Header:x-api-key",
                "header:",
                "header",
                "cookie:x-api-key",
                "cookie:SID",
                "cookie:sid2",
                "form:sid",
                "query:Token",
                "query:",
                "path:",
                "PATH",
                "path/",
                "",
                "*",
                "header:*"
            })
    void otherSpellings_areOtherPositions(String position) {
        Grant grant = builder.header("X-Api-Key")
                .cookie("sid")
                .form("client_secret")
                .query("token")
                .path()
                .build("g1");
        assertThat(miss(grant, "GET", position)).isNotNull().doesNotContain("\n");
        assertThat(grants(grant).names("payments", position)).isFalse();
        for (String granted : grant.positions()) {
            assertThat(miss(grant, "GET", granted)).isNull();
            assertThat(grants(grant).names("payments", granted)).isTrue();
        }
    }

    @Test
    void methods_areThoseThatAreNamed_andCaseMatters() {
        Grant grant = builder.method("GET").method("POST").build("g1");
        assertThat(miss(grant, "POST", "header:authorization")).isNull();
        assertThat(miss(grant, "DELETE", "header:authorization"))
                .isEqualTo("grant g1 allows GET or POST, this is DELETE");
        assertThat(miss(grant, "get", "header:authorization")).endsWith("this is get");
        assertThat(miss(grant, "GET\r\nallowed", "header:authorization")).endsWith("this is GET??allowed");
        assertThat(miss(grant, "", "header:authorization")).isNotNull();
    }

    @Test
    void aRequestWithoutPositionOrMethod_isDenied() {
        Request bare = new Request(
                WORKLOAD, "payments", "password", Target.parse("https://api.example/v1"), "request", null, List.of());
        assertThat(grants(builder.build("g1")).decide(bare, NOW).reason())
                .isEqualTo("grant g1 allows header:authorization or header:proxy-authorization,"
                        + " this is in no known position");
        assertThat(grants(builder.method("GET").build("g1")).decide(bare, NOW).reason())
                .endsWith("allows GET, this is of no known method");
    }

    @Test
    void severalMisses_areAllNamed() {
        Request request = Request.http(
                WORKLOAD,
                "payments",
                "pin",
                Target.http("https", "evil.example", 443, "/v2?token=x"),
                "PUT",
                "cookie:a",
                List.of("proxy=socks://evil"));
        assertThat(grants(builder.method("GET").build("g1"))
                        .decide(request, NOW)
                        .reason())
                .isEqualTo("grant g1 allows https://api.example:443/v1, this is https://evil.example:443/v2;"
                        + " allows header:authorization or header:proxy-authorization, this is cookie:a;"
                        + " allows GET, this is PUT; allows the field password, this is pin;"
                        + " does not allow proxy=socks://evil");
    }

    @Test
    void aGrantForDatabases_coversNoRequest_andNamesNoPosition() {
        Grant jdbc = Grant.of("payments").to("postgresql://db/x").user("u").build("g1");
        assertThat(grants(jdbc).names("payments", "header:authorization")).isFalse();
        Request request = request("GET", "header:authorization", "/v1");
        assertThat(grants(jdbc).decide(request, NOW).allowed()).isFalse();
    }

    @Test
    void names_knowsNothingOfOtherSecrets() {
        Grants grants = grants(builder.build("g1"));
        assertThat(grants.names("payments", "header:authorization")).isTrue();
        assertThat(grants.names("other", "header:authorization")).isFalse();
        assertThat(Position.isDefault("header:authorization")).isTrue();
        assertThat(Position.isDefault("header:x-api-key")).isFalse();
    }

    @Test
    void httpConditions_readBackAsTheSame() throws Exception {
        Grant grant = builder.header("X-Api-Key")
                .cookie("SID")
                .form("client_secret")
                .query("a b")
                .path()
                .method("GET")
                .authority(DER)
                .pin(PIN)
                .build("g1");
        Object json = grant.toJson();
        Grant back = Grant.fromJson(Json.read(Json.write(json), 10_000));
        assertThat(back.toJson()).isEqualTo(json);
        assertThat(back.positions())
                .containsExactly("header:x-api-key", "cookie:SID", "form:client_secret", "query:a b", "path");
        assertThat(back.methods()).containsExactly("GET");
        assertThat(back.trust()).isEqualTo(grant.trust()).hasSameHashCodeAs(grant.trust());
        assertThat(back.trust().authorities()).containsExactly(DER);
        assertThat(back.trust().pins()).containsExactly(PIN);
    }

    @Test
    void aGrantWithoutThem_isWrittenAsBefore() {
        assertThat(builder.build("g1").toJson())
                .containsOnlyKeys("id", "secret", "fields", "targets", "actions", "workload", "ttl");
    }

    @Test
    void headersOfAnOlderIndex_keepTheirMeaning() throws Exception {
        Map<String, Object> json = builder.build("g1").toJson();
        json.put("headers", Arrays.<Object>asList("X-Api-Key", "no header: name"));
        Grant old = Grant.fromJson(json);
        assertThat(old.positions()).containsExactly("header:x-api-key", "header:no header: name");
        assertThat(miss(old, "GET", "header:x-api-key")).isNull();
        assertThat(miss(old, "GET", "header:authorization")).isNotNull();
        assertThat(Grant.fromJson(old.toJson()).positions()).isEqualTo(old.positions());
        Map<String, Object> jdbc = Grant.of("payments")
                .to("postgresql://db/x")
                .user("u")
                .build("g2")
                .toJson();
        jdbc.put("headers", Arrays.<Object>asList("X-Api-Key"));
        assertThat(Grant.fromJson(jdbc).actions()).containsExactly("connect");
    }

    @ParameterizedTest
    @CsvSource({
        "positions, trailer:x, is no position in a request",
        "positions, '', is no position in a request",
        "positions, header, is no position in a request",
        "methods, get, is no HTTP method",
        "methods, 'GET POST', is no HTTP method",
        "methods, '', is no HTTP method",
        "authorities, '!', grant g1",
        "authorities, AAAA, is no certificate",
        "authorities, '', is no certificate",
        "pins, sha256/AAAA, is not a pin",
        "pins, '', is not a pin",
        "position, path, unknown key",
        "ca, AAAA, unknown key"
    })
    void whatIsNotKnownInAnIndex_isRefused(String key, String value, String message) {
        Map<String, Object> json = builder.build("g1").toJson();
        json.put(key, Arrays.<Object>asList(value));
        assertThatThrownBy(() -> Grant.fromJson(json)).hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "Authorization:",
                "Authorization: Bearer x",
                "a b",
                "a\r\nb",
                "a\u00e4",
                "\u212a",
                "a(b",
                "a,b"
            })
    void whatIsNoHeaderName_isRefusedInOneLine(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.header(name))
                .withMessageContaining("is not a name of a header")
                .withMessageNotContaining("\n");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.cookie(name));
    }

    @Test
    void otherSenselessConditions_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> builder.form(""));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.query("a\nb"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.method("get"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.method("G T"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.authority(new byte[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.authority(new byte[] {1}));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.pin("sha1/AAAA"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.pin(PIN + "AAAA"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.pin("sha256/" + "!".repeat(44)));
        for (int i = 0; i < 20; i++) {
            builder.authority(DER);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.authority(DER))
                .withMessageContaining("at most 20");
    }

    @Test
    void conditionsThatATargetNeverAsksFor_areRefusedForNewGrants() {
        GrantBuilder jdbc = Grant.of("payments").to("https://api.example").to("postgresql://db/x");
        jdbc.requireSense();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> jdbc.header("X").requireSense())
                .withMessageContaining("postgresql://db:5432/x is neither; make two grants");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Grant.of("payments")
                        .to("postgresql://db/x")
                        .method("GET")
                        .requireSense());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Grant.of("payments")
                        .to("http://api.example")
                        .authority(DER)
                        .requireSense())
                .withMessage(
                        "--ca and --pin are about https and databases over TLS, and http://api.example:80 is neither; make two grants");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> Grant.of("payments").to("derby://db/x").pin(PIN).requireSense());
        Grant.of("payments").to("postgresql://db/x").pin(PIN).authority(DER).requireSense();
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Grant.of("payments").to("https://b\u00fccher.example").requireSense())
                .withMessageContaining("write its host in ASCII");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Grant.of("payments").to("https://a.example/b\u00fccher").requireSense())
                .withMessageContaining("write its path as it is sent");
    }

    @Test
    void trust_isEqualByValue_andItsArraysAreNotShared() {
        byte[] der = DER.clone();
        Trust trust = new Trust(List.of(der), Set.of());
        der[1] = 9;
        trust.authorities().get(0)[1] = 9;
        assertThat(trust.authorities().get(0)).isEqualTo(DER);
        assertThat(trust).isEqualTo(new Trust(List.of(DER), Set.of())).isNotEqualTo(Trust.DEFAULT);
        assertThat(trust.isDefault()).isFalse();
        assertThat(new Trust(List.of(), Set.of(PIN)).isDefault()).isFalse();
        assertThat(new Trust(List.of(), Set.of())).isEqualTo(Trust.DEFAULT);
        assertThat(Trust.DEFAULT.isDefault()).isTrue();
        assertThat(Trust.pin("sha256/" + "A".repeat(43))).isEqualTo(PIN);
    }

    @Test
    void aLease_coversWhatItsGrantCovers_andNothingElse() {
        Grant grant = builder.method("GET").notAfter(NOW + 10).pin(PIN).build("g1");
        Grant wide = Grant.of("payments").to("https://api.example").build("g2");
        long[] now = {NOW};
        Grants grants = grants(grant, wide);
        Request issuedFor = request("GET", "header:authorization", "/v1/a");
        try (Lease lease = lease(grants.terms(grant, issuedFor, () -> now[0]), 60)) {
            assertThat(lease.covers(issuedFor)).isNull();
            assertThat(lease.covers(request("GET", "header:proxy-authorization", "/v1/b?x")))
                    .isNull();
            assertThat(lease.trust().pins()).containsExactly(PIN);
            assertThat(lease.covers(request("POST", "header:authorization", "/v1/a")))
                    .isEqualTo("grant g1 allows GET, this is POST");
            assertThat(lease.covers(request("GET", "header:x", "/v1/a"))).contains("this is header:x");
            assertThat(lease.covers(request("GET", "header:authorization", "/v2")))
                    .contains("/v2");
            assertThat(lease.covers(other("other", "password")))
                    .isEqualTo("the lease is on lethe:payments#password, this is" + " lethe:other#password");
            assertThat(lease.covers(other("payments", "username"))).contains("this is lethe:payments#username");
            now[0] = NOW + 10;
            assertThat(lease.covers(issuedFor)).startsWith("grant g1 expired on");
        }
        try (Lease expired = lease(grants.terms(grant, issuedFor, () -> NOW), -1)) {
            assertThat(expired.covers(issuedFor)).isEqualTo("the lease has expired");
        }
        try (Lease silent = lease(Terms.of(Set.of("md5"), Trust.DEFAULT), 60)) {
            assertThat(silent.covers(issuedFor)).isEqualTo("its broker did not say what else it covers");
            assertThat(silent.tolerates("md5")).isTrue();
        }
    }

    @Test
    void theQuickAnswer_isThatOfTheLongOne_forEachConditionAlone() {
        Grant request =
                builder.header("X").method("GET").via("a=b").notAfter(NOW + 1).build("g1");
        Grant connect = Grant.of("payments").to("postgresql://db/x").user("u").build("g2");
        Grant other = Grant.of("payments")
                .to("https://api.example/v1")
                .header("X")
                .workload("uid", "7")
                .build("g3");
        Target target = Target.http("https", "api.example", 443, "/v1");
        Target db = Target.parse("postgresql://db/x");
        List<Request> requests = List.of(
                Request.http(WORKLOAD, "payments", "password", target, "GET", "header:x", List.of()),
                Request.http(WORKLOAD, "payments", "password", target, "GET", "header:x", List.of("a=b")),
                Request.http(WORKLOAD, "payments", "password", target, "GET", "header:x", List.of("a=b", "c=d")),
                Request.http(WORKLOAD, "payments", "password", target, "PUT", "header:x", List.of()),
                Request.http(WORKLOAD, "payments", "password", target, "GET", "header:y", List.of()),
                Request.http(WORKLOAD, "payments", "pin", target, "GET", "header:x", List.of()),
                Request.http(WORKLOAD, "payments", "username", target, "GET", "header:x", List.of()),
                Request.http(WORKLOAD, "payments", "password", db, "GET", "header:x", List.of()),
                new Request(WORKLOAD, "payments", "password", target, "request", null, List.of()),
                new Request(WORKLOAD, "payments", "password", target, "connect", "u", List.of()),
                new Request(WORKLOAD, "payments", "password", db, "connect", "u", List.of()),
                new Request(WORKLOAD, "payments", "password", db, "connect", "v", List.of()),
                new Request(WORKLOAD, "payments", "password", db, "connect", null, List.of()),
                new Request(WORKLOAD, "payments", "password", db, "request", "u", List.of()));
        Grants grants = grants(request, connect, other);
        int yes = 0;
        for (Request asked : requests) {
            for (Grant grant : List.of(request, connect, other)) {
                for (long now : new long[] {NOW, NOW + 1}) {
                    boolean covers = grants.covers(grant, asked, now);
                    assertThat(Misses.of(grants, grant, asked, now, null).isEmpty())
                            .isEqualTo(covers);
                    yes += covers ? 1 : 0;
                }
            }
        }
        // Three requests until the first grant ends, one that the second covers at any time, none under the third.
        assertThat(yes).isEqualTo(3 + 2);
    }

    @Test
    void aLease_doesNotCoverWhatAnEarlierGrantDecides() {
        Grant pinned =
                Grant.of("payments").to("https://api.example/v1").pin(PIN).build("g1");
        Grant wide = Grant.of("payments").to("https://api.example").build("g2");
        Grants grants = grants(pinned, wide);
        Request elsewhere = request("GET", "header:authorization", "/v2");
        assertThat(grants.decide(elsewhere, NOW).rule()).isEqualTo("g2");
        try (Lease lease = lease(grants.terms(wide, elsewhere, () -> NOW), 60)) {
            assertThat(lease.covers(elsewhere)).isNull();
            assertThat(lease.covers(request("GET", "header:authorization", "/v1/a")))
                    .isEqualTo("grant g1 decides it, the lease is under g2");
        }
    }

    @Test
    void anExplanation_saysMethodAndPosition() {
        Explanation explanation =
                Explanation.of(grants(builder.build("g1")), request("GET", "header:x-api-key", "/v1?a"), NOW);
        assertThat(explanation.lines().get(0))
                .startsWith("denied: lethe:payments on GET https://api.example:443/v1 in header:x-api-key: grant g1");
        assertThat(explanation.toJson()).containsEntry("method", "GET").containsEntry("position", "header:x-api-key");
    }

    private static Lease lease(Terms terms, long seconds) {
        byte[] secret = "S3cret".getBytes(StandardCharsets.UTF_8);
        return new Lease(
                "lease",
                "1",
                new Decision(true, "g1", "yes", "hash", Set.of()),
                null,
                terms,
                System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds),
                Sealed.of(secret, 0, secret.length),
                0,
                0);
    }

    private static String miss(Grant grant, String method, String position) {
        Decision decision = grants(grant).decide(request(method, position, "/v1/orders"), NOW);
        return decision.allowed() ? null : decision.reason();
    }

    private static Grants grants(Grant... grants) {
        return new Grants(Arrays.asList(grants), Collections.emptyMap(), Set.of("username"), "hash", Set.of());
    }

    private static Request request(String method, String position, String path) {
        return Request.http(
                WORKLOAD,
                "payments",
                "password",
                Target.http("https", "api.example", 443, path),
                method,
                position,
                List.of());
    }

    private static Request other(String secret, String field) {
        return Request.http(
                WORKLOAD,
                secret,
                field,
                Target.http("https", "api.example", 443, "/v1"),
                "GET",
                "header:authorization",
                List.of());
    }
}
