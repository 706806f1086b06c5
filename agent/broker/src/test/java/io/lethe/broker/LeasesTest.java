package io.lethe.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.broker.audit.Audit;
import io.lethe.broker.audit.AuditReader;
import io.lethe.broker.audit.AuditVerifier;
import io.lethe.secret.Sealed;
import io.lethe.secret.Window;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeasesTest {

    private static final long LONG = TimeUnit.MINUTES.toNanos(5);
    private static final Workload WORKLOAD = new Workload("default", Map.of("pid", "1"), "self");

    @TempDir
    Path folder;

    private final FakeBroker broker = new FakeBroker();

    @Test
    void lease_isHandedOutAfterItsDecisionIsOnDisk() throws Exception {
        try (Leases leases = leases(LONG);
                Lease lease = leases.acquire(request("orders"))) {
            List<String> lines = lines();
            assertThat(lines).hasSize(2);
            assertThat(lines.get(1))
                    .contains("\"event\":\"decision\",\"allowed\":true,\"secret\":\"orders-db\",\"field\":\"password\"")
                    .contains("\"target\":\"postgresql://db:5432/orders\",\"action\":\"connect\",\"user\":\"orders\"")
                    .contains(
                            "\"assurance\":\"self\",\"lease\":\"" + lease.id() + "\",\"version\":\"1\",\"rule\":\"g1\"")
                    .contains(
                            "\"keyUs\":900,\"keyCollections\":0",
                            "\"policy\":\"hash\",\"reason\":\"grant g1 allows it\",\"marks\":[\"unpinned\"]");
            leases.released(lease, request("orders"), 21_000, 950_000, 3, 0);
            leases.outcome(lease, request("orders"), null);
            leases.outcome(lease, request("orders"), "28P01");
            leases.closed(lease, request("orders"));
            assertThat(String.join("\n", lines().subList(2, 6)))
                    .contains(
                            "\"event\":\"release\"",
                            "\"windowUs\":21,\"derivedUs\":950,\"arraysWiped\":3,\"collections\":0")
                    .contains("\"outcome\":\"ok\"", "\"outcome\":\"28P01\"", "\"event\":\"close\"");
            assertThat(lines().subList(1, 6))
                    .allSatisfy(line ->
                            assertThat(line).contains("\"assurance\":\"self\"").contains("\"marks\":[\"unpinned\"]"));
        }
        assertThat(String.join("\n", lines())).doesNotContain("S3cret");
        assertThat(AuditVerifier.verify(chain(), Set.of()).intact()).isTrue();
    }

    @Test
    void denial_isWrittenToo() throws Exception {
        broker.failure =
                new BrokerException("lethe:orders-db is denied", new Decision(false, "g1", "no", "hash", Set.of()));
        try (Leases leases = leases(LONG)) {
            assertThatThrownBy(() -> leases.acquire(request("orders")))
                    .hasMessage("lethe:orders-db is denied")
                    .satisfies(e -> assertThat(((BrokerException) e).kind()).isEqualTo(BrokerException.Kind.DENIED));
        }
        assertThat(lines().get(1))
                .contains(
                        "\"allowed\":false",
                        "\"kind\":\"denied\",\"rule\":\"g1\",\"policy\":\"hash\",\"reason\":\"no\"");
    }

    @Test
    void refusalThatIsNoDecision_isMarkedToo() throws Exception {
        broker.failure = new BrokerException(BrokerException.Kind.BROKEN, "there is no vault");
        try (Leases leases = leases(LONG)) {
            assertThatThrownBy(() -> leases.acquire(request("orders"))).hasMessage("there is no vault");
        }
        assertThat(lines().get(1))
                .contains(
                        "\"assurance\":\"self\"", "\"reason\":\"there is no vault\",\"marks\":[\"self-administered\"]");
    }

    @Test
    void sameQuestionAtOnce_isAskedOnceAndEachGetsItsOwnLease() throws Exception {
        broker.gate = new CountDownLatch(1);
        int callers = 20;
        ExecutorService pool = Executors.newFixedThreadPool(callers);
        try (Leases leases = leases(LONG)) {
            List<Future<Lease>> futures = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                futures.add(pool.submit(() -> {
                    synchronized (threads) {
                        threads.add(Thread.currentThread());
                    }
                    return leases.acquire(request("orders"));
                }));
            }
            awaitAllWaiting(threads, callers);
            broker.gate.countDown();
            Set<String> ids = new HashSet<>();
            for (Future<Lease> future : futures) {
                Lease lease = future.get();
                ids.add(lease.id());
                try (Window window = lease.secret().open()) {
                    assertThat(new String(window.bytes(), StandardCharsets.UTF_8))
                            .isEqualTo("S3cret-orders");
                }
                lease.close();
            }
            assertThat(ids).hasSize(callers);
            assertThat(broker.calls).hasValue(1);
            assertThat(lines()).hasSize(1 + callers);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void differentQuestions_areNotMixed() throws Exception {
        try (Leases leases = leases(LONG);
                Lease first = leases.acquire(request("orders"));
                Lease second = leases.acquire(request("admin"))) {
            assertThat(first.id()).isNotEqualTo(second.id());
            assertThat(broker.calls).hasValue(2);
        }
    }

    @Test
    void interrupt_doesNotEndTheWaitAndIsKept() throws Exception {
        broker.gate = new CountDownLatch(1);
        try (Leases leases = leases(LONG)) {
            boolean[] flag = new boolean[1];
            Lease[] got = new Lease[1];
            Thread caller = new Thread(() -> {
                try {
                    got[0] = leases.acquire(request("orders"));
                } catch (BrokerException e) {
                    throw new AssertionError(e);
                }
                flag[0] = Thread.currentThread().isInterrupted();
            });
            caller.start();
            awaitAllWaiting(List.of(caller), 1);
            caller.interrupt();
            caller.interrupt();
            awaitAllWaiting(List.of(caller), 1);
            broker.gate.countDown();
            caller.join();
            assertThat(got[0]).isNotNull();
            assertThat(flag[0]).isTrue();
            assertThat(broker.interrupted).isFalse();
            got[0].close();
        }
    }

    @Test
    void brokerThatHangs_isGivenUpAndItsLateLeaseIsWiped() throws Exception {
        broker.gate = new CountDownLatch(1);
        try (Leases leases = leases(TimeUnit.MILLISECONDS.toNanos(60))) {
            assertThatThrownBy(() -> leases.acquire(request("orders")))
                    .hasMessage(
                            "the broker did not answer within 60 ms for lethe:orders-db on postgresql://db:5432/orders;"
                                    + " try again, and see whether its storage or server hangs")
                    .satisfies(
                            e -> assertThat(((BrokerException) e).kind()).isEqualTo(BrokerException.Kind.UNAVAILABLE));
            broker.gate.countDown();
            broker.gate = null;
            Sealed late = broker.issued.take();
            // The next question goes through the same threads; by then the late lease was dealt with or will be at
            // once.
            long until = System.nanoTime() + LONG;
            while (isOpen(late) && System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            assertThat(isOpen(late)).isFalse();
        }
    }

    @Test
    void aShortWait_isKept_andTheAnswerServesWhoWaitsLonger() throws Exception {
        broker.gate = new CountDownLatch(1);
        try (Leases leases = leases(LONG)) {
            assertThatThrownBy(() -> leases.acquire(request("orders"), 0))
                    .hasMessageStartingWith("the broker did not answer within 0 ms for lethe:orders-db");
            assertThatThrownBy(() -> leases.acquire(request("orders"), -5)).hasMessageContaining("within 0 ms");
            Lease[] got = new Lease[1];
            Thread patient = new Thread(() -> {
                try {
                    got[0] = leases.acquire(request("orders"), Long.MAX_VALUE);
                } catch (BrokerException e) {
                    throw new AssertionError(e);
                }
            });
            patient.start();
            awaitAllWaiting(List.of(patient), 1);
            broker.gate.countDown();
            patient.join();
            assertThat(broker.calls).hasValue(1);
            got[0].close();
            assertThat(lines()).hasSize(2);
        }
    }

    @Test
    void methodAndPosition_areInTheAuditTrail_andTellQuestionsApart() throws Exception {
        try (Leases leases = leases(LONG);
                Lease get = leases.acquire(http("GET", "header:authorization"));
                Lease post = leases.acquire(http("POST", "header:authorization"));
                Lease key = leases.acquire(http("GET", "header:x-api-key\n"))) {
            assertThat(Set.of(get.id(), post.id(), key.id())).hasSize(3);
            assertThat(broker.calls).hasValue(3);
            leases.released(get, http("GET", "header:authorization"), 21_000, 0, 1, 0);
            leases.answered(get, http("GET", "header:authorization"), 204);
            leases.answered(get, http("GET", "header:authorization"), 404);
            leases.answered(get, http("GET", "header:authorization"), -1);
            leases.closed(get, http("GET", "header:authorization"));
        }
        List<String> lines = lines();
        assertThat(lines.get(1))
                .contains("\"target\":\"https://api.example:443/v1\",\"action\":\"request\",\"method\":\"GET\","
                        + "\"position\":\"header:authorization\"");
        assertThat(lines.get(3)).contains("\"position\":\"header:x-api-key?\"");
        assertThat(lines.get(4)).contains("\"event\":\"release\"", "\"method\":\"GET\"");
        assertThat(lines.get(5)).contains("\"outcome\":\"2xx\"");
        assertThat(lines.get(6)).contains("\"outcome\":\"4xx\"");
        assertThat(lines.get(7)).contains("\"event\":\"close\"");
        assertThat(String.join("", lines)).doesNotContain("S3cret");
    }

    @Test
    void names_areAskedOnceASecond_onAnAgentThread() throws Exception {
        try (Leases leases = leases(LONG)) {
            for (int i = 0; i < 10; i++) {
                assertThat(leases.names("orders-db", "header:authorization", LONG))
                        .isTrue();
                assertThat(leases.names("orders-db", "header:x", LONG)).isFalse();
            }
            assertThat(broker.namesAsked.get()).isGreaterThanOrEqualTo(2).isLessThan(20);
            assertThat(broker.thread.getName()).startsWith("lethe-");
            broker.gate = new CountDownLatch(1);
            assertThatThrownBy(() -> leases.names("other", "header:x", 0))
                    .hasMessageStartingWith("the broker did not answer within 0 ms for the grants on lethe:other");
            broker.gate.countDown();
        }
        try (Leases none = Leases.denyAll("the config is missing", WORKLOAD)) {
            assertThatThrownBy(() -> none.names("other", "header:x", LONG))
                    .hasMessage("no secret for lethe:other: the config is missing");
        }
    }

    @Test
    void whatAsksNobody_doesNotWaitForAcquiresThatHang() throws Exception {
        CountDownLatch hang = new CountDownLatch(1);
        CountDownLatch hanging = new CountDownLatch(4);
        broker.whenAsked = () -> {
            hanging.countDown();
            Answer.await(hang, System.nanoTime() + LONG);
        };
        try (Leases leases = leases(LONG)) {
            for (int i = 0; i < 8; i++) {
                Request request = request("user" + i);
                assertThatThrownBy(() -> leases.acquire(request, 0)).hasMessageContaining("within 0 ms");
            }
            hanging.await();
            long patient = TimeUnit.SECONDS.toNanos(20);
            assertThat(new Freshness(leases, () -> {}).await(System.nanoTime() + patient))
                    .isTrue();
            assertThat(leases.names("orders-db", "header:authorization", patient))
                    .isTrue();
            assertThat(leases.currentVersion("orders-db")).isEqualTo("1");
            assertThat(leases.mayBreakGlass("orders-db")).isFalse();
        } finally {
            hang.countDown();
        }
    }

    @Test
    void unavailableBroker_isAskedAgainWithinTheTime() throws Exception {
        broker.failures = 2;
        broker.failure = new BrokerException(BrokerException.Kind.UNAVAILABLE, "not now");
        try (Leases leases = leases(LONG);
                Lease lease = leases.acquire(request("orders"))) {
            assertThat(broker.calls).hasValue(3);
            assertThat(broker.longestTry).isLessThanOrEqualTo(Leases.TRY);
            assertThat(lease.id()).isNotEmpty();
        }
        assertThat(lines()).hasSize(2);
    }

    @Test
    void brokenAudit_meansNoSecret() throws Exception {
        Path gone = folder.resolve("a/b");
        try (Leases leases = new Leases(broker, new Audit(gone.toFile(), Map.of(), false), WORKLOAD)) {
            assertThatThrownBy(() -> leases.acquire(request("orders")))
                    .hasMessage("no secret for lethe:orders-db on postgresql://db:5432/orders: the audit folder " + gone
                            + " does not exist; create it and let this process write there, or set audit.dir")
                    .satisfies(e -> assertThat(((BrokerException) e).kind()).isEqualTo(BrokerException.Kind.BROKEN));
            assertThat(isOpen(broker.issued.take())).isFalse();
        }
    }

    @Test
    void unforeseenFailure_showsItsTypeOnly() throws Exception {
        broker.unforeseen = new IllegalStateException("S3cret");
        try (Leases leases = leases(LONG)) {
            assertThatThrownBy(() -> leases.acquire(request("orders")))
                    .isInstanceOf(BrokerException.class)
                    .hasMessage("the broker failed with java.lang.IllegalStateException; please report it")
                    .hasRootCauseInstanceOf(BrokerException.class);
            broker.unforeseen = new StackOverflowError();
            assertThatThrownBy(() -> leases.acquire(request("orders"))).hasMessageContaining("StackOverflowError");
            broker.unforeseen = null;
            leases.acquire(request("orders")).close();
        }
    }

    @Test
    void brokerRuns_onDaemonThreadsOfOurs() throws Exception {
        try (Leases leases = leases(LONG)) {
            leases.acquire(request("orders")).close();
            assertThat(broker.thread.getName()).startsWith("lethe-");
            assertThat(broker.thread.isDaemon()).isTrue();
            assertThat(broker.thread.getContextClassLoader()).isNull();
            assertThat(leases.currentVersion("orders-db")).isEqualTo("1");
        }
    }

    @Test
    void inheritableThreadLocals_ofTheApplicationDoNotReachTheBroker() throws Exception {
        try (Leases leases = leases(LONG)) {
            InheritableThreadLocal<String> local = new InheritableThreadLocal<>();
            local.set("the application's");
            broker.whenAsked = () -> broker.seen = local.get();
            leases.acquire(request("orders")).close();
            assertThat(broker.seen).isNull();
        }
    }

    @Test
    void denyAll_deniesWithItsReason() throws Exception {
        try (Leases leases = Leases.denyAll("the config /etc/lethe/lethe.yaml is missing; create it", WORKLOAD)) {
            assertThatThrownBy(() -> leases.acquire(request("orders")))
                    .hasMessage("no secret for lethe:orders-db on postgresql://db:5432/orders: the config"
                            + " /etc/lethe/lethe.yaml is missing; create it");
        }
    }

    private Leases leases(long total) {
        return new Leases(broker, new Audit(folder.toFile(), WORKLOAD.describe(), false), WORKLOAD, total);
    }

    private static Request request(String user) {
        return new Request(
                WORKLOAD, "orders-db", "password", Target.parse("postgresql://db/orders"), "connect", user, List.of());
    }

    private static Request http(String method, String position) {
        return Request.http(
                WORKLOAD,
                "orders-db",
                "password",
                Target.http("https", "api.example", 443, "/v1?token=S3cret"),
                method,
                position,
                List.of());
    }

    private List<String> lines() throws Exception {
        return Files.readAllLines(chain().toPath());
    }

    private File chain() throws Exception {
        return AuditReader.chains(folder.toFile()).get(0);
    }

    private static boolean isOpen(Sealed sealed) {
        try {
            sealed.open().close();
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private static void awaitAllWaiting(List<Thread> threads, int count) {
        long until = System.nanoTime() + LONG;
        while (System.nanoTime() < until) {
            int waiting = 0;
            synchronized (threads) {
                for (Thread thread : threads) {
                    waiting += thread.getState() == Thread.State.TIMED_WAITING && !thread.isInterrupted() ? 1 : 0;
                }
            }
            if (waiting == count) {
                return;
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("the callers never waited");
    }

    private static final class FakeBroker implements Broker {

        final AtomicInteger calls = new AtomicInteger();
        final AtomicInteger namesAsked = new AtomicInteger();
        final BlockingQueue<Sealed> issued = new LinkedBlockingQueue<>();
        volatile CountDownLatch gate;
        volatile BrokerException failure;
        volatile int failures = Integer.MAX_VALUE;
        volatile Throwable unforeseen;
        volatile Thread thread;
        volatile boolean interrupted;
        volatile long longestTry;
        volatile Runnable whenAsked = () -> {};
        volatile String seen;

        @Override
        public Lease acquire(Request request, long deadline) throws BrokerException {
            int call = calls.incrementAndGet();
            thread = Thread.currentThread();
            longestTry = Math.max(longestTry, deadline - System.nanoTime());
            whenAsked.run();
            CountDownLatch wait = gate;
            if (wait != null) {
                try {
                    wait.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (unforeseen instanceof RuntimeException) {
                throw (RuntimeException) unforeseen;
            }
            if (unforeseen != null) {
                throw (Error) unforeseen;
            }
            if (failure != null && call <= failures) {
                throw failure;
            }
            byte[] secret = "S3cret-orders".getBytes(StandardCharsets.UTF_8);
            Sealed sealed = Sealed.of(secret, 0, secret.length);
            issued.add(sealed);
            Decision decision = new Decision(true, "g1", "grant g1 allows it", "hash", Set.of("unpinned"));
            return new Lease(
                    "lease" + call, "1", decision, "orders", Set.of(), System.nanoTime() + LONG, sealed, 900_000, 0);
        }

        @Override
        public String currentVersion(String secret) {
            return "1";
        }

        @Override
        public boolean names(String secret, String position) {
            namesAsked.incrementAndGet();
            thread = Thread.currentThread();
            CountDownLatch wait = gate;
            while (wait != null && wait.getCount() > 0) {
                Thread.onSpinWait();
            }
            return position.equals("header:authorization");
        }

        @Override
        public Set<String> marks() {
            return Set.of("self-administered");
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
