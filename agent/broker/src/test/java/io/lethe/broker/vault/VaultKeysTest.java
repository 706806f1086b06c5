package io.lethe.broker.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.broker.BrokerException;
import io.lethe.broker.Grant;
import io.lethe.broker.Lease;
import io.lethe.broker.Request;
import io.lethe.broker.Target;
import io.lethe.broker.Workload;
import io.lethe.secret.Sealed;
import io.lethe.secret.Window;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultKeysTest {

    private static final String TARGET = "postgresql://db:5432/orders";

    @TempDir
    Path folder;

    private Path place;
    private Vault vault;
    private Path a;
    private Path b;

    @BeforeEach
    void twoWorkloads() throws Exception {
        place = folder.resolve("vault");
        vault = Vault.init(place, null);
        a = folder.resolve("a.key");
        b = folder.resolve("b.key");
        vault.keys().addWorkload("a", a);
        vault.keys().addWorkload("b", b);
        for (String secret : List.of("of-a", "of-b", "of-both")) {
            vault.put(secret, "password", bytes("S3cret " + secret));
        }
        grant("of-a", "a");
        grant("of-b", "b");
        grant("of-both", "a", "b");
    }

    @Test
    void identities_areTheirOwnersOnly_andNeverOverwritten() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(a)))
                .isEqualTo("r--------");
        byte[] before = Files.readAllBytes(a);
        assertThatThrownBy(() -> vault.keys().addWorkload("c", a)).hasMessageContaining("which is there already");
        assertThatThrownBy(() -> vault.keys().addWorkload("a", folder.resolve("other.key")))
                .hasMessageContaining("there is a workload a in");
        assertThat(folder.resolve("other.key")).doesNotExist();
        assertThat(Files.readAllBytes(a)).isEqualTo(before);
        assertThat(vault.keys().workloads()).extracting(WorkloadInfo::name).containsExactly("a", "b", "default");
    }

    @Test
    void keyFileThatAKilledCommandLeft_isTakenUp() throws Exception {
        byte[] identity = AgeKey.generate();
        Path left = folder.resolve("left.key");
        Files.write(folder.resolve(".left.key.1f.tmp"), new byte[3]);
        AtomicFile.create(left, AgeKey.identityFile(identity), AtomicFile.IDENTITY_MODE);
        byte[] text = Files.readAllBytes(left);
        assertThat(vault.keys().addWorkload("c", left)).isEqualTo(AgeKey.recipientOf(identity));
        assertThat(Files.readAllBytes(left)).isEqualTo(text);
        assertThat(folder.resolve(".left.key.1f.tmp")).doesNotExist();

        Path several = folder.resolve("several.key");
        byte[] two = AgeKey.identityFile(AgeKey.generate(), AgeKey.generate());
        AtomicFile.create(
                several, new String(two, UTF_8).replace("# replaced", "# not").getBytes(UTF_8), "r--------");
        assertThatThrownBy(() -> vault.keys().addWorkload("d", several)).hasMessageContaining("which is there already");
        Path admin = place.resolve("admin.key");
        assertThatThrownBy(() -> vault.keys().addWorkload("d", admin)).hasMessageContaining("which is there already");
        assertThatThrownBy(() -> vault.keys().rekeyAdmin(left)).hasMessageContaining("which is there already");
    }

    @Test
    void initThatFails_saysWhatComesOfItsKeys() throws Exception {
        Path second = Files.createDirectory(folder.resolve("second"));
        Files.write(second.resolve("secrets"), new byte[1]);
        assertThatThrownBy(() -> Vault.init(second, null))
                .hasMessageStartingWith("the vault " + second + " cannot be written (")
                .hasMessageEndingWith("keys that were made are used when this is done again");
    }

    @Test
    void changeThatFails_leavesNoKeyFile() throws Exception {
        Path index = place.resolve("index");
        Files.delete(file("of-a"));
        byte[] before = Files.readAllBytes(index);
        Path fresh = folder.resolve("fresh.key");
        assertThatThrownBy(() -> vault.keys().rekeyWorkload("a", fresh)).isInstanceOf(BrokerException.class);
        assertThatThrownBy(() -> vault.keys().rekeyAdmin(fresh)).isInstanceOf(BrokerException.class);
        assertThat(fresh).doesNotExist();
        assertThat(Files.readAllBytes(index)).isEqualTo(before);
    }

    @Test
    void whatRemainsAfterTheChange_isSaid() throws Exception {
        Path key = place.resolve("workloads/c.key");
        vault.keys().addWorkload("c", key);
        Files.delete(key);
        Files.createDirectories(key.resolve("not-empty"));
        assertThatThrownBy(() -> vault.keys().removeWorkload("c"))
                .hasMessageStartingWith("the workload c was removed, but its identity " + key + " could not be (");
        assertThat(vault.keys().workloads()).extracting(WorkloadInfo::name).doesNotContain("c");
    }

    @Test
    void eachIdentity_opensWhatItsWorkloadWasGranted_andNothingElse() throws Exception {
        Map<String, List<Boolean>> expected =
                Map.of("of-a", List.of(true, false), "of-b", List.of(false, true), "of-both", List.of(true, true));
        for (Map.Entry<String, List<Boolean>> secret : expected.entrySet()) {
            byte[] file = Files.readAllBytes(file(secret.getKey()));
            assertThat(opens(file, a))
                    .as("a opens %s", secret.getKey())
                    .isEqualTo(secret.getValue().get(0));
            assertThat(opens(file, b))
                    .as("b opens %s", secret.getKey())
                    .isEqualTo(secret.getValue().get(1));
            assertThat(opens(file, vault.identityFile("default"))).isFalse();
            assertThat(opens(file, place.resolve("admin.key"))).isTrue();
        }
    }

    @Test
    void ageTool_saysTheSame() throws Exception {
        if (!AgeFiles.toolIsHere()) {
            return;
        }
        assertThat(AgeFiles.run(
                        null, "age", "-d", "-i", a.toString(), file("of-a").toString()))
                .isEqualTo(bytes("S3cret of-a"));
        assertThat(AgeFiles.run(
                        null, "age", "-d", "-i", b.toString(), file("of-both").toString()))
                .isEqualTo(bytes("S3cret of-both"));
        assertThatThrownBy(() -> AgeFiles.run(
                        null, "age", "-d", "-i", a.toString(), file("of-b").toString()))
                .hasMessageContaining("no identity matched");
        assertThatThrownBy(() -> AgeFiles.run(
                        null, "age", "-d", "-i", b.toString(), file("of-a").toString()))
                .hasMessageContaining("no identity matched");
    }

    @Test
    void broker_givesEachWorkloadItsOwn() throws Exception {
        assertThat(acquired("a", a, "of-both")).isEqualTo("S3cret of-both");
        assertThat(acquired("b", b, "of-both")).isEqualTo("S3cret of-both");
        assertThatThrownBy(() -> acquired("a", a, "of-b")).hasMessageContaining("is for the workload name b");
        // The name is only a word; the key decides.
        assertThatThrownBy(() -> acquired("b", a, "of-b")).hasMessageContaining("give the application the identity");
    }

    @Test
    void grantOfSeveralWorkloads_isReadBackAsItWas() throws Exception {
        Grant grant = vault.grants().get(2);
        assertThat(grant.workloads()).containsExactly("a", "b");
        assertThat(Grant.fromJson(grant.toJson()).toJson()).isEqualTo(grant.toJson());
        assertThat(vault.grants().get(0).toJson()).doesNotContainKey("workloads");
    }

    @Test
    void grantWithoutAWorkload_isForTheOnlyOne_orRefused() throws Exception {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> vault.grant(Grant.of("of-a").to(TARGET).user("u")))
                .withMessage("the vault knows the workloads a, b, default: say --workload NAME");
        vault.keys().removeWorkload("a");
        vault.keys().removeWorkload("default");
        assertThat(vault.grant(Grant.of("of-b").to(TARGET).user("u")).workloads())
                .containsExactly("b");
    }

    @Test
    void revoking_takesTheRecipient() throws Exception {
        assertThat(vault.revoke("g3", "a").secret()).isEqualTo("of-both");
        byte[] file = Files.readAllBytes(file("of-both"));
        assertThat(opens(file, a)).isFalse();
        assertThat(opens(file, b)).isTrue();
        assertThatThrownBy(() -> vault.revoke("g3", "a"))
                .hasMessage("there is no grant g3 for the workload a in " + place);
        vault.revoke("g3", "b");
        assertThat(vault.grants()).extracting(Grant::id).containsExactly("g1", "g2");
        assertThat(opens(Files.readAllBytes(file("of-both")), b)).isFalse();
    }

    @Test
    void removingAWorkload_takesAllThatItWasGranted() throws Exception {
        assertThat(vault.keys().removeWorkload("a")).containsExactly("of-a", "of-both");
        assertThat(vault.grants()).extracting(Grant::id).containsExactly("g2", "g3");
        for (String secret : List.of("of-a", "of-b", "of-both")) {
            assertThat(opens(Files.readAllBytes(file(secret)), a)).isFalse();
        }
        assertThat(opens(Files.readAllBytes(file("of-both")), b)).isTrue();
        assertThat(new Checked().broken).isEmpty();
    }

    @Test
    void publicKey_isEnough_butNoPrivateOneAndNoneTwice() throws Exception {
        byte[] identity = AgeKey.generate();
        String recipient = AgeKey.recipientOf(identity);
        vault.keys().addRecipient("c", recipient);
        grant("of-a", "c");
        assertThat(Age.decrypt(Files.readAllBytes(file("of-a")), identity)).isEqualTo(bytes("S3cret of-a"));
        String upper = recipient.toUpperCase(Locale.ROOT);
        assertThatThrownBy(() -> vault.keys().addRecipient("d", upper)).hasMessageContaining("the workload c has this");
        String mistake = new String(AgeKey.identityText(AgeKey.generate()), UTF_8).trim();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> vault.keys().addRecipient("d", mistake))
                .withMessage("this is no public key of age (age1...)");
    }

    @Test
    void rekeyedInPlace_oldIdentityOpensNothingNew_andTheApplicationNotices() throws Exception {
        byte[] old = AgeKey.readIdentity(a, "identity");
        try (VaultBroker broker = new VaultBroker(place, vault.verifyingKey(), a, "a")) {
            assertThat(acquired(broker, "a", "of-a")).isEqualTo("S3cret of-a");
            String recipient = vault.keys().rekeyWorkload("a", a);
            assertThat(acquired(broker, "a", "of-a")).isEqualTo("S3cret of-a");
            assertThat(AgeKey.recipientOf(AgeKey.readIdentity(a, "identity"))).isEqualTo(recipient);
        }
        for (String secret : List.of("of-a", "of-both")) {
            byte[] file = Files.readAllBytes(file(secret));
            assertThatThrownBy(() -> Age.decrypt(file, old)).isInstanceOf(AgeException.class);
            assertThat(opens(file, a)).isTrue();
        }
        assertThat(Files.readString(a).split("AGE-SECRET-KEY-1")).hasSize(2);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(a)))
                .isEqualTo("r--------");
    }

    @Test
    void identityFileWithSeveral_servesTheOneThatIsAsked() throws Exception {
        byte[] next = AgeKey.generate();
        Path both = folder.resolve("both.key");
        byte[] text = AgeKey.identityText(next);
        byte[] old = Files.readAllBytes(a);
        byte[] joined = new byte[text.length + old.length];
        System.arraycopy(text, 0, joined, 0, text.length);
        System.arraycopy(old, 0, joined, text.length, old.length);
        AtomicFile.create(both, joined, AtomicFile.IDENTITY_MODE);

        assertThat(acquired("a", both, "of-a")).isEqualTo("S3cret of-a");
        vault.keys().rekeyRecipient("a", AgeKey.recipientOf(next));
        assertThat(acquired("a", both, "of-a")).isEqualTo("S3cret of-a");
        assertThatThrownBy(() -> acquired("a", a, "of-a")).hasMessageContaining("give the application the identity");
    }

    /** Root without the right to give files away, which is what any other user is. */
    @Test
    void rekeying_refusesAFileThatItCouldNotGiveBack() throws Exception {
        List<String> command = new ArrayList<>(List.of("setpriv", "--bounding-set=-chown", "--inh-caps=-chown"));
        boolean possible =
                System.getProperty("user.name").equals("root") && Files.isExecutable(Path.of("/usr/bin/setpriv"));
        if (!possible) {
            System.out.println("VaultKeysTest: not root with setpriv, so no file of somebody else's was rekeyed");
            return;
        }
        Files.setAttribute(a, "unix:gid", 65534);
        Files.setPosixFilePermissions(a, PosixFilePermissions.fromString("r--r-----"));
        byte[] identity = Files.readAllBytes(a);
        byte[] index = Files.readAllBytes(place.resolve("index"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx64m", "-cp", System.getProperty("java.class.path"), Rekey.class.getName()));
        command.addAll(List.of(place.toString(), a.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).isEqualTo(0);
        assertThat(said)
                .isEqualTo(a + " belongs to another user or group, whom this user may not give a file; nothing was"
                        + " changed: run this as root\n");
        assertThat(Files.readAllBytes(a)).isEqualTo(identity);
        assertThat(Files.readAllBytes(place.resolve("index"))).isEqualTo(index);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).noneMatch(AtomicFile::isTemporary);
        }
        vault.keys().rekeyWorkload("a", a);
        assertThat(Files.getAttribute(a, "unix:gid")).isEqualTo(65534);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(a)))
                .isEqualTo("r--r-----");
    }

    /** Says why the workload a was not rekeyed. */
    static final class Rekey {
        public static void main(String[] args) {
            try {
                Vault.at(Path.of(args[0]), null).keys().rekeyWorkload("a", Path.of(args[1]));
            } catch (BrokerException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void rekeying_refusesAFileWithOtherKeys_butNotWhatItLeftItself() throws Exception {
        Files.setPosixFilePermissions(a, PosixFilePermissions.fromString("rw-------"));
        byte[] alone = Files.readAllBytes(a);
        byte[] index = Files.readAllBytes(place.resolve("index"));
        for (String other :
                List.of("AGE-PLUGIN-TPM-1QQ\n", new String(AgeKey.identityText(AgeKey.generate()), UTF_8))) {
            Files.writeString(a, "# a comment\n\n" + other + new String(alone, UTF_8));
            byte[] both = Files.readAllBytes(a);
            assertThatThrownBy(() -> vault.keys().rekeyWorkload("a", a))
                    .hasMessageContaining(a + " holds other keys besides that of a, which would be lost");
            assertThat(Files.readAllBytes(a)).isEqualTo(both);
        }
        assertThat(Files.readAllBytes(place.resolve("index"))).isEqualTo(index);

        // As a rekey left it that was killed before, and one that was killed after the index was written.
        byte[] old = AgeKey.readIdentity(a, "identity", AgeKey.recipient(recipient("a")), KeyFile.Access.OWNER);
        Files.write(a, AgeKey.identityFile(AgeKey.generate(), old));
        vault.keys().rekeyWorkload("a", a);
        byte[] fresh = AgeKey.readIdentity(a, "identity");
        Files.write(a, AgeKey.identityFile(fresh, old));
        vault.keys().rekeyWorkload("a", a);
        assertThat(Files.readString(a).split("AGE-SECRET-KEY-1")).hasSize(2);
        assertThat(acquired("a", a, "of-a")).isEqualTo("S3cret of-a");
    }

    @Test
    void rekeying_refusesAnotherWorkloadsFile() throws Exception {
        byte[] before = Files.readAllBytes(b);
        assertThatThrownBy(() -> vault.keys().rekeyWorkload("a", b))
                .hasMessageContaining(b + " is not the identity of a");
        assertThat(Files.readAllBytes(b)).isEqualTo(before);
    }

    @Test
    void newAdminKey_opensAndSignsEverything_andTheOldOneNothing() throws Exception {
        String before = vault.verifyingKey();
        Path fresh = folder.resolve("new-admin.key");
        String verifier = vault.keys().rekeyAdmin(fresh);
        assertThat(verifier).isNotEqualTo(before).isEqualTo(vault.verifyingKey());
        assertThat(opens(Files.readAllBytes(file("of-a")), fresh)).isTrue();
        assertThat(opens(Files.readAllBytes(file("of-a")), place.resolve("admin.key")))
                .isFalse();
        assertThatThrownBy(() -> vault.put("x", "password", bytes("x"))).hasMessageContaining("bad signature");
        Vault.at(place, fresh).put("x", "password", bytes("x"));
        assertThat(acquired("a", a, "of-a")).isEqualTo("S3cret of-a");
        try (VaultBroker pinned = new VaultBroker(place, before, a, "a")) {
            assertThatThrownBy(() -> acquired(pinned, "a", "of-a")).hasMessageContaining("bad signature");
        }
    }

    @Test
    void rotating_keepsTheVersionBefore_forTheAdminToReveal() throws Exception {
        long tomorrow = System.currentTimeMillis() / 1000 + 86_400;
        assertThat(vault.rotate("of-a", "password", bytes("new"), tomorrow)).isEqualTo(2);
        assertThat(acquired("a", a, "of-a")).isEqualTo("new");
        assertThat(revealed("of-a", 1)).isEqualTo("S3cret of-a");
        assertThat(revealed("of-a", 2)).isEqualTo("new");
        assertThatThrownBy(() -> revealed("of-a", 3)).hasMessageContaining("it has 2 and 1");
        vault.put("other", "password", bytes("x"));
        vault.revoke("g1", "a");
        assertThat(revealed("of-a", 1)).isEqualTo("S3cret of-a");
        for (Path kept : files("of-a")) {
            assertThat(opens(Files.readAllBytes(kept), a)).as("%s", kept).isFalse();
        }
        assertThat(new Checked().broken).isEmpty();
    }

    @Test
    void keptVersion_isTheAdminsOnly_andNeverAWorkloadsThatIsGrantedLater() throws Exception {
        byte[] before = Files.readAllBytes(file("of-a"));
        try (VaultBroker broker = new VaultBroker(place, vault.verifyingKey(), a, "a")) {
            assertThat(acquired(broker, "a", "of-a")).isEqualTo("S3cret of-a");
            vault.rotate("of-a", "password", bytes("new"), Long.MAX_VALUE);
            assertThat(acquired(broker, "a", "of-a")).isEqualTo("new");
        }
        grant("of-a", "b");
        vault.keys().rekeyWorkload("a", a);
        assertThat(new Checked().broken).isEmpty();
        vault.keys().rekeyAdmin(folder.resolve("new-admin.key"));
        int kept = 0;
        for (Path path : files("of-a")) {
            byte[] file = Files.readAllBytes(path);
            assertThat(file).isNotEqualTo(before);
            assertThat(opens(file, folder.resolve("new-admin.key"))).isTrue();
            if (path.getFileName().toString().startsWith("password.1")) {
                assertThat(opens(file, a) || opens(file, b)).isFalse();
                kept++;
            } else {
                assertThat(opens(file, a) && opens(file, b)).isTrue();
            }
        }
        assertThat(kept).isEqualTo(1);
    }

    @Test
    void pastItsGrace_theVersionBeforeIsGone() throws Exception {
        vault.rotate("of-a", "password", bytes("new"), 1);
        assertThatThrownBy(() -> revealed("of-a", 1)).hasMessageContaining("the vault has no version 1");
        assertThat(files("of-a")).hasSize(1);
        assertThatThrownBy(() -> vault.rotate("gone", "password", bytes("x"), 0))
                .hasMessage("there is no secret gone in " + place);
        assertThatIllegalArgumentException().isThrownBy(() -> vault.rotate("of-a", "username", bytes("x"), 0));
    }

    @Test
    void export_opensWithItsRecipientOnly() throws Exception {
        byte[] identity = AgeKey.generate();
        Path out = folder.resolve("out");
        vault.put("of-a", "username", bytes("shop"));
        List<String> written = new VaultExport(vault, AgeKey.recipientOf(identity)).to(out);
        assertThat(written).containsExactly("of-a/password.age", "of-b/password.age", "of-both/password.age");
        byte[] file = Files.readAllBytes(out.resolve("of-b/password.age"));
        assertThat(Age.decrypt(file, identity)).isEqualTo(bytes("S3cret of-b"));
        assertThat(opens(file, place.resolve("admin.key"))).isFalse();
        assertThat(Files.readString(out.resolve("INDEX.json"))).contains("shop").doesNotContain("S3cret");
        assertThatThrownBy(() -> new VaultExport(vault, AgeKey.recipientOf(identity)).to(out))
                .hasMessageContaining("is not empty");
    }

    @Test
    void exportThatWasKilled_isWrittenAnew_andNothingElseIsTakenAway() throws Exception {
        VaultExport export = new VaultExport(vault, AgeKey.recipientOf(AgeKey.generate()));
        Path out = folder.resolve("out");
        List<String> written = export.to(out);
        Files.createFile(out.resolve(".lethe-export-unfinished"));
        Files.delete(out.resolve("INDEX.json"));
        Files.createFile(out.resolve("of-a/.password.age.1f.tmp"));
        Path mine = Files.createFile(folder.resolve("mine"));
        Files.createSymbolicLink(out.resolve("link"), folder);
        assertThat(export.to(out)).isEqualTo(written);
        assertThat(out.toFile().list()).containsExactlyInAnyOrder("INDEX.json", "of-a", "of-b", "of-both");
        assertThat(out.resolve("of-a").toFile().list()).containsExactly("password.age");
        assertThat(mine).exists();

        Path other = Files.createDirectory(folder.resolve("other"));
        Files.createFile(other.resolve(".lethe-export-unfinished.tmp"));
        Files.createFile(other.resolve(".a.tmp"));
        assertThatThrownBy(() -> export.to(other)).hasMessageContaining("is not empty");
        assertThat(other.toFile().list()).hasSize(2);
    }

    @Test
    void export_keepsNamesWithDotsApart() throws Exception {
        vault.put("x", "y.z", bytes("1"));
        vault.put("x.y", "z", bytes("2"));
        vault.put("index.json", "password", bytes("3"));
        List<String> written = new VaultExport(vault, AgeKey.recipientOf(AgeKey.generate())).to(folder.resolve("out"));
        assertThat(written).contains("x/y.z.age", "x.y/z.age", "index.json/password.age");
    }

    @Test
    void check_findsNothingInASoundVault() throws Exception {
        Checked checked = new Checked();
        assertThat(checked.broken).isEmpty();
        assertThat(checked.notes).containsExactly("the workload default is granted nothing");
    }

    @Test
    void check_findsEachDamage() throws Exception {
        Path file = file("of-a");
        byte[] sound = Files.readAllBytes(file);
        byte[] changed = sound.clone();
        changed[changed.length - 1] ^= 1;
        Files.write(file, changed);
        assertThat(new Checked().broken).singleElement().asString().contains("its SHA-256 differs");
        Files.delete(file);
        assertThat(new Checked().broken).singleElement().asString().contains("cannot be read");
        Files.write(file, sound);
        Files.setPosixFilePermissions(place.resolve("admin.key"), PosixFilePermissions.fromString("rw----r--"));
        Checked open = new Checked();
        assertThat(open.broken).singleElement().asString().contains("has the mode rw----r--");
        assertThat(open.notes).anyMatch(note -> note.startsWith("the files were compared with the index"));
        Files.setPosixFilePermissions(place.resolve("admin.key"), PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(place.resolve("index"), PosixFilePermissions.fromString("rw-rw-r--"));
        Files.write(place.resolve("secrets/of-a/password.77.age"), new byte[1]);
        Checked loose = new Checked();
        assertThat(loose.broken).isEmpty();
        assertThat(loose.notes).anyMatch(n -> n.contains("others than its owner can write it"));
        assertThat(loose.notes).anyMatch(n -> n.startsWith("1 files that the index does not name"));
        Files.write(place.resolve("index"), new byte[0]);
        assertThat(new Checked().broken).hasSize(1);
    }

    @Test
    void check_knowsAnAdminKeyThatIsNotTheVaultsAnyMore() throws Exception {
        vault.keys().rekeyAdmin(folder.resolve("new-admin.key"));
        Checked stale = new Checked();
        assertThat(stale.broken).isEmpty();
        assertThat(stale.notes)
                .anyMatch(note -> note.contains(place.resolve("admin.key") + " is not this vault's, or not any more"));
    }

    @Test
    void check_andGarbage_doWithoutTheWorkloadsFolder() throws Exception {
        Files.delete(place.resolve("workloads/default.key"));
        Files.delete(place.resolve("workloads"));
        Path left = Files.write(place.resolve("secrets/of-a/password.77.age"), new byte[1]);
        assertThat(new Checked().broken).isEmpty();
        vault.put("more", "password", bytes("x"));
        assertThat(left).doesNotExist();
        vault.keys().addWorkload("c", vault.identityFile("c"));
        assertThat(place.resolve("workloads/c.key")).exists();
    }

    @Test
    void check_findsAFileForOthersThanTheGrants() throws Exception {
        // As if a command had forgotten to encrypt anew; only the admin key can make such an index.
        try (VaultWriter writer = VaultWriter.open(new VaultFolder(place), place.resolve("admin.key"), 0)) {
            writer.index().grants.remove(0);
            writer.commit();
        }
        assertThat(new Checked().broken)
                .singleElement()
                .asString()
                .contains("is encrypted to a, granted to no workload");
    }

    /** A check of the vault, with its own key pinned. */
    private final class Checked {
        private final List<String> broken;
        private final List<String> notes;

        Checked() throws BrokerException {
            String key = null;
            try {
                key = vault.verifyingKey();
            } catch (BrokerException e) {
                assertThat(e).hasMessageContaining("index");
            }
            VaultCheck check = new VaultCheck(place, null, key);
            check.run();
            broken = check.broken();
            notes = check.notes();
        }
    }

    private void grant(String secret, String... workloads) throws BrokerException {
        var builder = Grant.of(secret).to(TARGET).user("orders");
        for (String workload : workloads) {
            builder.workload("name", workload);
        }
        vault.grant(builder);
    }

    private String acquired(String workload, Path identity, String secret) throws BrokerException {
        try (VaultBroker broker = new VaultBroker(place, null, identity, workload)) {
            return acquired(broker, workload, secret);
        }
    }

    private static String acquired(VaultBroker broker, String workload, String secret) throws BrokerException {
        Request request = new Request(
                new Workload(workload, Collections.emptyMap(), "self"),
                secret,
                "password",
                Target.parse(TARGET),
                "connect",
                "orders",
                Collections.emptyList());
        try (Lease lease = broker.acquire(request, Long.MAX_VALUE);
                Window window = lease.secret().open()) {
            return new String(window.bytes(), UTF_8);
        }
    }

    private String recipient(String workload) throws BrokerException {
        for (WorkloadInfo info : vault.keys().workloads()) {
            if (info.name().equals(workload)) {
                return info.recipient();
            }
        }
        throw new AssertionError(workload);
    }

    private String revealed(String secret, long version) throws BrokerException {
        try (Sealed sealed = vault.reveal(secret, "password", version);
                Window window = sealed.open()) {
            return new String(window.bytes(), UTF_8);
        }
    }

    private static boolean opens(byte[] file, Path identity) throws Exception {
        byte[] key = AgeKey.identityIn(ByteBuffer.wrap(Files.readAllBytes(identity)), identity, "identity");
        try {
            return Age.decrypt(file, key).length > 0;
        } catch (AgeException e) {
            return false;
        }
    }

    private Path file(String secret) throws IOException {
        List<Path> files = files(secret);
        assertThat(files).hasSize(1);
        return files.get(0);
    }

    private List<Path> files(String secret) throws IOException {
        try (Stream<Path> files = Files.list(place.resolve("secrets/" + secret))) {
            return files.toList();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
