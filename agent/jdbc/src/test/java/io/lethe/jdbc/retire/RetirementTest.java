package io.lethe.jdbc.retire;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.broker.Broker;
import io.lethe.broker.BrokerException;
import io.lethe.broker.Grant;
import io.lethe.broker.Lease;
import io.lethe.broker.Leases;
import io.lethe.broker.Request;
import io.lethe.broker.Target;
import io.lethe.broker.Workload;
import io.lethe.broker.audit.Audit;
import io.lethe.broker.audit.AuditReader;
import io.lethe.broker.vault.Vault;
import io.lethe.broker.vault.VaultBroker;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetirementTest {

    private static final Workload WORKLOAD = new Workload("default", Collections.emptyMap(), "self");
    private static final long DRAIN = TimeUnit.HOURS.toNanos(1);

    @TempDir
    Path dir;

    private final Pool pool = new Pool();
    private final Set<Object> closed = Collections.synchronizedSet(new HashSet<>());
    private Vault vault;
    private Path audit;
    private Leases leases;
    private Retirement retirement;
    private Watch watch;

    /** What HikariCP's looks like from here. */
    public static final class Pool {
        int evicted;

        public synchronized void softEvictConnections() {
            evicted++;
        }
    }

    @BeforeEach
    void start() throws Exception {
        vault = Vault.init(dir.resolve("vault"), null);
        put("one");
        vault.grant(Grant.of("it").to("postgresql://db/orders").user("orders"));
        audit = Files.createDirectory(dir.resolve("audit"));
        leases = new Leases(
                new VaultBroker(dir.resolve("vault"), vault.verifyingKey(), null, "default"),
                new Audit(audit.toFile(), Collections.emptyMap(), true),
                WORKLOAD);
        Standing standing = new Standing() {
            @Override
            public Leases leases() {
                return leases;
            }

            @Override
            public long drainNanos() {
                return DRAIN;
            }
        };
        retirement = new Retirement(() -> standing);
        watch = retirement.watch;
    }

    @AfterEach
    void stop() {
        leases.close();
    }

    @Test
    void aNewVersion_evictsThePoolOnce_andRefusesTheOldConnection_butNeverClosesItUnderItsUser() throws Throwable {
        Connection old = open(true);
        look(0);
        assertThat(pool.evicted).isZero();
        assertThat(valid(old)).isNull();
        put("two");
        look(0);
        look(0);
        look(2 * DRAIN);
        assertThat(pool.evicted).isOne();
        assertThat(valid(old)).isFalse();
        assertThat(retirement.comesBack(old)).isNotNull();
        assertThat(closed).isEmpty();
        Connection fresh = open(true);
        look(0);
        assertThat(pool.evicted).isOne();
        assertThat(valid(fresh)).isNull();
        assertThat(retirement.comesBack(fresh)).isNull();
        old.close();
        look(0);
        assertThat(trail()).contains("\"why\":\"rotated\"");
    }

    @Test
    void aRevokedGrant_evictsAtOnce_andClosesWhatIsInUseAfterDrain() throws Throwable {
        Connection pooled = open(true);
        Connection bare = open(false);
        vault.removeGrant(vault.grants().get(0).id());
        look(0);
        assertThat(pool.evicted).isOne();
        assertThat(closed).isEmpty();
        look(DRAIN - TimeUnit.MINUTES.toNanos(1));
        assertThat(closed).isEmpty();
        look(2 * DRAIN);
        assertThat(closed).containsExactlyInAnyOrder(System.identityHashCode(pooled), System.identityHashCode(bare));
        look(0);
        assertThat(retirement.snapshot()).isEmpty();
        assertThat(trail().split("\"why\":\"revoked\"", -1)).hasSize(1 + 2);
    }

    /** As an administrator changes one. */
    @Test
    void aGrantInWhosePlaceThereIsAnother_closesNothing() throws Throwable {
        Connection old = open(true);
        String first = vault.grants().get(0).id();
        vault.grant(Grant.of("it").to("postgresql://db/orders").user("orders").user("billing"));
        vault.removeGrant(first);
        look(0);
        look(2 * DRAIN);
        assertThat(valid(old)).isNull();
        assertThat(pool.evicted).isZero();
        vault.removeGrant(vault.grants().get(0).id());
        look(0);
        assertThat(valid(old)).isFalse();
        assertThat(pool.evicted).isOne();
    }

    @Test
    void whatARotationLeftToItsUser_isClosedOnceTheGrantHasEnded() throws Throwable {
        open(true);
        put("two");
        look(0);
        look(2 * DRAIN);
        assertThat(closed).isEmpty();
        vault.removeGrant(vault.grants().get(0).id());
        look(0);
        assertThat(pool.evicted).isEqualTo(2);
        look(2 * DRAIN);
        assertThat(closed).hasSize(1);
    }

    /** Such as a server, which each question costs a login. */
    @Test
    void aBrokerThatKnowsOnlyItsGrants_isNotAskedForVersions_andItsGrantStillEndsWhatItOpened() throws Throwable {
        leases.close();
        VaultBroker broker = new VaultBroker(dir.resolve("vault"), vault.verifyingKey(), null, "default");
        leases = new Leases(new Server(broker), new Audit(audit.toFile(), Collections.emptyMap(), true), WORKLOAD);
        Connection old = open(true);
        put("two");
        look(0);
        Connection fresh = open(true);
        look(0);
        assertThat(valid(old)).isNull();
        assertThat(valid(fresh)).isNull();
        assertThat(pool.evicted).isZero();
        vault.removeGrant(vault.grants().get(0).id());
        look(0);
        assertThat(pool.evicted).isOne();
        assertThat(valid(fresh)).isFalse();
    }

    private static final class Server implements Broker {

        private final VaultBroker vault;

        Server(VaultBroker vault) {
            this.vault = vault;
        }

        @Override
        public Lease acquire(Request request, long deadline) throws BrokerException {
            return vault.acquire(request, deadline);
        }

        @Override
        public String currentVersion(String secret) {
            throw new AssertionError("asked for the version of " + secret);
        }

        @Override
        public @Nullable Object changes() throws BrokerException {
            vault.currentVersion("it");
            return null;
        }

        @Override
        public Lease renew(Lease lease, long deadline) throws BrokerException {
            return vault.renew(lease, deadline);
        }

        @Override
        public void revoke(Lease lease) {
            vault.revoke(lease);
        }

        @Override
        public void close() {
            vault.close();
        }
    }

    @Test
    void aVaultThatCannotBeRead_closesNothing_andWhatItSaysLaterCounts() throws Throwable {
        open(true);
        look(0);
        Path index = dir.resolve("vault/index");
        byte[] good = Files.readAllBytes(index);
        Files.write(index, "broken".getBytes(StandardCharsets.US_ASCII));
        look(0);
        look(2 * DRAIN);
        Files.delete(index);
        look(0);
        assertThat(pool.evicted).isZero();
        Files.write(index, good);
        look(0);
        assertThat(pool.evicted).isZero();
        put("two");
        look(0);
        assertThat(pool.evicted).isOne();
    }

    @Test
    void aConnectionWithoutAReference_isNobodysBusiness() throws Throwable {
        Connection mine = connection();
        inPool(mine);
        retirement.accepted(lease(), request());
        retirement.begins();
        inPool(connection());
        assertThat(retirement.snapshot()).isEmpty();
        assertThat(valid(mine)).isNull();
    }

    private void look(long later) {
        watch.look(System.nanoTime() + later);
    }

    private Boolean valid(Connection connection) throws Throwable {
        return (Boolean) retirement.valid().answer(new Object[] {connection, 1});
    }

    private Connection open(boolean pooled) throws Throwable {
        Connection connection = connection();
        retirement.accepted(lease(), request());
        if (pooled) {
            inPool(connection);
        } else {
            retirement.made().filter(connection);
        }
        return connection;
    }

    private void inPool(Connection connection) throws Throwable {
        io.lethe.weave.Scope scope = retirement.opening(RetiringPool.HIKARI);
        scope.enter(new Object[] {pool});
        retirement.made().filter(connection);
        scope.returned();
    }

    private Lease lease() throws Exception {
        Lease lease = leases.acquire(request());
        lease.close();
        return lease;
    }

    private static Request request() {
        return new Request(
                WORKLOAD,
                "it",
                "password",
                Target.parse("postgresql://db/orders"),
                "connect",
                "orders",
                Collections.emptyList());
    }

    private Connection connection() {
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (self, method, arguments) -> {
                    switch (method.getName()) {
                        case "abort":
                        case "close":
                            closed.add(System.identityHashCode(self));
                            return null;
                        case "isClosed":
                            return closed.contains(System.identityHashCode(self));
                        case "hashCode":
                            return System.identityHashCode(self);
                        case "equals":
                            return self == arguments[0];
                        default:
                            throw new UnsupportedOperationException(method.getName());
                    }
                });
    }

    private void put(String password) throws Exception {
        vault.put("it", "password", password.getBytes(StandardCharsets.UTF_8));
    }

    private String trail() throws Exception {
        return Files.readString(AuditReader.chains(audit.toFile()).get(0).toPath());
    }
}
