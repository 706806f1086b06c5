package io.lethe.broker.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.broker.BrokerException;
import io.lethe.broker.Grant;
import io.lethe.broker.Lease;
import io.lethe.broker.Request;
import io.lethe.broker.Target;
import io.lethe.broker.Workload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnchorTest {

    @TempDir
    Path dir;

    private Path place;
    private Path state;
    private Vault vault;
    private byte[] old;

    /** The index is at version 3, and an admin makes a fourth that grants the same. */
    @BeforeEach
    void vaultWithAPast() throws Exception {
        place = dir.resolve("vault");
        state = Files.createDirectory(dir.resolve("state"));
        vault = Vault.init(place, null);
        vault.put("it", "password", "S3cret".getBytes(UTF_8));
        vault.grant(Grant.of("it").to("postgresql://db:5432/orders").user("u"));
        old = Files.readAllBytes(place.resolve("index"));
        assertThat(vault.version()).isEqualTo(3);
    }

    @Test
    void whatThisProcessHasSeen_isTheLeast() throws Exception {
        try (VaultBroker broker = broker(Anchor.of(0, null))) {
            acquire(broker);
            vault.put("other", "password", "x".getBytes(UTF_8));
            acquire(broker);
            Files.write(place.resolve("index"), old);
            assertThatThrownBy(() -> acquire(broker))
                    .hasMessageContaining("is version 3, but this process has seen 4: an older copy was put back");
        }
        try (VaultBroker fresh = broker(Anchor.of(0, null))) {
            assertThat(acquire(fresh)).containsExactly("unanchored");
        }
    }

    @Test
    void whatTheFolderRemembers_outlivesTheProcess() throws Exception {
        vault.put("other", "password", "x".getBytes(UTF_8));
        try (VaultBroker broker = broker(Anchor.of(0, state))) {
            assertThat(acquire(broker)).isEmpty();
        }
        assertThat(Files.readString(state.resolve("vault-version"))).isEqualTo("4\n");
        Files.write(place.resolve("index"), old);
        try (VaultBroker next = broker(Anchor.of(0, state))) {
            assertThatThrownBy(() -> acquire(next)).hasMessageContaining("vault-version remembers 4");
        }
        vault.put("another", "password", "x".getBytes(UTF_8));
        vault.put("another", "password", "y".getBytes(UTF_8));
        try (VaultBroker mended = broker(Anchor.of(0, state))) {
            acquire(mended);
        }
    }

    @Test
    void whatTheConfigAsksFor_isTheLeast() throws Exception {
        try (VaultBroker broker = broker(Anchor.of(3, null))) {
            assertThat(acquire(broker)).isEmpty();
        }
        try (VaultBroker broker = broker(Anchor.of(4, null))) {
            assertThatThrownBy(() -> acquire(broker)).hasMessageContaining("is version 3, but min-version asks for 4");
        }
    }

    @Test
    void folderThatCannotBeUsed_meansNoSecret() throws Exception {
        try (VaultBroker broker = broker(Anchor.of(0, state.resolve("missing")))) {
            assertThatThrownBy(() -> acquire(broker)).hasMessageContaining("mend the folder that state.dir names");
        }
        Files.writeString(state.resolve("vault-version"), "many");
        try (VaultBroker broker = broker(Anchor.of(0, state))) {
            assertThatThrownBy(() -> acquire(broker)).hasMessageContaining("cannot be read or written");
        }
    }

    private VaultBroker broker(Anchor anchor) throws BrokerException {
        return new VaultBroker(place, vault.verifyingKey(), null, "default", false, anchor);
    }

    private static Set<String> acquire(VaultBroker broker) throws BrokerException {
        Request request = new Request(
                new Workload("default", Collections.emptyMap(), "self"),
                "it",
                "password",
                Target.parse("postgresql://db:5432/orders"),
                "connect",
                "u",
                Collections.emptyList());
        try (Lease lease = broker.acquire(request, Long.MAX_VALUE)) {
            assertThat(lease.decision()).isNotNull();
            return lease.decision().marks();
        }
    }
}
