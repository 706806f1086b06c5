package io.lethe.broker.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.broker.BrokerException;
import io.lethe.broker.BrokerException.Kind;
import io.lethe.broker.Caller;
import io.lethe.broker.Grant;
import io.lethe.broker.GrantBuilder;
import io.lethe.broker.Lease;
import io.lethe.broker.Leases;
import io.lethe.broker.Request;
import io.lethe.broker.Target;
import io.lethe.broker.WarmLeases;
import io.lethe.broker.Workload;
import io.lethe.broker.audit.Audit;
import io.lethe.broker.audit.AuditReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conditions of grants that only a running process meets: uses, hours, what calls, and what happens when they change. */
class GrantConditionsTest {

    private static final Workload WORKLOAD = new Workload("default", Map.of("uid", "1000"), "self");
    private static final long PATIENT = TimeUnit.SECONDS.toNanos(60);

    @TempDir
    Path folder;

    /** A Friday, noon in UTC. */
    private final AtomicLong now =
            new AtomicLong(OffsetDateTime.parse("2027-01-15T12:00:00Z").toEpochSecond());

    private Vault vault;
    private Path audit;
    private Leases leases;
    private WarmLeases warm;

    @BeforeEach
    void makeAVault() throws Exception {
        vault = Vault.init(folder.resolve("vault"), null);
        vault.put("orders-db", "password", "S3cret-orders".getBytes(UTF_8));
        vault.put("payments", "password", "S3cret-payments".getBytes(UTF_8));
        audit = Files.createDirectory(folder.resolve("audit"));
        VaultBroker broker = new VaultBroker(folder.resolve("vault"), vault.verifyingKey(), null, "default", now::get);
        leases = new Leases(broker, new Audit(audit.toFile(), Map.of(), false), WORKLOAD);
        warm = new WarmLeases(leases);
    }

    @AfterEach
    void close() {
        warm.close();
        leases.close();
    }

    @Test
    void uses_areCountedForEachLogin_whateverElseChanges() throws Exception {
        Grant grant = vault.grant(database().uses(3));
        leases.acquire(login()).close();
        vault.grant(Grant.of("payments").to("https://other.example"));
        leases.acquire(login()).close();
        vault.put("orders-db", "password", "S3cret-orders-2".getBytes(UTF_8));
        leases.acquire(login()).close();
        String usedUp = grant.id() + " allows 3 uses in each process, and this one has had them";
        denied(usedUp);
        vault.put("payments", "password", "S3cret-payments-2".getBytes(UTF_8));
        denied(usedUp);
        assertThat(trail())
                .contains("\"use\":1,\"uses\":3,\"usesPer\":\"process\"")
                .contains("\"use\":3,\"uses\":3,\"usesPer\":\"process\"")
                .contains(usedUp);
        // Another grant counts by itself, this one's successor too.
        vault.removeGrant(grant.id());
        vault.grant(database().uses(1));
        leases.acquire(login()).close();
        denied("allows 1 use in each process");
        vault.grant(database());
        leases.acquire(login()).close();
    }

    @Test
    void uses_areNeverMoreThanGranted_howeverManyAskAtOnce() throws Exception {
        vault.grant(database().uses(7));
        int threads = 40;
        CountDownLatch start = new CountDownLatch(1);
        AtomicInteger got = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                    leases.acquire(login()).close();
                    got.incrementAndGet();
                } catch (BrokerException e) {
                    if (e.kind() == Kind.DENIED) {
                        refused.incrementAndGet();
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            thread.start();
            all.add(thread);
        }
        start.countDown();
        for (Thread thread : all) {
            thread.join();
        }
        assertThat(got).hasValue(7);
        assertThat(refused).hasValue(threads - 7);
        assertThat(trail().split("\"allowed\":true", -1)).hasSize(8);
    }

