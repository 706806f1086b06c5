package io.lethe.broker.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {

    private static final int SLOT = 145;

    @TempDir
    Path dir;

    private Trail trail;

    @BeforeEach
    void anEmptyFolder() throws IOException {
        trail = new Trail(dir);
    }

    @Test
    void eachChain_isListedSignedAndAnchored() throws Exception {
        trail.run(2);
        trail.run(3);
        TrailReport report = trail.verify();
        assertThat(report.intact()).as(problems(report)).isTrue();
        assertThat(report.unanchored()).isZero();
        ManifestReport manifest = report.manifests().get(0);
        assertThat(manifest.lines()).isEqualTo(5);
        assertThat(manifest.signed()).isEqualTo(5);
        assertThat(manifest.anchored()).isEqualTo(5);
        assertThat(Files.readAllLines(trail.heads))
                .hasSize(2)
                .allMatch(head -> head.startsWith("lethe-audit-head host="));
        assertThat(Files.getPosixFilePermissions(trail.keyFile()))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void keyThatSigned_isGone() throws Exception {
        trail.run(1);
        byte[] before = Files.readAllBytes(trail.keyFile());
        trail.run(1);
        byte[] after = Files.readAllBytes(trail.keyFile());
        int old = isZero(before, 0) ? 1 : 0;
        // One key at a time, and the next one in the other's place.
        assertThat(isZero(before, old) || !isZero(before, 1 - old)).isFalse();
        assertThat(isZero(after, old)).isTrue();
        assertThat(isZero(after, 1 - old)).isFalse();
        String whole = new String(after, UTF_8);
        assertThat(whole).doesNotContain(new String(Arrays.copyOfRange(before, old * SLOT, old * SLOT + 64), UTF_8));
    }

    @Test
    void keyStolenNow_signsNothingOfThePast() throws Exception {
        trail.run(2);
        int anchored = Files.readAllLines(trail.heads).size();
        trail.run(2);
        trail.run(2);
        // The heads that were kept end before what the thief wants to change.
        Files.write(trail.heads, Files.readAllLines(trail.heads).subList(0, anchored));
        assertThat(trail.verify().intact()).isTrue();
        List<String> lines = new ArrayList<>(Files.readAllLines(trail.manifestFile()));
        int changed = 3;
        lines.set(changed, lines.get(changed).replace("\"head\":\"", "\"head\":\"00"));
        Files.write(trail.manifestFile(), Trail.relinked(lines, changed));
        assertThat(trail.verify().manifests().get(0).problems())
                .containsExactly("line 5 is not signed by the key that the line before it names");
        // Cut there, he can go on only with a key of his own, or with the stolen one, which is not the one named there.
        Files.write(trail.manifestFile(), lines.subList(0, changed));
        trail.manifest().sign("x.jsonl", new Chain.Mark(1, Chain.NONE));
        Files.write(trail.heads, Files.readAllLines(trail.heads).subList(0, anchored));
        assertThat(trail.verify().manifests().get(0).problems().get(0))
                .contains("begins anew with a key that the key before did not sign");
    }

    @Test
    void crashBetweenItsSteps_losesNoKey() throws Exception {
        trail.run(1);
        Map<String, byte[]> before = trail.content();
        byte[] oldKey = Files.readAllBytes(trail.keyFile());
        byte[] oldLines = Files.readAllBytes(trail.manifestFile());
        String chain = AuditReader.chains(trail.folder.toFile()).get(0).getName();
        Chain.Mark mark = new Chain.Mark(
                1,
                new ManifestVerifier(trail.manifestFile().toFile(), new KnownHeads(), -1)
                        .verify()
                        .chains
                        .get(chain)
                        .keySet()
                        .iterator()
                        .next());
        trail.manifest().sign(chain, mark);
        byte[] newKey = Files.readAllBytes(trail.keyFile());
        byte[] newLines = Files.readAllBytes(trail.manifestFile());
        byte[] bothKeys = new byte[2 * SLOT];
        for (int i = 0; i < bothKeys.length; i++) {
            bothKeys[i] = isZero(oldKey, i / SLOT) ? newKey[i] : oldKey[i];
        }
        List<byte[]> manifests = new ArrayList<>();
        for (int end = oldLines.length; end <= newLines.length; end += 7) {
            manifests.add(Arrays.copyOf(newLines, end));
        }
        manifests.add(newLines);
        for (byte[] lines : manifests) {
            trail.restore(before);
            Files.write(trail.keyFile(), bothKeys);
            Files.write(trail.manifestFile(), lines);
            trail.manifest().sign(chain, mark);
            TrailReport report = trail.verifyWithoutHeads();
            assertThat(report.intact())
                    .as("%s: %s", lines.length, problems(report))
                    .isTrue();
        }
        // Half of the next key was written.
        trail.restore(before);
        byte[] half = oldKey.clone();
        int free = isZero(half, 0) ? 0 : 1;
        System.arraycopy(newKey, free * SLOT, half, free * SLOT, SLOT / 2);
        Files.write(trail.keyFile(), half);
        trail.manifest().sign(chain, mark);
        assertThat(trail.verifyWithoutHeads().intact()).isTrue();
    }

    @Test
    void lostKeyFile_letsTheTrailGoOn_andIsSaid() throws Exception {
        trail.run(1);
        Files.delete(trail.keyFile());
        trail.run(1);
        assertThat(trail.verify().manifests().get(0).problems().get(0)).contains("or its key file was lost");
    }

    @Test
    void manyAtTheSameTime_makeOneManifest() throws Exception {
        int threads = 6;
        CountDownLatch done = new CountDownLatch(threads);
        List<Throwable> failures = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            new Thread(() -> {
                        try {
                            for (int i = 0; i < 3; i++) {
                                trail.run(1);
                            }
                        } catch (Throwable e) {
                            synchronized (failures) {
                                failures.add(e);
                            }
                        } finally {
                            done.countDown();
                        }
                    })
                    .start();
        }
        done.await();
        assertThat(failures).isEmpty();
        TrailReport report = trail.verify();
        assertThat(report.intact()).as(problems(report)).isTrue();
        assertThat(report.chains()).hasSize(18);
        assertThat(report.unanchored()).isZero();
    }

    @Test
    void manifestThatIsNone_meansNoSecret() throws Exception {
        Files.writeString(trail.manifestFile(), "garbage\n");
        assertThatThrownBy(() -> trail.run(1))
                .isInstanceOf(AuditException.class)
                .hasMessageContaining("is no record of a manifest");
    }

    @Test
    void killedProcess_isIntactUpToWhereItGot() throws Exception {
        Map<String, byte[]> killed;
        byte[] heads;
        try (Audit audit = trail.audit()) {
            audit.durably(List.of(Map.of("event", "decision", "lease", "l1")));
            audit.checkpoint();
            audit.promptly(Map.of("event", "outcome", "lease", "l1"));
            killed = trail.content();
            heads = Files.readAllBytes(trail.heads);
        }
        String chain = AuditReader.chains(trail.folder.toFile()).get(0).getName();
        killed.put(chain, Arrays.copyOf(killed.get(chain), killed.get(chain).length - 9));
        trail.restore(killed);
        Files.write(trail.heads, heads);
        TrailReport report = trail.verify();
        assertThat(report.intact()).as(problems(report)).isTrue();
        assertThat(report.chains().get(0).torn()).isTrue();
        assertThat(report.chains().get(0).anchored()).isEqualTo(2);
    }

    @Test
    void plantedLinks_andFilesOfOthers_areNotWrittenTo() throws Exception {
        Path outside = Files.createFile(dir.resolve("outside"));
        for (Path planted : List.of(trail.manifestFile(), trail.keyFile())) {
            Files.createSymbolicLink(planted, outside);
            assertThatThrownBy(() -> trail.run(1))
                    .isInstanceOf(AuditException.class)
                    .hasMessageContaining(planted.getFileName() + " there is a link, or no file; remove it");
            Files.delete(planted);
            // One that leads nowhere would be made where it leads.
            Files.createSymbolicLink(planted, dir.resolve("nowhere"));
            assertThatThrownBy(() -> trail.run(1)).isInstanceOf(AuditException.class);
            Files.delete(planted);
        }
        assertThat(outside).isEmptyFile();
        assertThat(dir.resolve("nowhere")).doesNotExist();
        assertThat(AuditReader.chains(trail.folder.toFile())).isEmpty();
        Manifest others = new Manifest(trail.folder.toFile(), "4000000000", "host", Heads.nowhere());
        Files.createFile(trail.folder.resolve(others.name()));
        assertThatThrownBy(() -> others.began("x.jsonl", Chain.NONE))
                .hasMessage("manifest-4000000000 there belongs to another user; remove it");
    }

    @Test
    void hardLinks_areABackupsWhereNobodyElseCanHavePlantedThem() throws Exception {
        trail.run(1);
        Path outside = dir.resolve("outside");
        Path unprotected = Files.writeString(dir.resolve("protected_hardlinks"), "0\n");
        Path setting = Path.of("/proc/sys/fs/protected_hardlinks");
        boolean isProtected = Files.exists(setting) && Files.readString(setting).startsWith("1");
        for (Path linked : List.of(trail.manifestFile(), trail.keyFile())) {
            Files.createLink(outside, linked);
            byte[] before = Files.readAllBytes(outside);
            Files.setPosixFilePermissions(trail.folder, PosixFilePermissions.fromString("rwxrwx---"));
            for (Path no : List.of(unprotected, dir.resolve("none"))) {
                assertThatThrownBy(() -> OwnFiles.refuseOtherNames(linked.toFile(), no.toFile()))
                        .hasMessageStartingWith(linked.getFileName() + " has another name elsewhere (a hard link)")
                        .hasMessageContaining("put a copy in its place (cp -p X X.new && mv X.new X)");
            }
            if (isProtected) {
                trail.run(1);
            } else {
                assertThatThrownBy(() -> trail.run(1)).isInstanceOf(AuditException.class);
                assertThat(outside).hasBinaryContent(before);
            }
            // What the message says to do.
            Path copy = Files.copy(linked, dir.resolve("copy"), StandardCopyOption.COPY_ATTRIBUTES);
            Files.move(copy, linked, StandardCopyOption.ATOMIC_MOVE);
            trail.run(1);
            Files.setPosixFilePermissions(trail.folder, PosixFilePermissions.fromString("rwxr-x---"));
            trail.run(1);
            Files.delete(outside);
        }
        assertThat(trail.verify().intact()).isTrue();
    }

    @Test
    void keyThatOthersMayRead_isNotUsed() throws Exception {
        trail.run(1);
        Files.setPosixFilePermissions(trail.keyFile(), PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> trail.run(1)).hasMessageContaining("others may read or write manifest-");
    }

    @Test
    void lineThatIsNotOnDisk_isTakenBack() throws Exception {
        Path file = Files.writeString(dir.resolve("lines"), "one\n");
        try (FileChannel out = new NeverSynced(FileChannel.open(file, StandardOpenOption.WRITE))) {
            assertThatThrownBy(() -> Manifest.append(out, "two\n".getBytes(UTF_8), 4))
                    .hasMessage("Input/output error");
        }
        assertThat(file).hasContent("one\n");
    }

    @Test
    void endOfAJvm_signs_butDoesNotWaitForWhoHoldsTheManifest() throws Exception {
        try (Audit audit = trail.audit()) {
            audit.durably(List.of(Map.of("event", "decision")));
            audit.checkpointWithin(TimeUnit.MINUTES.toNanos(5));
            int signed = Files.readAllLines(trail.manifestFile()).size();
            assertThat(signed).isEqualTo(3);
            audit.promptly(Map.of("event", "outcome"));
            // Comes back while nobody else can sign.
            trail.manifest().locked(keys -> {
                audit.checkpointAtTheEnd();
                assertThat(Files.readAllLines(trail.manifestFile())).hasSize(signed);
            });
            audit.checkpoint();
            assertThat(trail.verify().unanchored()).isZero();
        }
    }

    static String problems(TrailReport report) {
        StringBuilder problems = new StringBuilder();
        report.chains()
                .forEach(chain -> problems.append(chain.name())
                        .append(": ")
                        .append(chain.problem())
                        .append('\n'));
        report.manifests()
                .forEach(manifest -> problems.append(manifest.problems()).append('\n'));
        return problems.append(report.missing()).toString();
    }

    private static boolean isZero(byte[] file, int slot) {
        for (int i = slot * SLOT; i < (slot + 1) * SLOT; i++) {
            if (i < file.length && file[i] != '0' && file[i] != '\n') {
                return false;
            }
        }
        return true;
    }
}
