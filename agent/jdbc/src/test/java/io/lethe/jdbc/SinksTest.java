package io.lethe.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.broker.Circuit;
import io.lethe.broker.Grant;
import io.lethe.broker.Leases;
import io.lethe.broker.Request;
import io.lethe.broker.Target;
import io.lethe.broker.Workload;
import io.lethe.broker.audit.Audit;
import io.lethe.broker.audit.AuditReader;
import io.lethe.broker.vault.Vault;
import io.lethe.broker.vault.VaultBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SinksTest {

    private static final Workload WORKLOAD = new Workload("default", Collections.emptyMap(), "self");

    @TempDir
    Path dir;

    @Test
    void aLoginThatHasToWait_takesNoUse_andItsLeaseIsClosedInTheTrail() throws Exception {
        Vault vault = Vault.init(dir.resolve("vault"), null);
        vault.put("it", "password", "S3cret".getBytes(StandardCharsets.UTF_8));
        vault.grant(Grant.of("it").to("postgresql://db/orders").user("orders").uses(2));
        Path audit = Files.createDirectory(dir.resolve("audit"));
        AtomicLong clock = new AtomicLong();
        Circuit circuit = new Circuit(clock::get);
        Request request = new Request(
                WORKLOAD,
                "it",
                "password",
                Target.parse("postgresql://db/orders"),
                "connect",
                "orders",
                Collections.emptyList());
        try (Leases leases = new Leases(
                new VaultBroker(dir.resolve("vault"), vault.verifyingKey(), null, "default"),
                new Audit(audit.toFile(), Collections.emptyMap(), false),
                WORKLOAD)) {
            Sinks sinks = new Sinks(() -> access(leases, circuit), () -> {
                throw new AssertionError("no clear text here");
            });
            Login refused = sinks.acquire(request);
            refused.lease.close();
            sinks.ended(refused, request, false, new SQLException("no", "28P01"));
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> sinks.acquire(request)).hasMessageContaining("is not tried again for 1 s");
            }
            clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
            Login second = sinks.acquire(request);
            second.lease.close();
            sinks.ended(second, request, true, null);
            assertThatThrownBy(() -> sinks.acquire(request)).hasMessageContaining("allows 2 uses in each process");
        }
        String trail =
                Files.readString(AuditReader.chains(audit.toFile()).get(0).toPath());
        assertThat(trail.split("\"allowed\":true", -1)).hasSize(1 + 7);
        assertThat(trail.split("\"event\":\"close\"", -1)).hasSize(1 + 7);
        assertThat(trail.split("\"event\":\"outcome\"", -1)).hasSize(1 + 2);
    }

    private static Access access(Leases leases, Circuit circuit) {
        return new Access() {
            @Override
            public Leases leases() {
                return leases;
            }

            @Override
            public long drainNanos() {
                return 0;
            }

            @Override
            public Circuit circuit() {
                return circuit;
            }

            @Override
            public boolean strict() {
                return true;
            }

            @Override
            public boolean delegates(String className) {
                return false;
            }
        };
    }
}
