package io.lethe.broker.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.broker.json.JsonFields;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTest {

    private static final Map<String, Object> WORKLOAD = Map.of("name", "default", "pid", "42");

    @TempDir
    Path folder;

    @Test
    void firstLine_saysWhoAndEachLineLinks() throws Exception {
        try (Audit audit = audit()) {
            audit.durably(List.of(event(1), event(2)));
            audit.promptly(event(3));
        }
        List<String> lines = Files.readAllLines(chain(0));
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0))
                .startsWith("{\"seq\":1,\"prev\":\"" + "0".repeat(64) + "\",\"time\":\"20")
                .contains("\"event\":\"chain\",\"host\":\"", "\"workload\":{", "\"name\":\"default\"")
                .doesNotContain("previous");
        ChainReport report = AuditVerifier.verify(chain(0).toFile(), Set.of());
        assertThat(report.intact()).isTrue();
        assertThat(report.records()).isEqualTo(4);
        assertThat(report.torn()).isFalse();
        assertThat(Files.getPosixFilePermissions(chain(0))).isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
    }

    @Test
    void nothing_isCreatedBeforeTheFirstEvent() throws Exception {
        try (Audit audit = audit()) {
            audit.check();
            audit.durably(List.of());
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void nextChain_namesTheHeadOfTheOneBefore() throws Exception {
        for (int i = 0; i < 3; i++) {
            try (Audit audit = audit()) {
                audit.durably(List.of(event(i)));
            }
        }
        List<ChainReport> reports = AuditVerifier.verifyFolder(folder.toFile());
        assertThat(reports).hasSize(3).allMatch(ChainReport::intact);
        assertThat(reports.get(1).previousFile())
                .isEqualTo(reports.get(0).file().getName());
        assertThat(reports.get(1).previousHead()).isEqualTo(reports.get(0).head());
        Files.delete(reports.get(1).file().toPath());
        assertThat(AuditVerifier.verifyFolder(folder.toFile()))
                .extracting(ChainReport::problem)
                .containsExactly(
                        null, "the chain before it, " + reports.get(1).file().getName() + ", is missing");
    }

    @Test
    void chainsOfOneMillisecond_areSortedAsTheyBegan() throws Exception {
        for (int i = 0; i < 50; i++) {
            try (Audit audit = audit()) {
                audit.durably(List.of(event(i)));
            }
        }
        List<ChainReport> reports = AuditVerifier.verifyFolder(folder.toFile());
        for (int i = 1; i < reports.size(); i++) {
            assertThat(reports.get(i).previousFile())
                    .isEqualTo(reports.get(i - 1).file().getName());
        }
    }

    @Test
    void cutOfAnOlderChain_isFoundThroughTheNext() throws Exception {
        for (int i = 0; i < 2; i++) {
            try (Audit audit = audit()) {
                audit.durably(List.of(event(1), event(2)));
            }
        }
        List<String> lines = Files.readAllLines(chain(0));
        Files.write(chain(0), lines.subList(0, 2));
        assertThat(AuditVerifier.verifyFolder(folder.toFile()).get(0).problem())
                .contains("is not in it: lines were cut off");
    }

    @Test
    void interruptedThread_writesOn() throws Exception {
        try (Audit audit = audit()) {
            Thread.currentThread().interrupt();
            audit.durably(List.of(event(1)));
            audit.promptly(event(2));
            assertThat(Thread.interrupted()).isTrue();
            audit.durably(List.of(event(3)));
        }
        assertThat(AuditVerifier.verify(chain(0).toFile(), Set.of()).records()).isEqualTo(4);
    }

    @Test
    void manyThreads_makeOneIntactChain() throws Exception {
        int threads = 8;
        CountDownLatch done = new CountDownLatch(threads);
        try (Audit audit = audit()) {
            for (int t = 0; t < threads; t++) {
                new Thread(() -> {
                            try {
                                for (int i = 0; i < 50; i++) {
                                    audit.durably(List.of(event(i), event(i)));
                                    audit.promptly(event(i));
                                }
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            } finally {
                                done.countDown();
                            }
                        })
                        .start();
            }
            done.await();
        }
        ChainReport report = AuditVerifier.verify(chain(0).toFile(), Set.of());
        assertThat(report.problem()).isNull();
        assertThat(report.records()).isEqualTo(1 + threads * 50 * 3);
    }

    @Test
    void linkInThePlaceOfAChainThatIsBeingOpened_isNotWrittenTo(@TempDir Path other) throws Exception {
        Path outside = Files.createFile(other.resolve("outside"));
        Path aside = other.resolve("aside");
        // Whoever may rename in the folder: gone again before anybody looks at the name.
        Chain.Opener opener = (file, made) -> {
            Files.move(file.toPath(), aside);
            Files.createSymbolicLink(file.toPath(), outside);
            try {
                return OwnFiles.stream(file, made);
            } finally {
                Files.move(aside, file.toPath(), StandardCopyOption.REPLACE_EXISTING);
            }
        };
        try (Audit audit = audit(opener)) {
            assertThatThrownBy(() -> audit.durably(List.of(event(1))))
                    .isInstanceOf(AuditException.class)
                    .hasMessageContaining("was replaced while it was opened");
        }
        assertThat(outside).isEmptyFile();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void diskFull_isOneLineAndLeavesNoFile() throws Exception {
        // Linux has a device for it; elsewhere a stream plays it.
        File full = new File("/dev/full");
        try (Audit audit = audit((file, made) ->
                full.exists() ? new FileOutputStream(full) : new FlakyStream(file, new AtomicBoolean(true)))) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> audit.durably(List.of(event(1))))
                        .isInstanceOf(AuditException.class)
                        .hasMessage("the audit trail in " + folder
                                + " cannot be written (No space left on device); no secret is handed out until it can");
            }
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void diskFullMeanwhile_beginsANewChainOnceItIsNot() throws Exception {
        AtomicBoolean full = new AtomicBoolean();
        List<FlakyStream> streams = new ArrayList<>();
        try (Audit audit = audit((file, made) -> {
            FlakyStream stream = new FlakyStream(file, full);
            streams.add(stream);
            return stream;
        })) {
            audit.durably(List.of(event(1)));
            full.set(true);
            // Half of this line gets to the disk; then two uses that cannot be written at all.
            audit.promptly(event(2));
            audit.promptly(event(3));
            assertThatThrownBy(() -> audit.durably(List.of(event(4)))).isInstanceOf(AuditException.class);
            full.set(false);
            audit.durably(List.of(event(5)));
        }
        List<ChainReport> reports = AuditVerifier.verifyFolder(folder.toFile());
        assertThat(reports).hasSize(2).allMatch(ChainReport::intact);
        assertThat(reports.get(0).torn()).isTrue();
        assertThat(reports.get(0).records()).isEqualTo(2);
        assertThat(reports.get(1).previousHead()).isEqualTo(reports.get(0).head());
        assertThat(Files.readAllLines(chain(1)).get(0)).contains("\"lost\":2");
    }

    @Test
    void missingOrUnwritableFolder_isOneLine() throws Exception {
        Path gone = folder.resolve("a/b");
        assertThatThrownBy(() -> new Audit(gone.toFile(), WORKLOAD, false).check())
                .hasMessage("the audit folder " + gone + " does not exist; create it and let this process write there,"
                        + " or set audit.dir");
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> new Audit(file.toFile(), WORKLOAD, false).durably(List.of(event(1))))
                .hasMessageContaining(" is no folder;");
    }

    @Test
    void deletedTrail_isNoticedBeforeTheNextDecision() throws Exception {
        try (Audit audit = audit()) {
            audit.durably(List.of(event(1)));
            Path first = chain(0);
            Files.delete(first);
            audit.durably(List.of(event(2)));
            assertThat(chain(0)).isNotEqualTo(first);
            assertThat(AuditVerifier.verifyFolder(folder.toFile()).get(0).problem())
                    .contains("is missing");
        }
    }

    @Test
    void stamp_changesOnceTheTrailIsGone_andNotBefore() throws Exception {
        try (Audit audit = audit()) {
            Object before = audit.stamp();
            audit.durably(List.of(event(1)));
            audit.promptly(event(2));
            assertThat(audit.stamp()).isEqualTo(before);
            Files.delete(chain(0));
            Object gone = audit.stamp();
            assertThat(gone).isNotEqualTo(before);
            assertThat(audit.stamp()).isEqualTo(gone);
            audit.durably(List.of(event(3)));
            assertThat(audit.stamp()).isEqualTo(gone);
        }
    }

    @Test
    void reader_givesEventsAndPassesOverATornLine() throws Exception {
        try (Audit audit = audit()) {
            audit.durably(List.of(event(7)));
        }
        Files.writeString(chain(0), Files.readString(chain(0)) + "{\"seq\":3,\"pr");
        try (AuditReader reader = new AuditReader(chain(0).toFile())) {
            assertThat(reader.next().string("event")).isEqualTo("chain");
            JsonFields second = reader.next();
            assertThat(second.number("n")).isEqualTo(7);
            assertThat(reader.next()).isNull();
            assertThat(reader.torn()).isTrue();
        }
    }

    @Test
    void afterHalfALine_nobodyWritesOn() throws Exception {
        AtomicBoolean full = new AtomicBoolean(true);
        File file = folder.resolve("chain").toFile();
        Chain chain = new Chain(
                new FileOutput(file, ChainFiles.made(file), (f, made) -> new FlakyStream(f, full)),
                System::currentTimeMillis);
        assertThatThrownBy(() -> chain.append(List.of(event(1)))).hasMessage("No space left on device");
        long length = file.length();
        full.set(false);
        assertThatThrownBy(() -> chain.append(List.of(event(2)))).isInstanceOf(IOException.class);
        assertThat(file.length()).isEqualTo(length);
        assertThat(chain.mark().line).isZero();
        chain.close();
    }

    @Test
    void use_doesNotWaitForADiskThatADecisionWaitsFor() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        AtomicBoolean slow = new AtomicBoolean();
        try (Audit audit = audit((file, made) -> {
            if (slow.get()) {
                waiting.countDown();
                uninterruptibly(free);
            }
            return new FileOutputStream(file, true);
        })) {
            audit.durably(List.of(event(1)));
            Files.delete(chain(0));
            slow.set(true);
            Thread decision = new Thread(() -> {
                try {
                    audit.durably(List.of(event(2)));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            decision.start();
            waiting.await();
            // Returns while the decision has the lock.
            audit.promptly(event(3));
            audit.promptly(event(4));
            free.countDown();
            decision.join();
            assertThat(Files.readAllLines(chain(0)).get(0)).doesNotContain("lost");
            slow.set(false);
            Files.delete(chain(0));
            audit.durably(List.of(event(5)));
            assertThat(Files.readAllLines(chain(0)).get(0)).contains("\"lost\":2");
        }
    }

    @Test
    void pipeAsHeads_isRefused() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Path trail = Files.createDirectory(folder.resolve("trail"));
        // Returns, and keeps no secret back.
        try (Audit audit = new Audit(trail.toFile(), WORKLOAD, false, Heads.to(pipe.toString()), 0)) {
            audit.durably(List.of(event(1)));
        }
        assertThat(AuditVerifier.verify(trail.toFile(), new KnownHeads(), -1).intact())
                .isTrue();
    }

    private static void uninterruptibly(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private Audit audit() {
        return new Audit(folder.toFile(), WORKLOAD, false);
    }

    private Audit audit(Chain.Opener opener) {
        return new Audit(
                new ChainFiles(folder.toFile(), opener, Heads.nowhere(), 0, System::currentTimeMillis),
                WORKLOAD,
                false);
    }

    private Path chain(int i) throws AuditException {
        return AuditReader.chains(folder.toFile()).get(i).toPath();
    }

    private static Map<String, Object> event(int n) {
        return Map.of("event", "decision", "n", n);
    }

    /** A disk that takes half of what it is given while it is full. */
    private static final class FlakyStream extends FileOutputStream {

        private final AtomicBoolean full;

        FlakyStream(File file, AtomicBoolean full) throws IOException {
            super(file, true);
            this.full = full;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (full.get()) {
                super.write(bytes, offset, length / 2);
                throw new IOException("No space left on device");
            }
            super.write(bytes, offset, length);
        }
    }

    /** Seen failing without the lock around a signature: close signed a second time, after the folder was thought done. */
    @Test
    void whoClosesWhileItIsSigned_waitsForThat_andDoesNotSignAgain() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicInteger signatures = new AtomicInteger();
        ChainFiles files =
                new ChainFiles(folder.toFile(), OwnFiles::stream, Heads.nowhere(), 0, System::currentTimeMillis);
        Trails slow = new Trails() {
            @Override
            public void check() throws AuditException {
                files.check();
            }

            @Override
            public Chain begin(Map<String, Object> openingEvent) throws IOException {
                return files.begin(openingEvent);
            }

            @Override
            public void ended(Chain chain) {
                files.ended(chain);
            }

            @Override
            public void sign(String chain, Chain.Mark mark) throws IOException {
                signatures.incrementAndGet();
                begun.countDown();
                try {
                    mayEnd.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                files.sign(chain, mark);
            }

            @Override
            public void tidy(Chain current) {}

            @Override
            public AuditException unwritable(IOException e) {
                return files.unwritable(e);
            }

            @Override
            public String host() {
                return files.host();
            }
        };
        Audit audit = new Audit(slow, Map.of(), true);
        audit.durably(List.of(Map.of("event", "decision")));
        Thread signing = new Thread(audit::checkpoint);
        signing.start();
        begun.await();
        Thread closing = new Thread(audit::close);
        closing.start();
        while (closing.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        mayEnd.countDown();
        signing.join();
        closing.join();
        assertThat(signatures).hasValue(1);
    }
}
