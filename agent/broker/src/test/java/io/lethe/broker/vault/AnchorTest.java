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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
        assertThat(Files.readString(mark())).isEqualTo("4\n");
        Files.write(place.resolve("index"), old);
        try (VaultBroker next = broker(Anchor.of(0, state))) {
            assertThatThrownBy(() -> acquire(next)).hasMessageContaining(mark() + " remembers 4");
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
            assertThatThrownBy(() -> acquire(broker))
                    .hasMessageStartingWith(state.resolve("missing").toString())
                    .hasMessageContaining("cannot be written, since its folder is missing")
                    .hasMessageContaining("its folder (state.dir");
        }
        Files.writeString(mark(), "many");
        try (VaultBroker broker = broker(Anchor.of(0, state))) {
            assertThatThrownBy(() -> acquire(broker)).hasMessageStartingWith(mark() + " holds no version, so");
        }
        Files.delete(mark());
        Files.createDirectory(mark());
        try (VaultBroker broker = broker(Anchor.of(0, state))) {
            assertThatThrownBy(() -> acquire(broker)).hasMessageStartingWith(mark() + " cannot be read (");
        }
    }

    @Test
    void commands_refuseAnOlderIndex_ratherThanSignItAnew() throws Exception {
        vault.put("other", "password", "x".getBytes(UTF_8));
        Files.write(place.resolve("index"), old);
        assertThatThrownBy(() -> Vault.at(place, null, 4).put("new", "password", "x".getBytes(UTF_8)))
                .hasMessageContaining("is version 3, but min-version asks for 4: an older copy was put back");
        assertThat(Files.readAllBytes(place.resolve("index"))).isEqualTo(old);
        Vault.at(place, null, 3).put("new", "password", "x".getBytes(UTF_8));
    }

    @Test
    void adminKeyOutsideOfTheVault_hasTheHighestVersionBesideIt() throws Exception {
        Path key = Files.move(place.resolve("admin.key"), state.resolve("admin.key"));
        Vault away = Vault.at(place, key);
        away.put("other", "password", "x".getBytes(UTF_8));
        assertThat(Files.readString(mark())).isEqualTo("4\n");
        Files.write(place.resolve("index"), old);
        assertThatThrownBy(() -> away.put("new", "password", "x".getBytes(UTF_8)))
                .hasMessageContaining(mark() + " remembers 4: an older copy was put back");
        assertThat(Files.readAllBytes(place.resolve("index"))).isEqualTo(old);
        Files.delete(mark());
        away.put("new", "password", "x".getBytes(UTF_8));

        // A second vault with this key, and this one made again.
        Vault.init(dir.resolve("second"), key).put("it", "password", "x".getBytes(UTF_8));
        Files.delete(place.resolve("index"));
        Vault again = Vault.init(place, key);
        assertThat(again.version()).isEqualTo(5);
        again.put("it", "password", "x".getBytes(UTF_8));
    }

    @Test
    void severalVaults_shareAFolder() throws Exception {
        Path other = dir.resolve("other");
        Vault second = Vault.init(other, null);
        vault.put("another", "password", "x".getBytes(UTF_8));
        try (VaultBroker broker = broker(Anchor.of(0, state))) {
            acquire(broker);
        }
        Anchor.of(0, state).check(second.read(), new VaultFolder(other));
        assertThat(Files.readString(mark())).isEqualTo("4\n");
        assertThat(Files.readString(Anchor.file(state, second.verifyingKey(), new VaultFolder(other))))
                .isEqualTo("1\n");
    }

    @Test
    void markNeverGoesBack_whoeverWritesIt() throws Exception {
        List<Callable<Object>> processes = new ArrayList<>();
        for (int i = 1; i <= 60; i++) {
            Index index = vault.read();
            index.serial = i;
            processes.add(() -> {
                try {
                    Anchor.of(0, state).check(index, new VaultFolder(place));
                } catch (BrokerException e) {
                    assertThat(e).hasMessageContaining("an older copy");
                }
                return index;
            });
        }
        Collections.shuffle(processes);
        ExecutorService threads = Executors.newFixedThreadPool(6);
        for (Future<Object> done : threads.invokeAll(processes)) {
            done.get();
        }
        threads.shutdown();
        assertThat(Files.readString(mark())).isEqualTo("60\n");
    }

    @Test
    void indexThatIsReplacedWhileItIsChecked_isReadAgain() throws Exception {
        Path index = place.resolve("index");
        byte[] three = Files.readAllBytes(index);
        vault.put("other", "password", "x".getBytes(UTF_8));
        byte[] four = Files.readAllBytes(index);
        String key = vault.verifyingKey();
        Path mark = mark();
        for (int i = 0; i < 30; i++) {
            Files.write(index, three);
            Files.deleteIfExists(mark);
            Thread other = new Thread(() -> {
                try {
                    AtomicFile.write(index, four, AtomicFile.MODE, null);
                    AtomicFile.write(mark, "4\n".getBytes(UTF_8), AtomicFile.MODE, null);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            try (VaultBroker broker =
                    new VaultBroker(place, key, null, "default", false, Anchor.of(0, state), Custody.none())) {
                other.start();
                acquire(broker);
            } finally {
                other.join();
            }
        }
    }

    private Path mark() throws BrokerException {
        return Anchor.file(state, vault.verifyingKey(), new VaultFolder(place));
    }

    private VaultBroker broker(Anchor anchor) throws BrokerException {
        return new VaultBroker(place, vault.verifyingKey(), null, "default", false, anchor, Custody.none());
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
