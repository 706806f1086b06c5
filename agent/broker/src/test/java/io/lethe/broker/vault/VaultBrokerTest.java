package io.lethe.broker.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.broker.BrokerException;
import io.lethe.broker.BrokerException.Kind;
import io.lethe.broker.Grant;
import io.lethe.broker.Lease;
import io.lethe.broker.Leases;
import io.lethe.broker.Request;
import io.lethe.broker.Target;
import io.lethe.broker.Use;
import io.lethe.broker.WarmLeases;
import io.lethe.broker.Workload;
import io.lethe.broker.audit.Audit;
import io.lethe.broker.audit.AuditReader;
import io.lethe.secret.Window;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VaultBrokerTest {

    private static final Workload WORKLOAD = new Workload("default", Map.of("uid", "1000"), "self");

    @TempDir
    Path folder;

    private final AtomicLong now = new AtomicLong(1_800_000_000);
    private Path place;
    private Vault vault;
    private String pinned;

    @BeforeEach
    void makeAVault() throws Exception {
        place = folder.resolve("vault");
        vault = Vault.init(place, null);
        vault.put("orders-db", "password", bytes("S3cret-orders"));
        vault.put("billing", "password", bytes("S3cret-billing"));
        vault.grant(Grant.of("orders-db")
                .to("postgresql://db/orders")
                .user("orders")
                .weak("md5")
                .ttl(30));
        vault.grant(Grant.of("billing")
                .to("postgresql://db/billing")
                .user("billing")
                .notAfter(now.get() + 10));
        pinned = vault.verifyingKey();
    }

    @Test
    void grantedRequest_getsTheSecret() throws Exception {
        try (Lease lease = broker().acquire(request("orders-db", "db", "orders"), 0)) {
            assertThat(opened(lease)).isEqualTo("S3cret-orders");
            assertThat(lease.rule()).isEqualTo("g1");
            assertThat(lease.version()).isEqualTo("1");
            assertThat(lease.username()).isNull();
            assertThat(lease.tolerates("md5")).isTrue();
            assertThat(lease.tolerates("scram-iterations")).isFalse();
            assertThat(lease.expired()).isFalse();
            assertThat(lease.decision().marks()).isEmpty();
            assertThat(lease.keyNanos()).isPositive();
            assertThat(lease.keyCollections()).isNotNegative();
            assertThat(lease.decision().policyHash()).matches("[0-9a-f]{64}");
        }
    }

    @Test
    void withoutAPinnedKey_theDecisionSaysSo() throws Exception {
        try (Lease lease = broker(null).acquire(request("orders-db", "db", "orders"), 0)) {
            assertThat(lease.decision().marks()).containsExactly("unpinned");
        }
    }

    @Test
    void username_comesWithTheLeaseAndCanBeAskedFor() throws Exception {
        vault.put("orders-db", "username", bytes("shop"));
        try (Lease lease = broker().acquire(request("orders-db", "db", null), 0)) {
            assertThat(lease.username()).isEqualTo("shop");
            assertThat(opened(lease)).isEqualTo("S3cret-orders");
        }
        Request name = new Request(
                WORKLOAD, "orders-db", "username", Target.parse("postgresql://db/orders"), "connect", null, List.of());
        try (Lease lease = broker().acquire(name, 0)) {
            assertThat(opened(lease)).isEqualTo("shop");
        }
    }

    @Test
    void denied_namesReferenceTargetRuleAndWhatDidNotMatch() {
        refused(
                Kind.DENIED,
                request("orders-db", "evil", "orders"),
                "lethe:orders-db is denied for postgresql://evil:5432/orders as user orders: grant g1 allows"
                        + " postgresql://db:5432/orders, this is postgresql://evil:5432/orders");
    }

    @Test
    void unknownSecretOrField_isNotFound() throws Exception {
        refused(
                Kind.NOT_FOUND,
                request("gone", "db", "orders"),
                "there is no secret gone in " + place + "; put it there (lethe vault put) or correct the reference");
        vault.grant(
                Grant.of("orders-db").field("pin").to("postgresql://db/orders").user("orders"));
        refused(
                Kind.NOT_FOUND,
                new Request(
                        WORKLOAD,
                        "orders-db",
                        "pin",
                        Target.parse("postgresql://db/orders"),
                        "connect",
                        "orders",
                        List.of()),
                "the secret orders-db has no field pin in " + place + "; put it there or correct the reference");
    }

    @Test
    void expiredGrant_isDenied_andALeaseEndsWithItsGrant() throws Exception {
        Request request = new Request(
                WORKLOAD,
                "billing",
                "password",
                Target.parse("postgresql://db/billing"),
                "connect",
                "billing",
                List.of());
        now.addAndGet(9);
        broker().acquire(request, 0).close();
        now.addAndGet(1);
        refused(
                Kind.DENIED,
                request,
                "lethe:billing is denied for postgresql://db:5432/billing as user billing: grant g2 expired on"
                        + " 2027-01-15T08:00:10Z");
    }

    @Test
    void changes_areSeenAtTheNextAcquire() throws Exception {
        VaultBroker broker = broker();
        assertThat(broker.currentVersion("orders-db")).isEqualTo("1");
        broker.acquire(request("orders-db", "db", "orders"), 0).close();
        vault.put("orders-db", "password", bytes("new"));
        try (Lease lease = broker.acquire(request("orders-db", "db", "orders"), 0)) {
            assertThat(opened(lease)).isEqualTo("new");
            assertThat(lease.version()).isEqualTo("2");
        }
        assertThat(broker.currentVersion("orders-db")).isEqualTo("2");
        vault.removeGrant("g1");
        assertThatThrownBy(() -> broker.acquire(request("orders-db", "db", "orders"), 0))
                .hasMessageContaining("no grant names");
    }

    @Test
    void aRequest_getsALeaseThatKnowsItsTermsAndWhatElseItCovers() throws Exception {
        vault.put("payments", "password", bytes("S3cret-payments"));
        String pin = "sha256/" + Base64.getEncoder().encodeToString(new byte[32]);
        vault.grant(Grant.of("payments")
                .to("https://api.example/v1")
                .header("X-Api-Key")
                .method("GET")
                .pin(pin)
                .notAfter(now.get() + 5));
        VaultBroker broker = broker();
        try (Lease lease = broker.acquire(http("GET", "header:x-api-key", "/v1/a?token=S3cret"), 0)) {
            assertThat(opened(lease)).isEqualTo("S3cret-payments");
            assertThat(lease.trust().pins()).containsExactly(pin);
            assertThat(lease.covers(http("GET", "header:x-api-key", "/v1/b"))).isNull();
            assertThat(lease.covers(http("GET", "header:x-api-key", "/v1/../b")))
                    .contains("this is https://api.example:443/v1/../b");
            now.addAndGet(5);
            assertThat(lease.covers(http("GET", "header:x-api-key", "/v1/b"))).contains("expired on");
            now.addAndGet(-5);
        }
        refused(
                Kind.DENIED,
                http("POST", "header:authorization", "/v1/a?token=S3cret"),
                "lethe:payments is denied for POST https://api.example:443/v1/a in header:authorization: grant g3 allows"
                        + " header:x-api-key, this is header:authorization; allows GET, this is POST");
        assertThat(broker.names("payments", "header:x-api-key")).isTrue();
        assertThat(broker.names("payments", "header:authorization")).isFalse();
        assertThat(broker.names("orders-db", "header:authorization")).isFalse();
        assertThat(broker.names("no-such", "header:authorization")).isFalse();
    }

    @Test
    void theStamp_changesWithEachChange_andEqualsNothingWithoutAnIndex() throws Exception {
        VaultBroker broker = broker();
        Object before = broker.stamp();
        assertThat(broker.stamp()).isEqualTo(before);
        vault.put("orders-db", "password", bytes("S3cret-2"));
        Object after = broker.stamp();
        assertThat(after).isNotEqualTo(before);
        vault.removeGrant("g1");
        assertThat(broker.stamp()).isNotEqualTo(after);
        Files.delete(place.resolve("index"));
        assertThat(broker.stamp()).isNotEqualTo(broker.stamp());
    }

    @Test
    void warmLeases_onAVault_seeThatAGrantIsGone() throws Exception {
        vault.put("payments", "password", bytes("S3cret-payments"));
        vault.grant(Grant.of("payments").to("https://api.example"));
        Request request = http("GET", "header:authorization", "/");
        Path audit = Files.createDirectory(folder.resolve("audit"));
        try (Leases leases = new Leases(broker(), new Audit(audit.toFile(), Map.of(), false), WORKLOAD);
                WarmLeases warm = new WarmLeases(leases)) {
            Lease lease;
            try (Use use = warm.use(request, Long.MAX_VALUE)) {
                lease = use.lease();
                assertThat(opened(lease)).isEqualTo("S3cret-payments");
            }
            vault.removeGrant("g3");
            assertThatThrownBy(() -> {
                        while (true) {
                            warm.use(request, Long.MAX_VALUE).close();
                        }
                    })
                    .isInstanceOf(BrokerException.class)
                    .hasMessageContaining("no grant names the secret payments");
            assertThatThrownBy(() -> lease.secret().open()).isInstanceOf(IllegalStateException.class);
        }
        String trail =
                Files.readString(AuditReader.chains(audit.toFile()).get(0).toPath());
        assertThat(trail).contains("\"event\":\"close\"", "\"allowed\":false").doesNotContain("S3cret");
    }

    @Test
    void missingIndex_isOneLine() throws Exception {
        Files.delete(place.resolve("index"));
        broken("there is no vault in " + place + ": its index is missing;");
    }

    @Test
    void indexCutAnywhere_isOneLine() throws Exception {
        byte[] index = Files.readAllBytes(place.resolve("index"));
        VaultBroker broker = broker();
        VaultBroker unpinned = broker(null);
        for (int end = 0; end < index.length; end += 7) {
            Files.write(place.resolve("index"), Arrays.copyOf(index, end));
            oneLine(broker, "index");
            oneLine(unpinned, "index");
        }
        Files.write(place.resolve("index"), new byte[0]);
        broken("is cut off or no index: its signature is missing; restore it from a backup");
    }

    @Test
    void everyChangedByteOfTheIndex_isRefused() throws Exception {
        byte[] index = Files.readAllBytes(place.resolve("index"));
        VaultBroker unpinned = broker(null);
        for (int i = 0; i < index.length; i++) {
            byte[] changed = index.clone();
            changed[i] ^= 1;
            // A new file each time, as a change in place within one tick of the clock may look the same.
            Path aside = place.resolve("aside");
            Files.write(aside, changed);
            Files.move(aside, place.resolve("index"), StandardCopyOption.REPLACE_EXISTING);
            oneLine(unpinned, "index");
        }
    }

    @Test
    void badSignature_isOneLine() throws Exception {
        String index = Files.readString(place.resolve("index"));
        Files.writeString(place.resolve("index"), index.replace("//db:5432/orders", "//evil:543/orders"));
        broken("has a bad signature: it does not verify with the key given, so somebody without the admin key");
    }

    @Test
    void indexOfAnotherVault_isRefusedWhereTheKeyIsPinned() throws Exception {
        Path other = folder.resolve("other");
        Vault.init(other, null);
        Files.copy(other.resolve("index"), place.resolve("index"), StandardCopyOption.REPLACE_EXISTING);
        broken("has a bad signature");
        pinned = "lethe-vault+00000000+AAAA";
        broken("the pinned key is malformed");
    }

    @Test
    void missingSecretFile_isOneLine() throws Exception {
        Path file = secretFile("orders-db");
        Files.delete(file);
        broken("the secret file " + file
                + " that the index names is missing; restore it from a backup or put the secret again");
    }

    @Test
    void swappedSecretFiles_areRefused() throws Exception {
        Path mine = secretFile("orders-db");
        Files.write(mine, Files.readAllBytes(secretFile("billing")));
        broken("the secret file " + mine + " is not the one that the index names (its SHA-256 differs)");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 100, 200})
    void cutSecretFile_isOneLine(int length) throws Exception {
        Path file = secretFile("orders-db");
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), length));
        broken("the secret file " + file + " is not the one that the index names (its SHA-256 differs): cut off,");
    }

    @Test
    void unreadableFiles_areOneLine() throws Exception {
        Path file = secretFile("orders-db");
        Files.delete(file);
        Files.createDirectory(file);
        broken("the secret file " + file + " cannot be read (");
        Files.delete(place.resolve("index"));
        Files.createDirectory(place.resolve("index"));
        broken("the vault's index " + place.resolve("index") + " cannot be read (");
    }

    @Test
    void identityOfAnother_opensNothing() throws Exception {
        Files.write(identity(), AgeFiles.read("other-test-only.key"));
        broken("is not encrypted to this identity (" + identity()
                + "); give the application the identity of the workload");
    }

    @Test
    void missingOrMalformedIdentity_isOneLine() throws Exception {
        Files.writeString(identity(), "# nothing\n");
        broken("the workload's identity " + identity() + " holds no AGE-SECRET-KEY-1 line");
        Files.writeString(identity(), "AGE-SECRET-KEY-1QQQQQQ\n");
        broken("the workload's identity " + identity() + " holds no AGE-SECRET-KEY-1 line");
        Files.write(identity(), new byte[100_000]);
        broken("is too long for a key file");
        Files.delete(identity());
        broken("the workload's identity " + identity() + " is missing; put it there or correct its path");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw----r--", "rw-----w-", "rw------x", "r--r--r--"})
    void identityOpenToOthers_isRefused(String mode) throws Exception {
        Files.setPosixFilePermissions(identity(), PosixFilePermissions.fromString(mode));
        broken("the workload's identity " + identity()
                + " is open to other users; chmod o-rwx it, and consider its keys known");
    }

    @ParameterizedTest
    @ValueSource(strings = {"r--------", "rw-------"})
    void identityForItsOwner_isRead(String mode) throws Exception {
        Files.setPosixFilePermissions(identity(), PosixFilePermissions.fromString(mode));
        broker().acquire(request("orders-db", "db", "orders"), 0).close();
    }

    @Test
    void identityThatItsGroupReads_isReadWhereTheConfigSaysSo() throws Exception {
        Files.setPosixFilePermissions(identity(), PosixFilePermissions.fromString("r--r-----"));
        broken("the workload's identity " + identity()
                + " is open to its group; chmod g-rwx it, or say identity.group-ok:"
                + " true where the group has nobody else and may only read it");
        try (VaultBroker broker =
                new VaultBroker(place, pinned, null, "default", true, Anchor.none(), Custody.none())) {
            broker.acquire(request("orders-db", "db", "orders"), 0).close();
        }
    }

    @Test
    void workloadThatTheVaultDoesNotKnow_getsNothing() throws Exception {
        assertThatThrownBy(() -> new VaultBroker(place, pinned, identity(), "billing")
                        .acquire(request("orders-db", "db", "orders"), 0))
                .hasMessageContaining(" is for other workloads (")
                .satisfies(VaultBrokerTest::isOneLineWithoutSecret);
    }

    @Test
    void identity_mayLieElsewhere() throws Exception {
        Path elsewhere = folder.resolve("app.key");
        Files.move(identity(), elsewhere);
        new VaultBroker(place, pinned, elsewhere, "default")
                .acquire(request("orders-db", "db", "orders"), 0)
                .close();
    }

    @Test
    void acquiresDuringPutsAndGrants_alwaysGetAVersionThatWasPut() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        Throwable[] failure = new Throwable[1];
        AtomicLong acquired = new AtomicLong();
        Thread reader = new Thread(() -> {
            VaultBroker broker = broker();
            try {
                while (!stop.get()) {
                    try (Lease lease = broker.acquire(request("orders-db", "db", "orders"), 0)) {
                        String expected =
                                lease.version().equals("1") ? "S3cret-orders" : "secret number " + lease.version();
                        assertThat(opened(lease)).isEqualTo(expected);
                        acquired.incrementAndGet();
                    }
                }
            } catch (Throwable t) {
                failure[0] = t;
            }
        });
        reader.start();
        int version = 1;
        while (version < 60 || acquired.get() < 60) {
            version++;
            vault.put("orders-db", "password", bytes("secret number " + version));
            if (version % 5 == 0) {
                vault.grant(Grant.of("orders-db")
                        .field("password")
                        .to("postgresql://db/x")
                        .user("orders"));
            }
            if (failure[0] != null) {
                break;
            }
        }
        stop.set(true);
        reader.join();
        assertThat(failure[0]).isNull();
    }

    @Test
    void vaultLease_isNotRenewable() throws Exception {
        VaultBroker broker = broker();
        Lease lease = broker.acquire(request("orders-db", "db", "orders"), 0);
        assertThatThrownBy(() -> broker.renew(lease, 0))
                .hasMessageEndingWith("is a vault's and not renewable; acquire another");
        broker.revoke(lease);
        assertThatThrownBy(() -> lease.secret().open()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void explanation_isThatOfTheDecision() throws Exception {
        assertThat(broker().explain(request("orders-db", "evil", "orders"))
                        .lines()
                        .get(0))
                .startsWith("denied: lethe:orders-db on postgresql://evil:5432/orders as user orders: grant g1 allows");
        assertThat(broker(null).explain(request("orders-db", "db", "orders")).toJson())
                .containsEntry("allowed", true)
                .containsEntry("marks", List.of("unpinned"));
    }

    private void broken(String message) {
        assertThatThrownBy(() -> broker().acquire(request("orders-db", "db", "orders"), 0))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining(message)
                .satisfies(VaultBrokerTest::isOneLineWithoutSecret)
                .satisfies(e -> assertThat(((BrokerException) e).kind()).isEqualTo(Kind.BROKEN));
    }

    private void refused(Kind kind, Request request, String message) {
        assertThatThrownBy(() -> broker().acquire(request, 0))
                .isInstanceOf(BrokerException.class)
                .hasMessage(message)
                .satisfies(VaultBrokerTest::isOneLineWithoutSecret)
                .satisfies(e -> assertThat(((BrokerException) e).kind()).isEqualTo(kind));
    }

    private static void oneLine(VaultBroker broker, String message) {
        assertThatThrownBy(() -> broker.acquire(request("orders-db", "db", "orders"), 0))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining(message)
                .satisfies(VaultBrokerTest::isOneLineWithoutSecret);
    }

    private static void isOneLineWithoutSecret(Throwable e) {
        assertThat(e.getMessage()).doesNotContain("\n", "S3cret", "AGE-SECRET-KEY-1Q");
    }

    private VaultBroker broker() {
        return broker(pinned);
    }

    private VaultBroker broker(String key) {
        return new VaultBroker(place, key, null, "default", now::get);
    }

    private Path identity() {
        return vault.identityFile("default");
    }

    private Path secretFile(String name) throws Exception {
        try (Stream<Path> files = Files.list(place.resolve("secrets").resolve(name))) {
            return files.toList().get(0);
        }
    }

    private static String opened(Lease lease) {
        try (Window window = lease.secret().open()) {
            return new String(window.bytes(), UTF_8);
        }
    }

    private static Request request(String secret, String host, String user) {
        return new Request(
                WORKLOAD,
                secret,
                "password",
                Target.parse("postgresql://" + host + "/orders"),
                "connect",
                user,
                List.of());
    }

    private static Request http(String method, String position, String path) {
        return Request.http(
                WORKLOAD,
                "payments",
                "password",
                Target.http("https", "api.example", 443, path),
                method,
                position,
                List.of());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
