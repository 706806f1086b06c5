package io.lethe.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.broker.audit.Audit;
import io.lethe.secret.Sealed;
import io.lethe.secret.Window;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WarmLeasesTest {

    private static final long LONG = TimeUnit.MINUTES.toNanos(5);
    private static final long NOW = 1_800_000_000;
    private static final Workload WORKLOAD = new Workload("default", Map.of(), "self");

    private final RulesBroker broker = new RulesBroker();
    private final Leases leases = new Leases(broker, null, WORKLOAD, LONG);
    private final WarmLeases warm = new WarmLeases(leases);

    @AfterEach
    void close() {
        warm.close();
        leases.close();
    }

    @Test
    void oneLease_servesAllThatItsGrantCovers() throws Exception {
        broker.grant(Grant.of("payments").to("https://api.example/v1"));
        Set<Lease> seen = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            try (Use use = warm.use(get("/v1/" + i), LONG)) {
                seen.add(use.lease());
                assertThat(opened(use.lease())).isEqualTo("S3cret-1");
            }
        }
        try (Use use = warm.use(request("POST", "header:proxy-authorization", "/v1"), LONG)) {
            seen.add(use.lease());
        }
        assertThat(seen).hasSize(1);
        assertThat(broker.calls).hasValue(1);
    }

    @Test
    void whatTheLeaseDoesNotCover_isAskedAnew_andDeniedOrServedByAnotherGrant() throws Exception {
        broker.grant(Grant.of("payments").to("https://api.example/v1").method("GET"));
        broker.grant(Grant.of("payments").to("https://api.example/v1").method("POST"));
        for (int i = 0; i < 5; i++) {
            try (Use read = warm.use(get("/v1"), LONG);
                    Use write = warm.use(request("POST", "header:authorization", "/v1"), LONG)) {
                assertThat(read.lease().rule()).isEqualTo("g1");
                assertThat(write.lease().rule()).isEqualTo("g2");
            }
        }
        assertThat(broker.calls).hasValue(2);
        assertThatThrownBy(() -> warm.use(get("/v2"), LONG)).hasMessageContaining("this is https://api.example:443/v2");
        assertThatThrownBy(() -> warm.use(request("PUT", "header:authorization", "/v1"), LONG))
                .satisfies(e -> assertThat(((BrokerException) e).kind()).isEqualTo(BrokerException.Kind.DENIED));
        assertThatThrownBy(() -> warm.use(get("/v1/../v2"), LONG)).isInstanceOf(BrokerException.class);
        try (Use read = warm.use(get("/v1"), LONG)) {
            assertThat(read.lease().rule()).isEqualTo("g1");
        }
        assertThat(broker.calls).hasValue(5);
    }

    @Test
    void whichGrantServes_doesNotDependOnWhatWasAskedBefore() throws Exception {
        broker.grant(Grant.of("payments").to("https://api.example/v1").header("Authorization"));
        broker.grant(Grant.of("payments").to("https://api.example"));
        for (int i = 0; i < 3; i++) {
            try (Use wide = warm.use(get("/v2"), LONG);
                    Use narrow = warm.use(get("/v1/a"), LONG)) {
                assertThat(wide.lease().rule()).isEqualTo("g2");
                assertThat(narrow.lease().rule()).isEqualTo("g1");
            }
        }
        assertThat(broker.calls).hasValue(2);
    }

    @Test
    void leasesForOneEndpoint_areLimited_andTheOldestIsWiped() throws Exception {
        List<Lease> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            broker.grant(Grant.of("payments").to("https://api.example").method("M" + i));
        }
        for (int i = 0; i < 20; i++) {
            try (Use use = warm.use(request("M" + i, "header:authorization", "/"), LONG)) {
                all.add(use.lease());
            }
        }
        assertThat(all.stream().filter(WarmLeasesTest::isOpen)).hasSize(16);
        assertThat(isOpen(all.get(3))).isFalse();
        assertThat(isOpen(all.get(4))).isTrue();
    }

    @Test
    void otherEndpointsFieldsAndSecrets_haveLeasesOfTheirOwn() throws Exception {
        broker.grant(Grant.of("payments").field("password").field("pin").to("https://*.example:*"));
        broker.grant(Grant.of("payments").field("password").to("http://api.example"));
        Set<Lease> leasesSeen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Request> requests = List.of(
                http("password", Target.http("https", "api.example", 443, "/")),
                http("password", Target.http("https", "api.example", 8443, "/")),
                http("password", Target.http("https", "other.example", 443, "/")),
                http("password", Target.http("http", "api.example", 80, "/")),
                http("pin", Target.http("https", "api.example", 443, "/")));
        for (int i = 0; i < 3; i++) {
            for (Request request : requests) {
                try (Use use = warm.use(request, LONG)) {
                    leasesSeen.add(use.lease());
                }
            }
        }
        assertThat(leasesSeen).hasSize(requests.size());
        assertThat(broker.calls).hasValue(requests.size());
    }

    @Test
    void closing_wipesWhatIsNotInUse_andTheRestWhenItsLastUseCloses() throws Exception {
        broker.grant(Grant.of("payments").to("https://api.example"));
        Use first = warm.use(get("/a"), LONG);
        Use second = warm.use(get("/b"), LONG);
        Lease lease = first.lease();
        warm.close();
        first.close();
        first.close();
        assertThat(isOpen(lease)).isTrue();
        second.close();
        assertThat(isOpen(lease)).isFalse();
        second.close();
        assertThatThrownBy(() -> warm.use(get("/a"), LONG))
                .hasMessage("no secret for lethe:payments on https://api.example:443/a: the agent has shut down");
    }

    @Test
    void aLease_isWipedWhenItExpires_evenIfNobodyAsksAnyMore() throws Exception {
        broker.grant(Grant.of("payments").to("https://api.example"));
        broker.life = TimeUnit.MILLISECONDS.toNanos(30);
        Use use = warm.use(get("/a"), LONG);
        Lease held = use.lease();
        await(held::expired);
        // Each that is renewed because it was used is wiped in its turn.
        Use later = warm.use(get("/a"), LONG);
        assertThat(later.lease()).isNotSameAs(held);
        assertThat(isOpen(held)).isTrue();
        use.close();
        await(() -> !isOpen(held));
        later.close();
        await(broker::allWiped);
    }

    @Test
    void aUsedLease_isRenewedBeforeItExpires_behindTheBackOfItsUsers() throws Exception {
        broker.grant(Grant.of("payments").to("https://api.example"));
        broker.life = TimeUnit.MILLISECONDS.toNanos(300);
        // Again where the machine slept over the last third of the life.
        await(() -> {
            Lease first = used("/a");
            int calls = broker.calls.get();
            await(() -> broker.calls.get() > calls || first.expired());
            await(() -> !isOpen(first) || first.expired());
            // Wiped because it was replaced, before its time was over.
            boolean inTime = !first.expired();
            await(() -> !isOpen(first));
            return inTime && used("/a") != first;
        });
    }

    @Test
    void anUnusedLease_isNotRenewed() throws Exception {
        broker.grant(Grant.of("payments").to("https://api.example"));
        broker.life = TimeUnit.MILLISECONDS.toNanos(40);
        try (Use use = warm.use(get("/a"), LONG)) {
            assertThat(use.lease()).isNotNull();
        }
        await(broker::allWiped);
        int calls = broker.calls.get();
        assertThat(calls).isLessThanOrEqualTo(2);
        await(() -> broker.calls.get() == calls && broker.allWiped());
    }

    @Test
    void aRenewalThatFails_leavesTheLeaseToItsEnd() throws Exception {
        broker.grant(Grant.of("payments").to("https://api.example"));
        broker.life = TimeUnit.MILLISECONDS.toNanos(300);
        await(() -> {
            broker.failure = null;
            Lease first = used("/a");
            broker.failure = new BrokerException(BrokerException.Kind.BROKEN, "down");
            int calls = broker.calls.get();
            await(() -> broker.calls.get() > calls || first.expired());
            boolean served = used("/a") == first;
            await(first::expired);
            assertThatThrownBy(() -> warm.use(get("/a"), LONG)).hasMessage("down");
            await(() -> !isOpen(first));
            return served;
        });
    }

    @Test
    void aRemovedGrant_isSeenWithinASecond_alsoAfterAPause() throws Exception {
        broker.grant(Grant.of("payments").to("https://api.example"));
        Use held = warm.use(get("/a"), LONG);
        broker.revokeAll();
        long revoked = System.nanoTime();
        long lastUse = revoked;
        boolean denied = false;
        while (!denied) {
            try (Use use = warm.use(get("/a"), LONG)) {
                lastUse = System.nanoTime();
                assertThat(isOpen(use.lease())).isTrue();
            } catch (BrokerException e) {
                assertThat(e.kind()).isEqualTo(BrokerException.Kind.DENIED);
                denied = true;
            }
        }
        // What was begun before the second was over may end after it on a busy machine; the rule is about the age of a
        // look.
        assertThat(Freshness.MAX_AGE).isEqualTo(TimeUnit.SECONDS.toNanos(1));
        assertThat(broker.looksSince(revoked)).isGreaterThanOrEqualTo(1);
        assertThat(lastUse).isGreaterThanOrEqualTo(revoked);
        assertThat(isOpen(held.lease())).isTrue();
        held.close();
        assertThat(isOpen(held.lease())).isFalse();
    }

    @Test
    void looks_areTakenAboutOnceASecond_howeverMuchIsUsed() throws Exception {
        broker.grant(Grant.of("payments").to("https://api.example"));
        long begin = System.nanoTime();
        int uses = 0;
        while (broker.looks.get() < 3) {
            warm.use(get("/a"), LONG).close();
            uses++;
        }
        long took = System.nanoTime() - begin;
        assertThat(took).isGreaterThanOrEqualTo(2 * Freshness.LOOK_AGAIN);
        assertThat(uses).isGreaterThan(broker.looks.get());
        assertThat(broker.calls).hasValue(1);
    }

    @Test
    void aNewVersion_replacesTheLease() throws Exception {
        broker.grant(Grant.of("payments").to("https://api.example"));
        Use old = warm.use(get("/a"), LONG);
        broker.put("S3cret-2");
        await(() -> {
            try (Use use = warm.use(get("/a"), LONG)) {
                return opened(use.lease()).equals("S3cret-2");
            } catch (BrokerException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(opened(old.lease())).isEqualTo("S3cret-1");
        old.close();
        assertThat(isOpen(old.lease())).isFalse();
    }

    @Test
    void anAnswerFromBeforeAChange_isNotKept() throws Exception {
        broker.grant(Grant.of("payments").to("https://api.example"));
        warm.use(get("/a"), LONG).close();
        broker.grant(
                Grant.of("payments").to("https://api.example").method("POST").header("X"));
        await(() -> tryUse("/a") && broker.looks.get() > 2);
        // Issued under this version, answered after the next one was seen.
        broker.gate = new CountDownLatch(1);
        Request odd = request("POST", "header:x", "/");
        Throwable[] failure = new Throwable[1];
        String[] got = new String[1];
        Thread asker = new Thread(() -> {
            try (Use use = warm.use(odd, LONG)) {
                got[0] = opened(use.lease());
            } catch (Throwable t) {
                failure[0] = t;
            }
        });
        broker.beforeIssue = true;
        asker.start();
        await(() -> broker.waiting.get() == 1);
        broker.put("S3cret-3");
        int looks = broker.looks.get();
        // Others go on using, and with them the change is seen.
        await(() -> {
            tryUse("/a", 0);
            return broker.looks.get() > looks + 1;
        });
        broker.beforeIssue = false;
        broker.gate.countDown();
        asker.join();
        assertThat(failure[0]).isNull();
        assertThat(got[0]).isEqualTo("S3cret-3");
    }

    @Test
    void aWaitThatIsTooShort_failsAlone_andItsAnswerServesTheNext() throws Exception {
        broker.grant(Grant.of("payments").to("https://api.example"));
        broker.gate = new CountDownLatch(1);
        assertThatThrownBy(() -> warm.use(get("/a"), TimeUnit.MILLISECONDS.toNanos(200)))
                .hasMessage("the broker did not answer within 200 ms for lethe:payments on https://api.example:443/a;"
                        + " try again, and see whether its storage or server hangs")
                .satisfies(e -> assertThat(((BrokerException) e).kind()).isEqualTo(BrokerException.Kind.UNAVAILABLE));
        broker.gate.countDown();
        await(() -> tryUse("/b", 0));
        assertThat(broker.calls).hasValue(1);
    }

    @Test
    void aBrokerThatCannotTellWhatChanged_countsAsChanged() throws Exception {
        broker.grant(Grant.of("payments").to("https://api.example"));
        Use use = warm.use(get("/a"), LONG);
        broker.stampFailure = true;
        broker.failure = new BrokerException(BrokerException.Kind.BROKEN, "there is no vault any more");
        await(() -> {
            try {
                warm.use(get("/a"), LONG).close();
                return false;
            } catch (BrokerException e) {
                return String.valueOf(e.getMessage()).equals("there is no vault any more");
            }
        });
        use.close();
        await(broker::allWiped);
    }

    @Test
    void aTrailThatIsGone_endsWhatIsWarm(@TempDir Path folder) throws Exception {
        broker.grant(Grant.of("payments").to("https://api.example"));
        Path trails = Files.createDirectory(folder.resolve("audit"));
        Audit audit = new Audit(trails.toFile(), Map.of(), false);
        try (Leases audited = new Leases(broker, audit, WORKLOAD, LONG);
                WarmLeases warmed = new WarmLeases(audited)) {
            warmed.use(get("/a"), LONG).close();
            Files.move(trails, folder.resolve("moved"));
            Files.createFile(trails);
            await(() -> {
                try {
                    warmed.use(get("/a"), LONG).close();
                    return false;
                } catch (BrokerException e) {
                    return String.valueOf(e.getMessage()).contains(trails.toString());
                }
            });
        }
    }

    @Test
    void denyAll_deniesWithItsReason() {
        Leases none = Leases.denyAll("the config is missing", WORKLOAD);
        try (WarmLeases warmNone = new WarmLeases(none)) {
            assertThatThrownBy(() -> warmNone.use(get("/a"), LONG))
                    .hasMessage("no secret for lethe:payments on https://api.example:443/a: the config is missing");
        }
        none.close();
    }

    @Test
    void aLeaseWithoutTerms_servesItsOwnQuestionOnly() throws Exception {
        broker.grant(Grant.of("payments").to("https://api.example"));
        broker.withoutTerms = true;
        warm.use(get("/a"), LONG).close();
        warm.use(get("/a"), LONG).close();
        assertThat(broker.calls).hasValue(1);
        warm.use(get("/b"), LONG).close();
        assertThat(broker.calls).hasValue(2);
    }

    @Test
    void manyThreadsAtOnce_causeOneAcquire() throws Exception {
        broker.grant(Grant.of("payments").to("https://api.example"));
        broker.gate = new CountDownLatch(1);
        int callers = 16;
        ExecutorService pool = Executors.newFixedThreadPool(callers);
        List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
        try {
            List<Future<Lease>> futures = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                String path = "/" + i;
                futures.add(pool.submit(() -> {
                    threads.add(Thread.currentThread());
                    try (Use use = warm.use(get(path), LONG)) {
                        return use.lease();
                    }
                }));
            }
            await(() -> broker.calls.get() == 1
                    && threads.size() == callers
                    && new ArrayList<>(threads).stream().allMatch(t -> t.getState() == Thread.State.TIMED_WAITING));
            broker.gate.countDown();
            Set<Lease> seen = new HashSet<>();
            for (Future<Lease> future : futures) {
                seen.add(future.get());
            }
            assertThat(seen).hasSize(1);
            assertThat(broker.calls).hasValue(1);
        } finally {
            pool.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 16})
    void underChangesAndExpiries_noUseEverSeesAWipedSecret_andAllAreWipedInTheEnd(int callers) throws Exception {
        broker.grant(Grant.of("payments").to("https://api.example"));
        broker.life = TimeUnit.MILLISECONDS.toNanos(20);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger good = new AtomicInteger();
        AtomicInteger denied = new AtomicInteger();
        ExecutorService pool = Executors.newFixedThreadPool(callers);
        try {
            List<Future<?>> futures = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                futures.add(pool.submit(() -> {
                    while (!stop.get()) {
                        try (Use use = warm.use(get("/a"), LONG)) {
                            String secret = opened(use.lease());
                            assertThat(secret).startsWith("S3cret-");
                            Thread.yield();
                            // Still the same, whatever happened to the lease meanwhile.
                            assertThat(opened(use.lease())).isEqualTo(secret);
                            good.incrementAndGet();
                        } catch (BrokerException e) {
                            assertThat(e.kind()).isEqualTo(BrokerException.Kind.DENIED);
                            denied.incrementAndGet();
                        }
                    }
                    return null;
                }));
            }
            await(() -> good.get() > 200);
            broker.put("S3cret-2");
            broker.revokeAll();
            await(() -> denied.get() > 20);
            broker.grant(Grant.of("payments").to("https://api.example"));
            int before = good.get();
            await(() -> good.get() > before + 200);
            stop.set(true);
            for (Future<?> future : futures) {
                future.get();
            }
        } finally {
            stop.set(true);
            pool.shutdownNow();
        }
        await(broker::allWiped);
    }

    /** The lease that serves this path now, null where none does. */
    private Lease used(String path) {
        try (Use use = warm.use(get(path), LONG)) {
            return use.lease();
        } catch (BrokerException e) {
            return null;
        }
    }

    private boolean tryUse(String path) {
        return tryUse(path, LONG);
    }

    private boolean tryUse(String path, long wait) {
        try (Use use = warm.use(get(path), wait)) {
            return isOpen(use.lease());
        } catch (BrokerException e) {
            return false;
        }
    }

    private static void await(BooleanSupplier condition) {
        long until = System.nanoTime() + LONG;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - until > 0) {
                throw new AssertionError("it never came to be");
            }
            Thread.yield();
        }
    }

    private static Request get(String path) {
        return request("GET", "header:authorization", path);
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

    private static Request http(String field, Target target) {
        return Request.http(WORKLOAD, "payments", field, target, "GET", "header:authorization", List.of());
    }

    private static String opened(Lease lease) {
        try (Window window = lease.secret().open()) {
            return new String(window.bytes(), StandardCharsets.UTF_8);
        }
    }

    private static boolean isOpen(Lease lease) {
        return isOpen(lease.secret());
    }

    private static boolean isOpen(Sealed sealed) {
        try {
            sealed.open().close();
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /** Decides by grants as the vault does, from memory. */
    private static final class RulesBroker implements Broker {

        final AtomicInteger calls = new AtomicInteger();
        final AtomicInteger waiting = new AtomicInteger();
        final AtomicInteger looks = new AtomicInteger();
        final List<Long> lookTimes = Collections.synchronizedList(new ArrayList<>());
        final List<Sealed> issued = Collections.synchronizedList(new ArrayList<>());
        volatile long life = LONG;
        volatile BrokerException failure;
        volatile boolean stampFailure;
        volatile boolean withoutTerms;
        volatile CountDownLatch gate;
        volatile boolean beforeIssue;
        volatile int version = 1;
        private String secret = "S3cret-1";
        private int stamp;
        private int nextGrant = 1;
        private final List<Grant> grants = new ArrayList<>();

        synchronized void grant(GrantBuilder builder) {
            grants.add(builder.build("g" + nextGrant++));
            stamp++;
        }

        synchronized void revokeAll() {
            grants.clear();
            stamp++;
        }

        synchronized void put(String value) {
            secret = value;
            version++;
            stamp++;
        }

        boolean allWiped() {
            synchronized (issued) {
                return issued.stream().noneMatch(WarmLeasesTest::isOpen);
            }
        }

        long looksSince(long time) {
            synchronized (lookTimes) {
                return lookTimes.stream().filter(t -> t - time > 0).count();
            }
        }

        @Override
        public Lease acquire(Request request, long deadline) throws BrokerException {
            calls.incrementAndGet();
            Lease lease = null;
            if (beforeIssue) {
                lease = issue(request);
            }
            CountDownLatch wait = gate;
            if (wait != null) {
                waiting.incrementAndGet();
                try {
                    wait.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            return lease != null ? lease : issue(request);
        }

        private synchronized Lease issue(Request request) throws BrokerException {
            if (failure != null) {
                throw failure;
            }
            Grants rules =
                    new Grants(grants, Collections.emptyMap(), Set.of("username"), "hash" + stamp, Set.of("unpinned"));
            Decision decision = rules.decide(request, NOW);
            Grant grant = rules.byId(request.secret(), decision.rule());
            if (!decision.allowed() || grant == null) {
                throw new BrokerException(decision.reason(), decision);
            }
            byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
            Sealed sealed = Sealed.of(bytes, 0, bytes.length);
            issued.add(sealed);
            Terms terms = withoutTerms ? Terms.of(Set.of(), Trust.DEFAULT) : rules.terms(grant, request, () -> NOW);
            return new Lease(
                    "lease" + calls,
                    String.valueOf(version),
                    decision,
                    null,
                    terms,
                    System.nanoTime() + life,
                    sealed,
                    -1,
                    0);
        }

        @Override
        public String currentVersion(String name) {
            return String.valueOf(version);
        }

        @Override
        public synchronized Object stamp() throws BrokerException {
            looks.incrementAndGet();
            lookTimes.add(System.nanoTime());
            if (stampFailure) {
                throw new BrokerException(BrokerException.Kind.BROKEN, "no index");
            }
            return stamp;
        }

        @Override
        public Lease renew(Lease lease, long deadline) {
            return lease;
        }

        @Override
        public void revoke(Lease lease) {}

        @Override
        public void close() {}
    }
}
