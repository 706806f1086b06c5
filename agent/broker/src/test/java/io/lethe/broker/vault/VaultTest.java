package io.lethe.broker.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.broker.BrokerException;
import io.lethe.broker.Grant;
import io.lethe.secret.Sealed;
import io.lethe.secret.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultTest {

    @TempDir
    Path folder;

    private Path place;
    private Vault vault;

    @BeforeEach
    void init() throws Exception {
        place = folder.resolve("vault");
        vault = Vault.init(place, null);
    }

    @Test
    void init_makesKeysForTheirOwnersOnly() throws Exception {
        assertThat(files()).containsExactly(".lock", "admin.key", "index", "workloads/default.key");
        for (String key : List.of("admin.key", "workloads/default.key")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place.resolve(key))))
                    .isEqualTo("rw-------");
        }
        assertThat(vault.verifyingKey()).matches("lethe-vault\\+[0-9a-f]{8}\\+[A-Za-z0-9+/]{44}");
        assertThat(Files.readString(place.resolve("admin.key"))).contains(vault.verifyingKey());
        assertThat(vault.list()).isEmpty();
    }

    @Test
    void initTwice_changesNothing() throws Exception {
        byte[] before = Files.readAllBytes(place.resolve("index"));
        assertThatThrownBy(() -> Vault.init(place, null))
                .hasMessage("there is a vault in " + place + " already; nothing was changed");
        assertThat(Files.readAllBytes(place.resolve("index"))).isEqualTo(before);
    }

    @Test
    void initAfterACrash_keepsTheKeys() throws Exception {
        String key = vault.verifyingKey();
        Files.delete(place.resolve("index"));
        assertThat(Vault.init(place, null).verifyingKey()).isEqualTo(key);
    }

    @Test
    void adminKey_mayLieElsewhere() throws Exception {
        Path admin = folder.resolve("elsewhere.key");
        Path other = folder.resolve("other");
        Vault elsewhere = Vault.init(other, admin);
        assertThat(other.resolve("admin.key")).doesNotExist();
        elsewhere.put("a", "password", bytes("x"));
        assertThatThrownBy(() -> Vault.at(other, null).put("a", "password", bytes("x")))
                .hasMessage("the admin key " + other.resolve("admin.key")
                        + " is missing; put it there or correct its path");
        assertThatThrownBy(() -> Vault.at(other, place.resolve("admin.key")).put("a", "password", bytes("x")))
                .hasMessageContaining("has a bad signature");
    }

    @Test
    void put_encryptsExactlyTheBytesAndWipesThem() throws Exception {
        byte[] value = bytes("päss\n");
        assertThat(vault.put("orders-db", "password", value)).isEqualTo(1);
        assertThat(value).containsOnly(0);
        assertThat(revealed("orders-db", "password")).isEqualTo("päss\n");
        assertThat(files()).contains("secrets/orders-db/password.1.age");
        assertThat(Files.readString(place.resolve("index"))).doesNotContain("päss");
    }

    @Test
    void putAgain_isANewVersionAndTheOldFileGoes() throws Exception {
        vault.put("orders-db", "password", bytes("one"));
        assertThat(vault.put("orders-db", "password", bytes("two"))).isEqualTo(2);
        assertThat(revealed("orders-db", "password")).isEqualTo("two");
        assertThat(files())
                .contains("secrets/orders-db/password.2.age")
                .doesNotContain("secrets/orders-db/password.1.age");
        assertThat(vault.list().get(0).version()).isEqualTo(2);
    }

    @Test
    void username_isPublicText() throws Exception {
        vault.put("orders-db", "password", bytes("S3cret"));
        vault.put("orders-db", "username", bytes("shop"));
        assertThat(vault.list()).hasSize(1);
        assertThat(vault.list().get(0).fields()).isEqualTo(Map.of("password", "", "username", "shop"));
        assertThat(revealed("orders-db", "username")).isEqualTo("shop");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> vault.put("orders-db", "username", bytes("shop\n")))
                .withMessageContaining("use printf %s");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> vault.put("orders-db", "username", new byte[] {(byte) 0xff}));
    }

    @Test
    void senselessInput_isRefusedAndChangesNothing() throws Exception {
        byte[] before = Files.readAllBytes(place.resolve("index"));
        for (String name : List.of("", "../x", "A", "a/b", ".a", "a".repeat(101))) {
            assertThatIllegalArgumentException().isThrownBy(() -> vault.put(name, "password", bytes("x")));
            assertThatIllegalArgumentException().isThrownBy(() -> vault.put("a", name, bytes("x")));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> vault.put("a", "password", bytes("")));
        assertThatIllegalArgumentException().isThrownBy(() -> vault.put("a", "password", new byte[65537]));
        assertThatThrownBy(() ->
                        vault.grant(Grant.of("gone").to("postgresql://db/x").user("u")))
                .hasMessage("there is no secret gone in " + place);
        assertThatThrownBy(() -> vault.removeGrant("g7")).hasMessage("there is no grant g7 in " + place);
        assertThatThrownBy(() -> vault.removeSecret("gone"))
                .satisfies(e -> assertThat(((BrokerException) e).kind()).isEqualTo(BrokerException.Kind.NOT_FOUND));
        assertThat(Files.readAllBytes(place.resolve("index"))).isEqualTo(before);
        assertThat(files()).containsExactly(".lock", "admin.key", "index", "workloads/default.key");
    }

    @Test
    void grant_encryptsToItsWorkloadAndRemovalTakesThatBack() throws Exception {
        vault.put("orders-db", "password", bytes("S3cret"));
        byte[] identity = AgeKey.readIdentity(vault.identityFile("default"), "identity");
        assertThatThrownBy(() -> Age.decrypt(onlySecretFile(), identity)).isInstanceOf(AgeException.class);

        Grant grant =
                vault.grant(Grant.of("orders-db").to("postgresql://db/orders").user("orders"));
        assertThat(grant.id()).isEqualTo("g1");
        assertThat(Age.decrypt(onlySecretFile(), identity)).isEqualTo(bytes("S3cret"));
        assertThat(vault.list().get(0).version()).isEqualTo(1);

        vault.put("orders-db", "password", bytes("new"));
        assertThat(Age.decrypt(onlySecretFile(), identity)).isEqualTo(bytes("new"));

        vault.removeGrant("g1");
        assertThatThrownBy(() -> Age.decrypt(onlySecretFile(), identity)).isInstanceOf(AgeException.class);
        assertThat(revealed("orders-db", "password")).isEqualTo("new");
        assertThat(vault.grant(Grant.of("orders-db")
                                .to("postgresql://db/orders")
                                .user("orders"))
                        .id())
                .isEqualTo("g2");
    }

    @Test
    void databaseGrant_needsAUser() throws Exception {
        vault.put("orders-db", "password", bytes("S3cret"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> vault.grant(Grant.of("orders-db").to("postgresql://db/orders")))
                .withMessageContaining("needs a user name");
        vault.grant(Grant.of("orders-db").to("https://api.example"));
        vault.put("orders-db", "username", bytes("shop"));
        vault.grant(Grant.of("orders-db").to("postgresql://db/orders"));
        assertThat(vault.grants()).extracting(Grant::id).containsExactly("g1", "g2");
        assertThatThrownBy(() -> vault.grant(
                        Grant.of("orders-db").to("https://a.example").workload("name", "billing")))
                .hasMessage("there is no workload billing in " + place);
    }

    @Test
    void remove_takesFilesAndGrants() throws Exception {
        vault.put("orders-db", "password", bytes("S3cret"));
        vault.put("other", "password", bytes("S3cret"));
        vault.grant(Grant.of("orders-db").to("postgresql://db/orders").user("orders"));
        vault.removeSecret("orders-db");
        assertThat(vault.grants()).isEmpty();
        assertThat(files()).contains("secrets/other/password.1.age").noneMatch(f -> f.contains("orders-db"));
    }

    @Test
    void leftoversOfAKilledCommand_areRemovedByTheNext() throws Exception {
        vault.put("orders-db", "password", bytes("S3cret"));
        Files.write(place.resolve(".index.123.tmp"), bytes("x"));
        Files.write(place.resolve("secrets/orders-db/password.7.age"), bytes("x"));
        Files.write(place.resolve("secrets/orders-db/notes.txt"), bytes("x"));
        vault.put("other", "password", bytes("S3cret"));
        assertThat(files())
                .doesNotContain(".index.123.tmp", "secrets/orders-db/password.7.age")
                .contains("secrets/orders-db/password.1.age", "secrets/orders-db/notes.txt");
    }

    @Test
    void modeOfTheIndex_isKeptAndSharedByNewFiles() throws Exception {
        Files.setPosixFilePermissions(place.resolve("index"), PosixFilePermissions.fromString("rw-r-----"));
        vault.put("orders-db", "password", bytes("S3cret"));
        for (String file : List.of("index", "secrets/orders-db/password.1.age")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place.resolve(file))))
                    .isEqualTo("rw-r-----");
        }
    }

    @Test
    void ageTool_opensASecretWithTheWorkloadsAndTheAdminsKey() throws Exception {
        if (!AgeFiles.toolIsHere()) {
            return;
        }
        vault.put("orders-db", "password", AgeFiles.SECRET.getBytes(UTF_8));
        vault.grant(Grant.of("orders-db").to("postgresql://db/orders").user("orders"));
        Path file = onlySecretPath();
        for (String key : List.of("admin.key", "workloads/default.key")) {
            assertThat(AgeFiles.run(null, "age", "-d", "-i", place.resolve(key).toString(), file.toString()))
                    .isEqualTo(AgeFiles.SECRET.getBytes(UTF_8));
        }
    }

    @Test
    void twoWriters_doNotLoseEachOthersChanges() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int number = t;
            threads.add(new Thread(() -> {
                try {
                    for (int i = 0; i < 5; i++) {
                        Vault.at(place, null).put("s" + number + "-" + i, "password", bytes("x"));
                    }
                } catch (BrokerException e) {
                    throw new AssertionError(e);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(vault.list()).hasSize(20);
    }

    private String revealed(String name, String field) throws BrokerException {
        try (Sealed sealed = vault.reveal(name, field);
                Window window = sealed.open()) {
            return new String(window.bytes(), UTF_8);
        }
    }

    private byte[] onlySecretFile() throws IOException {
        return Files.readAllBytes(onlySecretPath());
    }

    private Path onlySecretPath() throws IOException {
        try (Stream<Path> files = Files.list(place.resolve("secrets/orders-db"))) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(1);
            return all.get(0);
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(place)) {
            return files.filter(Files::isRegularFile)
                    .map(f -> place.relativize(f).toString())
                    .sorted()
                    .toList();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
