package io.lethe.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.broker.json.Json;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GrantsTest {

    private static final long NOW = 1_800_000_000;
    private static final Workload WORKLOAD =
            new Workload("default", Map.of("uid", "1000", "main", "shop.Main"), "self");

    private final GrantBuilder builder =
            Grant.of("orders-db").to("postgresql://db:5432/orders").user("orders");

    @Test
    void noGrant_isDenied() {
        Decision decision = grants().decide(request("db", "orders"), NOW);
        assertThat(decision.allowed()).isFalse();
        assertThat(decision.rule()).isEqualTo(Decision.NO_RULE);
        assertThat(decision.reason()).isEqualTo("no grant names the secret orders-db (lethe vault grant makes one)");
    }

    @Test
    void coveredRequest_isAllowedByItsRule() {
        Decision decision = grants(builder.build("g2")).decide(request("db", "orders"), NOW);
        assertThat(decision.allowed()).isTrue();
        assertThat(decision.rule()).isEqualTo("g2");
        assertThat(decision.policyHash()).isEqualTo("hash");
        assertThat(decision.marks()).containsExactly("unpinned");
    }

    @Test
    void otherTarget_isDeniedWithTheNearestRule() {
        Grant far = Grant.of("orders-db").to("mysql://other/x").user("nobody").build("g1");
        Decision decision = grants(far, builder.build("g2")).decide(request("evil", "orders"), NOW);
        assertThat(decision.allowed()).isFalse();
        assertThat(decision.rule()).isEqualTo("g2");
        assertThat(decision.reason())
                .isEqualTo("grant g2 allows postgresql://db:5432/orders, this is postgresql://evil:5432/orders");
    }

    @Test
    void otherUser_isDenied() {
        assertThat(reason(builder.build("g1"), request("db", "admin")))
                .isEqualTo("grant g1 allows user orders, this is user admin");
    }

    @Test
    void userWithLineFeed_staysOnOneLine() {
        assertThat(reason(builder.build("g1"), request("db", "a\nallowed: \u202eb")))
                .endsWith("this is user a?allowed: ?b");
    }

    @Test
    void theSecretsOwnUser_isAllowedWithoutBeingNamed() {
        Grant grant = Grant.of("orders-db").to("postgresql://db/orders").build("g1");
        Grants withOwn = new Grants(List.of(grant), Map.of("orders-db", "shop"), Set.of("username"), "h", Set.of());
        assertThat(withOwn.decide(request("db", "shop"), NOW).allowed()).isTrue();
        assertThat(withOwn.decide(request("db", null), NOW).allowed()).isTrue();
        assertThat(withOwn.decide(request("db", "other"), NOW).reason())
                .isEqualTo("grant g1 allows user shop, this is user other");
        assertThat(grants(grant).decide(request("db", "shop"), NOW).reason())
                .isEqualTo("grant g1 allows no user, this is user shop");
    }

    @Test
    void noUserAtAll_isDeniedEvenToAny() {
        assertThat(reason(builder.user("*").build("g1"), request("db", null))).contains("needs a user name");
        assertThat(grants(builder.user("*").build("g1"))
                        .decide(request("db", "whoever"), NOW)
                        .allowed())
                .isTrue();
    }

    @Test
    void aUserNamedStar_isNoWildcard() {
        assertThat(grants(builder.build("g1")).decide(request("db", "*"), NOW).allowed())
                .isFalse();
    }

    @Test
    void otherFieldActionViaSecret_areDenied() {
        Grant grant = builder.build("g1");
        Target db = Target.parse("postgresql://db/orders");
        assertThat(reason(grant, new Request(WORKLOAD, "orders-db", "pin", db, "connect", "orders", List.of())))
                .isEqualTo("grant g1 allows the field password, this is pin");
        assertThat(reason(grant, new Request(WORKLOAD, "orders-db", "password", db, "dump", "orders", List.of())))
                .isEqualTo("grant g1 allows to connect, this is to dump");
        assertThat(reason(
                        grant,
                        new Request(
                                WORKLOAD,
                                "orders-db",
                                "password",
                                db,
                                "connect",
                                "orders",
                                List.of("socketFactory=x.Y"))))
                .isEqualTo("grant g1 does not allow socketFactory=x.Y");
        assertThat(grants(grant)
                        .decide(new Request(WORKLOAD, "other", "password", db, "connect", "orders", List.of()), NOW)
                        .allowed())
                .isFalse();
        Grant wide = builder.via("socketFactory=x.Y").build("g1");
        assertThat(grants(wide)
                        .decide(
                                new Request(
                                        WORKLOAD,
                                        "orders-db",
                                        "username",
                                        db,
                                        "connect",
                                        "orders",
                                        List.of("socketFactory=x.Y")),
                                NOW)
                        .allowed())
                .isTrue();
    }

    @Test
    void severalMisses_areAllNamed() {
        assertThat(reason(builder.build("g1"), request("evil", "admin")))
                .isEqualTo("grant g1 allows postgresql://db:5432/orders, this is postgresql://evil:5432/orders;"
                        + " allows user orders, this is user admin");
    }

    @Test
    void workloadSelectors_allHaveToFit() {
        assertThat(grants(builder.workload("uid", "1000")
                                .workload("main", "shop.Main")
                                .build("g1"))
                        .decide(request("db", "orders"), NOW)
                        .allowed())
                .isTrue();
        assertThat(reason(builder.workload("uid", "1001").build("g1"), request("db", "orders")))
                .isEqualTo("grant g1 is for the workload uid 1001, this one's is 1000");
        assertThat(reason(
                        Grant.of("orders-db")
                                .to("postgresql://db/orders")
                                .user("orders")
                                .workload("unit", "x.service")
                                .build("g1"),
                        request("db", "orders")))
                .isEqualTo("grant g1 is for the workload unit x.service, this one's is not known");
        assertThat(reason(
                        Grant.of("orders-db")
                                .to("postgresql://db/orders")
                                .user("orders")
                                .workload("name", "billing")
                                .build("g1"),
                        request("db", "orders")))
                .isEqualTo("grant g1 is for the workload name billing, this one's is default");
    }

    @Test
    void lazySelector_isAskedOnceAndOnlyWhenAGrantNamesIt() {
        AtomicInteger asked = new AtomicInteger();
        Workload workload =
                new Workload("default", Map.of(), Map.of("jar.sha256", () -> "abc" + asked.incrementAndGet()), "self");
        Request request = new Request(
                workload,
                "orders-db",
                "password",
                Target.parse("postgresql://db/orders"),
                "connect",
                "orders",
                List.of());
        assertThat(grants(builder.build("g1")).decide(request, NOW).allowed()).isTrue();
        assertThat(asked).hasValue(0);
        Grants byHash = grants(builder.workload("jar.sha256", "abc1").build("g1"));
        assertThat(byHash.decide(request, NOW).allowed()).isTrue();
        assertThat(byHash.decide(request, NOW).allowed()).isTrue();
        assertThat(asked).hasValue(1);
    }

    @Test
    void expiredGrant_isDeniedFromTheVerySecond() {
        Grants grants = grants(builder.notAfter(NOW).build("g1"));
        assertThat(grants.decide(request("db", "orders"), NOW - 1).allowed()).isTrue();
        assertThat(grants.decide(request("db", "orders"), NOW).reason())
                .isEqualTo("grant g1 expired on 2027-01-15T08:00:00Z");
    }

    @Test
    void json_readsBackAsTheSame() throws Exception {
        Grant grant = builder.field("password")
                .field("pin")
                .to("https://api.example/v1")
                .user("*")
                .workload("uid", "7")
                .ttl(5)
                .notAfter(NOW)
                .weak("md5")
                .via("a=b")
                .header("X-Key")
                .build("g9");
        Object json = grant.toJson();
        Grant back = Grant.fromJson(Json.read(Json.write(json), 10_000));
        assertThat(back.toJson()).isEqualTo(json);
        assertThat(back.actions()).containsExactly("connect", "request");
        assertThat(back.ttlSeconds()).isEqualTo(5);
        assertThat(back.workloads()).containsExactly("default");
    }

    @Test
    void unknownConditionInJson_isRefused() throws Exception {
        Map<String, Object> json = builder.build("g1").toJson();
        json.put("only-on-sundays", true);
        assertThatThrownBy(() -> Grant.fromJson(json)).hasMessage("a grant: unknown key 'only-on-sundays'");
        json.remove("only-on-sundays");
        json.put("weak", Arrays.<Object>asList("plain"));
        assertThatThrownBy(() -> Grant.fromJson(json)).hasMessageStartingWith("grant g1: 'plain' is no weakness");
    }

    @Test
    void senselessConditions_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Grant.of("../x"));
        assertThatIllegalArgumentException().isThrownBy(() -> Grant.of("x").build("g1"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.ttl(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.user(""));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.workload("moon", "full"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.workload("name", "../x"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.notAfter(Long.MAX_VALUE));
    }

    @Test
    void explanation_listsEachGrant() {
        Grants grants = grants(
                builder.build("g1"),
                Grant.of("orders-db")
                        .to("postgresql://evil/orders")
                        .user("orders")
                        .build("g2"));
        Explanation explanation = Explanation.of(grants, request("evil", "orders"), NOW);
        assertThat(explanation.lines())
                .containsExactly(
                        "allowed: lethe:orders-db on postgresql://evil:5432/orders as user orders: grant g2 allows it",
                        "    g1 allows postgresql://db:5432/orders, this is postgresql://evil:5432/orders",
                        "  * g2 allows it",
                        "  policy hash [unpinned]");
        assertThat(explanation.toJson()).containsEntry("rule", "g2").containsEntry("allowed", true);
    }

    private static String reason(Grant grant, Request request) {
        Decision decision = grants(grant).decide(request, NOW);
        assertThat(decision.allowed()).isFalse();
        return decision.reason();
    }

    private static Grants grants(Grant... grants) {
        return new Grants(
                Arrays.asList(grants), Collections.emptyMap(), Set.of("username"), "hash", Set.of("unpinned"));
    }

    private static Request request(String host, String user) {
        return new Request(
                WORKLOAD,
                "orders-db",
                "password",
                Target.parse("postgresql://" + host + "/orders"),
                "connect",
                user,
                List.of());
    }
}