    @Test
    void whoeverComesTooLateForOneGrant_getsItUnderAnother() throws Exception {
        Grant one = vault.grant(database().uses(1));
        Grant two = vault.grant(database().uses(2));
        Grant any = vault.grant(database());
        int threads = 40;
        CountDownLatch allWait = new CountDownLatch(1);
        VaultBroker slow = new VaultBroker(folder.resolve("vault"), vault.verifyingKey(), null, "default", () -> {
            awaitUnchecked(allWait);
            return now.get();
        });
        Path trail = Files.createDirectory(folder.resolve("audit-2"));
        AtomicInteger got = new AtomicInteger();
        try (Leases shared = new Leases(slow, new Audit(trail.toFile(), Map.of(), false), WORKLOAD)) {
            List<Thread> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Thread thread = new Thread(() -> {
                    try {
                        shared.acquire(login()).close();
                        got.incrementAndGet();
                    } catch (BrokerException e) {
                        System.out.println(e.getMessage());
                    }
                });
                thread.start();
                all.add(thread);
            }
            // All of them share the first answer, and wait no longer than they would wait anyway.
            for (Thread thread : all) {
                while (thread.isAlive() && thread.getState() != Thread.State.TIMED_WAITING) {
                    Thread.onSpinWait();
                }
            }
            allWait.countDown();
            for (Thread thread : all) {
                thread.join();
            }
        } finally {
            allWait.countDown();
        }
        assertThat(got).hasValue(threads);
        String lines =
                Files.readString(AuditReader.chains(trail.toFile()).get(0).toPath());
        assertThat(lines).doesNotContain("\"allowed\":false");
        assertThat(lines.split("\"rule\":\"" + one.id() + "\"", -1)).hasSize(1 + 1);
        assertThat(lines.split("\"rule\":\"" + two.id() + "\"", -1)).hasSize(1 + 2);
        assertThat(lines.split("\"rule\":\"" + any.id() + "\"", -1)).hasSize(1 + threads - 3);
    }

    @Test
    void anIndexThatCannotBeRead_isNotCalledARevocation() throws Exception {
        Grant grant = vault.grant(database());
        try (Lease held = leases.acquire(login())) {
            Path index = folder.resolve("vault/index");
            byte[] signed = Files.readAllBytes(index);
            Files.write(index, new byte[] {1});
            assertThatThrownBy(() -> leases.acquire(login())).isInstanceOf(BrokerException.class);
            String why = "the grants cannot be read now, so nobody knows whether grant " + grant.id() + " still holds";
            assertThat(held.ended()).isEqualTo(why);
            assertThat(held.covers(login())).isEqualTo(why);
            Files.write(index, signed);
            leases.acquire(login()).close();
            assertThat(held.ended()).isNull();
        }
    }

    @Test
    void uses_areCountedForEachRequest_acrossLeasesThatAreWarmOrRenewed() throws Exception {
        Grant grant = vault.grant(Grant.of("payments").to("https://api.example").uses(5));
        for (int i = 1; i <= 5; i++) {
            warm.use(request("/" + i), PATIENT).close();
            if (i == 3) {
                // Retires what is warm: the next request needs another lease.
                vault.put("orders-db", "password", "S3cret-orders-2".getBytes(UTF_8));
            }
        }
        assertThatThrownBy(() -> warm.use(request("/6"), PATIENT))
                .hasMessageContaining(grant.id() + " allows 5 uses in each process, and this one has had them");
        // A lease is for more than one request, and yet no other grant's count is touched.
        vault.grant(Grant.of("payments").to("https://api.example").uses(1));
        warm.use(request("/7"), PATIENT).close();
        assertThatThrownBy(() -> warm.use(request("/8"), PATIENT)).hasMessageContaining("has had them");
    }

    @Test
    void hoursAndBeginning_areSaidInTheRefusal() throws Exception {
        vault.grant(database().hours("Mon-Fri 08:00-13:00 Europe/Berlin").hours("Sun 00:00-24:00 UTC"));
        denied("holds Mon-Fri 08:00-13:00 Europe/Berlin or Sun 00:00-24:00 UTC, it is Fri 13:00 there");
        now.addAndGet(-1);
        Lease lease = leases.acquire(login());
        assertThat(lease.ended()).isNull();
        now.addAndGet(1);
        assertThat(lease.ended()).contains("it is Fri 13:00 there");
        lease.close();
        now.addAndGet(TimeUnit.DAYS.toSeconds(2));
        leases.acquire(login()).close();
        vault.removeGrant("g1");
        vault.grant(database().notBefore(now.get() + 1));
        denied("begins on 2027-01-17T12:00:01Z");
        now.addAndGet(1);
        leases.acquire(login()).close();
    }

    @Test
    void revokedNarrowedOrExpired_deniesTheVeryNextLogin() throws Exception {
        Grant grant = vault.grant(database());
        Lease held = leases.acquire(login());
        vault.removeGrant(grant.id());
        denied("no grant names the secret orders-db");
        assertThat(held.ended()).as("in the midst of a login").contains("was revoked or narrowed meanwhile");
        held.close();

        vault.keys().addWorkload("other", vault.identityFile("other"));
        Grant both = vault.grant(database().workload("name", "default").workload("name", "other"));
        held = leases.acquire(login());
        vault.revoke(both.id(), "default");
        denied("is for the workload name other, this one's is default");
        assertThat(held.ended()).contains("was revoked or narrowed meanwhile");
        held.close();
        vault.removeGrant(both.id());

        vault.grant(database().workload("name", "default").notAfter(now.get() + 1));
        held = leases.acquire(login());
        assertThat(held.ended()).isNull();
        now.incrementAndGet();
        denied("expired on");
        assertThat(held.ended()).contains("expired on");
        held.close();
    }

    @Test
    void otherChanges_leaveALeaseInForce() throws Exception {
        vault.grant(database());
        try (Lease held = leases.acquire(login())) {
            vault.grant(Grant.of("payments").to("https://other.example"));
            leases.acquire(login()).close();
            assertThat(held.ended()).isNull();
        }
    }

    @Test
    void aWarmLease_isNotUsedASecondAfterItsGrantWasRevoked() throws Exception {
        for (int i = 0; i < 3; i++) {
            Grant grant = vault.grant(Grant.of("payments").to("https://api.example"));
            warm.use(request("/"), PATIENT).close();
            vault.removeGrant(grant.id());
            long revoked = System.nanoTime();
            long last = revoked;
            while (true) {
                long began = System.nanoTime();
                try {
                    warm.use(request("/"), PATIENT).close();
                } catch (BrokerException e) {
                    assertThat(e).hasMessageContaining("no grant names the secret payments");
                    break;
                }
                // Not a matter of the machine's speed: a use asks how old the last look at the vault is.
                assertThat(began - revoked).isLessThan(TimeUnit.SECONDS.toNanos(1));
                last = began;
            }
            System.out.println("warm lease: last use began " + TimeUnit.NANOSECONDS.toMillis(last - revoked)
                    + " ms after the grant was revoked");
        }
    }

    @Test
    void aWarmLease_isNotUsedOnceItsTimeIsOver() throws Exception {
        vault.grant(Grant.of("payments").to("https://api.example").notAfter(now.get() + 10));
        warm.use(request("/"), PATIENT).close();
        now.addAndGet(10);
        assertThatThrownBy(() -> warm.use(request("/"), PATIENT)).hasMessageContaining("expired on");
    }

    @Test
    void whatCalls_isFoundOutOnlyWhereAGrantAsks_andIsRecordedOnce() throws Exception {
        String sha256 = "ab".repeat(32);
        vault.grant(database().workload("deployment", "orders.war").workload("driver.sha256", sha256));
        // Nothing of this process is in a deployment: it is found out, and not known.
        denied("is for the deployment orders.war, this one's is not known; is for the driver.sha256");
        denied("is for the deployment orders.war, this one's is not known");
        assertThat(trail().split("\"event\":\"decision\"", -1)).hasSize(3);
        assertThat(trail()).doesNotContain("asks which code calls");

        leases.acquire(login().by(Caller.assumed("/srv/webapps/orders.war", sha256)))
                .close();
        assertThat(trail()).contains("\"deployment\":\"/srv/webapps/orders.war\"");
        assertThatThrownBy(() -> leases.acquire(login().by(Caller.assumed("/srv/webapps/billing.war", sha256))))
                .hasMessageContaining("this one's is /srv/webapps/billing.war");
        assertThatThrownBy(() -> leases.acquire(login().by(Caller.assumed("/x/orders.war", "cd".repeat(32)))))
                .hasMessageContaining("is for the driver.sha256 " + sha256 + ", this one's is cdcd");
        vault.grant(Grant.of("payments").to("https://api.example").workload("deployment", "/srv/a"));
        warm.use(request("/").by(Caller.assumed("/srv/a", null)), PATIENT).close();
        assertThatThrownBy(() -> warm.use(request("/").by(Caller.assumed("/srv/b", null)), PATIENT))
                .hasMessageContaining("is for the deployment /srv/a, this one's is /srv/b");
        assertThatThrownBy(() -> warm.use(request("/"), PATIENT)).hasMessageContaining("this one's is not known");
    }

    @Test
    void controlGroupsAndContainers_mayBeNamedByTheirBeginning() throws Exception {
        String id = "0123456789abcdef".repeat(4);
        Workload inContainer = new Workload("default", Map.of("container", id, "cgroup", "/system.slice/a/b"), "self");
        vault.grant(database().workload("container", id.substring(0, 12)).workload("cgroup", "/system.slice/*"));
        leases.acquire(login(inContainer)).close();
        denied("is for the workload cgroup /system.slice/*, this one's is not known");
        assertThatThrownBy(() -> database().workload("container", "01234567"))
                .hasMessageContaining("12 to 64 hexadecimal digits");
        assertThatThrownBy(() -> database().workload("cgroup", "system.slice"))
                .hasMessageContaining("no control group");
    }

    @Test
    void allConditions_areKeptInTheIndex() throws Exception {
        Grant grant = vault.grant(database()
                .uses(3)
                .hours("Mon-Fri 08:00-18:00 Europe/Berlin")
                .notBefore(5)
                .notAfter(now.get())
                .verifiedTls()
                .workload("container", "0123456789ABCDEF")
                .workload("cgroup", "/a")
                .workload("deployment", "a.war")
                .workload("driver.sha256", "AB".repeat(32)));
        Grant read = vault.grants().get(0);
        assertThat(read.toJson()).isEqualTo(grant.toJson());
        assertThat(read.uses()).isEqualTo(3);
        assertThat(read.notBefore()).isEqualTo(5);
        assertThat(read.demandsTls()).isTrue();
        assertThat(read.hours()).hasToString("[Mon-Fri 08:00-18:00 Europe/Berlin]");
        assertThat(read.selectors()).containsEntry("container", "0123456789abcdef");
        assertThatThrownBy(() -> Grant.of("a").to("oracle://db/x").verifiedTls().requireSense())
                .hasMessageContaining("--tls verified is about https and databases over TLS");
        assertThatThrownBy(() -> database().notBefore(5).notAfter(5).requireSense())
                .hasMessageContaining("never holds");
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static GrantBuilder database() {
        return Grant.of("orders-db").to("postgresql://db/orders").user("orders");
    }

    private void denied(String why) {
        assertThatThrownBy(() -> leases.acquire(login()).close())
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("\n")
                .extracting(e -> ((BrokerException) e).kind())
                .isEqualTo(Kind.DENIED);
    }

    private String trail() throws Exception {
        return Files.readString(AuditReader.chains(audit.toFile()).get(0).toPath());
    }

    private static Request login() {
        return login(WORKLOAD);
    }

    private static Request login(Workload workload) {
        return new Request(
                workload,
                "orders-db",
                "password",
                Target.parse("postgresql://db/orders"),
                "connect",
                "orders",
                List.of());
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
