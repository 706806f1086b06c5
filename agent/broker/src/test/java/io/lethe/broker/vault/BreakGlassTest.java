package io.lethe.broker.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.broker.BreakGlass;
import io.lethe.broker.BrokerException;
import io.lethe.broker.Grant;
import io.lethe.broker.Lease;
import io.lethe.broker.Request;
import io.lethe.broker.Target;
import io.lethe.broker.Workload;
import io.lethe.broker.json.JsonException;
import io.lethe.secret.Window;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BreakGlassTest {

    private static final Workload WORKLOAD = new Workload("default", Collections.emptyMap(), "self");
    private static final String TARGET = "postgresql://db:5432/orders";

    @TempDir
    Path dir;

    private Path place;
    private Path bundle;
    private Path identity;
    private Vault vault;

    @BeforeEach
    void vault() throws Exception {
        place = dir.resolve("vault");
        bundle = dir.resolve("break-glass");
        vault = Vault.init(place, dir.resolve("admin.key"));
        for (String name : new String[] {"it", "other"}) {
            vault.put(name, "password", bytes("S3cret"));
            vault.grant(Grant.of(name).to(TARGET).to("postgresql://other/x").user("orders"));
        }
        identity = Files.copy(vault.identityFile("default"), dir.resolve("identity"));
    }

    @Test
    void override_holdsForItsSecretAndTarget_untilItIsEnded() throws Exception {
        VaultBroker broker = broker(Anchor.none());
        assertThat(broker.breakGlass("it")).isEmpty();

        BreakGlass made = override("it", null);

        assertThat(broker.breakGlass("it")).singleElement().satisfies(live -> {
            assertThat(live.id()).isEqualTo(made.id());
            assertThat(live.matches(request("it", TARGET))).isTrue();
            assertThat(live.matches(request("it", "postgresql://other/x"))).isFalse();
            assertThat(live.matches(request("other", TARGET))).isFalse();
        });
        assertThat(broker.breakGlass("other")).isEmpty();
        assertThat(vault.breakGlasses()).hasSize(1);

        vault.endBreakGlass(made.id());
        assertThat(broker.breakGlass("it")).isEmpty();
        assertThatThrownBy(() -> vault.endBreakGlass(made.id())).hasMessageContaining("there is no override b");
    }

    @Test
    void override_endsByItself_andHoldsNotBeforeItWasMade() {
        BreakGlass override = new BreakGlass("b1", "it", TARGET, 1_000_000, 1_003_600, "op", "INC-1");

        assertThat(override.isLive(1_003_599)).isTrue();
        assertThat(override.isLive(1_003_600)).isFalse();
        assertThat(override.isLive(1_000_000 - 301))
                .as("a clock that was put back")
                .isFalse();
    }

    @Test
    void overrideIsNeverLongerThanADay_whoeverSignedIt() throws Exception {
        assertThatThrownBy(() -> new BreakGlass("b1", "it", TARGET, 0, BreakGlass.MAX_SECONDS + 1, "op", "R"))
                .hasMessage("an override lasts at most 24 hours");
        assertThatThrownBy(() -> new BreakGlass("b1", "it", TARGET, 0, 60, "op", " "))
                .hasMessageContaining("a reason has 1 to 200");
        Map<String, Object> json = new BreakGlass("b1", "it", TARGET, 0, 60, "op", "R").toJson();
        assertThat(BreakGlass.fromJson(json).toJson()).isEqualTo(json);
        json.put("until", 100_000L);
        assertThatThrownBy(() -> BreakGlass.fromJson(json)).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> override("none", null)).hasMessageContaining("there is no secret none");
        assertThatThrownBy(() -> vault.breakGlass("it", TARGET, -5, "op", "R", null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void bundle_speaksForAVaultThatIsGone_forWhatItIsFor() throws Exception {
        override("it", bundle);
        BundledBroker broker = bundled(Anchor.none());
        try (Lease lease = acquire(broker, "it", TARGET)) {
            assertThat(lease.decision().marks()).doesNotContain("break-glass");
        }
        Files.move(place, dir.resolve("moved"));

        try (Lease lease = acquire(broker, "it", TARGET);
                Window window = lease.secret().open()) {
            assertThat(window.bytes()).isEqualTo(bytes("S3cret"));
            assertThat(lease.decision().marks()).contains("break-glass");
        }
        assertThat(bundle.resolve("secrets/other")).doesNotExist();
        // What the bundle does not know is not text for that: it would be sent.
        assertThatThrownBy(() -> broker.names("other", "header:x-api-key"))
                .hasMessageStartingWith("there is no vault in " + place);
        for (String[] no : new String[][] {{"other", TARGET}, {"it", "postgresql://other/x"}}) {
            assertThatThrownBy(() -> acquire(broker, no[0], no[1]))
                    .hasMessageStartingWith("there is no vault in " + place);
        }
    }

    @Test
    void bundle_isNothingElse_andNothingElseIsABundle() throws Exception {
        override("it", bundle);

        VaultBroker asVault = new VaultBroker(bundle, vault.verifyingKey(), identity, "default");
        assertThatThrownBy(() -> acquire(asVault, "it", TARGET)).hasMessageContaining("and no vault");
        assertThatThrownBy(() -> Vault.at(bundle, dir.resolve("admin.key")).put("it", "password", bytes("x")))
                .hasMessageContaining("and no vault");
        Path copy = dir.resolve("copy");
        Files.createDirectory(copy);
        Files.copy(place.resolve("index"), copy.resolve("index"));
        assertThatThrownBy(() -> override("it", copy)).hasMessageContaining("is a vault's");
        Path moved = Files.move(place, dir.resolve("moved"));
        Files.delete(bundle.resolve("index"));
        Files.copy(moved.resolve("index"), bundle.resolve("index"));
        assertThatThrownBy(() -> acquire(bundled(Anchor.none()), "it", TARGET)).hasMessageContaining("is a vault's");
    }

    @Test
    void bundle_isSignedByThePinnedKey_orNobodyAsksIt() throws Exception {
        override("it", bundle);
        Files.move(place, dir.resolve("moved"));
        BundledBroker unpinned = new BundledBroker(new VaultBroker(place, null, identity, "default"), bundle);
        assertThatThrownBy(() -> acquire(unpinned, "it", TARGET)).hasMessageStartingWith("there is no vault in");

        Path index = bundle.resolve("index");
        byte[] note = Files.readAllBytes(index);
        note[note.length / 2] ^= 1;
        Files.write(index, note);
        assertThatThrownBy(() -> acquire(bundled(Anchor.none()), "it", TARGET))
                .hasMessageStartingWith("there is no vault in")
                .hasMessageContaining("and the bundle in its place: ");
    }

    @Test
    void bundleThatIsOlderThanTheVaultWas_isRefused() throws Exception {
        Path state = Files.createDirectory(dir.resolve("state"));
        BreakGlass made = override("it", bundle);
        acquire(bundled(Anchor.of(0, state)), "it", TARGET).close();
        vault.endBreakGlass(made.id());
        BundledBroker running = bundled(Anchor.of(0, state));
        acquire(running, "it", TARGET).close();
        Files.move(place, dir.resolve("moved"));

        assertThatThrownBy(() -> acquire(running, "it", TARGET)).hasMessageContaining("an older copy was put back");
        assertThatThrownBy(() -> acquire(bundled(Anchor.of(0, state)), "it", TARGET))
                .hasMessageContaining("an older copy was put back");
    }

    @Test
    void bundleThatWasUsed_isNotUsedAgain_onceTheVaultWasSeenNewer() throws Exception {
        Path state = Files.createDirectory(dir.resolve("state"));
        BreakGlass made = override("it", bundle);
        BundledBroker running = bundled(Anchor.of(0, state));
        Path away = Files.move(place, dir.resolve("moved"));
        acquire(running, "it", TARGET).close();
        Files.move(away, place);
        vault.endBreakGlass(made.id());
        acquire(running, "it", TARGET).close();
        Files.move(place, away);

        assertThatThrownBy(() -> acquire(running, "it", TARGET)).hasMessageContaining("an older copy was put back");
    }

    private BreakGlass override(String secret, Path to) throws BrokerException {
        return vault.breakGlass(secret, TARGET, 3600, "op", "INC-1", to);
    }

    private BundledBroker bundled(Anchor anchor) throws BrokerException {
        return new BundledBroker(broker(anchor), bundle);
    }

    private VaultBroker broker(Anchor anchor) throws BrokerException {
        String key = Files.exists(place)
                ? vault.verifyingKey()
                : Vault.at(dir.resolve("moved"), null).verifyingKey();
        return new VaultBroker(place, key, identity, "default", false, anchor, Custody.none());
    }

    private static Lease acquire(io.lethe.broker.Broker broker, String secret, String target) throws BrokerException {
        return broker.acquire(request(secret, target), System.nanoTime() + TimeUnit.SECONDS.toNanos(5));
    }

    private static Request request(String secret, String target) {
        return new Request(
                WORKLOAD, secret, "password", Target.parse(target), "connect", "orders", Collections.emptyList());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
