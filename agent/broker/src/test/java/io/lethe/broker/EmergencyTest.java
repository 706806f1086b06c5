package io.lethe.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.broker.audit.Audit;
import io.lethe.broker.vault.Vault;
import io.lethe.broker.vault.VaultBroker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where an override lets a secret leave though its trail cannot be written. */
class EmergencyTest {

    private static final Workload WORKLOAD = new Workload("default", Collections.emptyMap(), "self");
    private static final String TARGET = "postgresql://db:5432/orders";
    private static final Request REQUEST = request("it");

    @TempDir
    Path dir;

    private final ByteArrayOutputStream caught = new ByteArrayOutputStream();
    private Vault vault;

    @BeforeEach
    void vault() throws Exception {
        vault = Vault.init(dir.resolve("vault"), null);
        for (String name : new String[] {"it", "other"}) {
            vault.put(name, "password", "S3cret".getBytes(StandardCharsets.UTF_8));
            vault.grant(Grant.of(name).to(TARGET).user("orders"));
        }
    }

    @Test
    void brokenTrail_goesToStandardError_whereAnOverrideSaysSo() throws Exception {
        try (Leases leases = leases(new Emergency(caught))) {
            assertThatThrownBy(() -> leases.acquire(REQUEST)).hasMessageContaining("is no folder");
            assertThat(caught.toString(StandardCharsets.UTF_8)).isEmpty();

            override();
            try (Lease lease = leases.acquire(REQUEST)) {
                leases.released(lease, REQUEST, 1, 1, 1, 0);
                leases.outcome(lease, REQUEST, null);
                leases.closed(lease, REQUEST);
                leases.outcome(lease, REQUEST, "after its end");
            }
            assertThatThrownBy(() -> leases.acquire(request("other"))).hasMessageContaining("is no folder");
        }
        assertThat(caught.toString(StandardCharsets.UTF_8).lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("lethe: BREAK-GLASS for lethe:it on " + TARGET + ": the audit trail cannot"
                                        + " be written")
                                .contains("break-glass b3 for lethe:it on " + TARGET + " until ", "(op: INC-1)"),
                        line -> assertThat(line)
                                .startsWith("lethe: audit: {\"event\":\"break-glass\",\"override\":\"b3\"")
                                .contains("\"actor\":\"op\",\"reason\":\"INC-1\""),
                        line -> assertThat(line).startsWith("lethe: audit: {\"event\":\"decision\",\"allowed\":true"),
                        line -> assertThat(line).startsWith("lethe: audit: {\"event\":\"release\""),
                        line -> assertThat(line).startsWith("lethe: audit: {\"event\":\"outcome\""),
                        line -> assertThat(line).startsWith("lethe: audit: {\"event\":\"close\""));
    }

    @Test
    void standardErrorThatTakesNothing_meansNoSecret() throws Exception {
        override();
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        try (Leases leases = leases(new Emergency(full))) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> leases.acquire(REQUEST))
                        .hasMessageStartingWith("no secret for lethe:it on " + TARGET
                                + ": neither the trail nor standard error takes its records: the audit folder ")
                        .hasMessageEndingWith("; standard error: No space left on device")
                        .extracting(e -> ((BrokerException) e).kind())
                        .isEqualTo(BrokerException.Kind.BROKEN);
            }
        }
    }

    @Test
    void whatTheApplicationPutsInTheirPlace_doesNotGetTheRecords() throws Exception {
        override();
        PrintStream err = System.err;
        System.setErr(new PrintStream(caught, true, StandardCharsets.UTF_8));
        try (Leases leases = leases(new Emergency())) {
            leases.acquire(REQUEST).close();
        } finally {
            System.setErr(err);
        }
        assertThat(caught.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void aLeaseThatNobodyTook_isNotFollowed() throws Exception {
        override();
        Emergency emergency = new Emergency(caught);
        BlockingQueue<Lease> offered = new ArrayBlockingQueue<>(1);
        try (Leases leases = leases(emergency)) {
            leases.ask(REQUEST, null, new Taker<Lease>() {
                @Override
                public boolean give(Lease lease) {
                    return !offered.add(lease);
                }

                @Override
                public void fail(BrokerException why) {}

                @Override
                public boolean gone() {
                    return false;
                }
            });
            assertThat(offered.poll(1, TimeUnit.MINUTES)).isNotNull();
            Lease taken = leases.acquire(REQUEST);
            // One of the threads may still be about to forget the first.
            long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
            while (emergency.followed.size() > 1 && System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            assertThat(emergency.followed).containsExactly(taken.id());
            leases.closed(taken, REQUEST);
            assertThat(emergency.followed).isEmpty();
            taken.close();
        }
    }

    private void override() throws BrokerException {
        vault.breakGlass("it", TARGET, 3600, "op", "INC-1", null);
    }

    private Leases leases(Emergency emergency) throws Exception {
        Path noFolder = Files.createFile(dir.resolve("audit"));
        return new Leases(
                new VaultBroker(dir.resolve("vault"), vault.verifyingKey(), null, "default"),
                new Audit(noFolder.toFile(), Collections.emptyMap(), false),
                WORKLOAD,
                Leases.TOTAL,
                emergency);
    }

    private static Request request(String secret) {
        return new Request(
                WORKLOAD, secret, "password", Target.parse(TARGET), "connect", "orders", Collections.emptyList());
    }
}
