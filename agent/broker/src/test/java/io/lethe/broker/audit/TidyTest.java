package io.lethe.broker.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TidyTest {

    @TempDir
    Path dir;

    private Trail trail;

    @BeforeEach
    void anEmptyFolder() throws IOException {
        trail = new Trail(dir);
    }

    @Test
    void shortChainsOfADay_becomeOneFile() throws Exception {
        for (int i = 0; i < 5; i++) {
            trail.run(2);
        }
        trail.days(1);
        tidyAndRun();
        assertThat(names()).hasSize(2).first().asString().contains("-joined-");
        TrailReport report = trail.verify();
        assertThat(report.intact()).as(ManifestTest.problems(report)).isTrue();
        assertThat(report.chains()).hasSize(6);
        assertThat(report.records()).isEqualTo(5 * 5 + 2);
        assertThat(report.unanchored()).isZero();
        assertThat(report.chains().get(1).previousFile())
                .isEqualTo(report.chains().get(0).name());
    }

    /** As a job leaves them that begins each minute: -Dlethe.chains=1440 is a day of it. */
    @Test
    void chainsOfADay_howeverMany_becomeAFewFiles() throws Exception {
        int chains = Integer.getInteger("lethe.chains", 30);
        trail.now -= trail.now % TimeUnit.DAYS.toMillis(1);
        for (int i = 0; i < chains; i++) {
            trail.run(1);
            trail.now += TimeUnit.MINUTES.toMillis(1);
        }
        trail.days(1);
        long begun = System.nanoTime();
        tidy();
        long tidied = System.nanoTime();
        TrailReport report = trail.verify();
        System.out.println("TidyTest: " + chains + " chains joined in "
                + TimeUnit.NANOSECONDS.toMillis(tidied - begun) + " ms, into " + names().size() + " files; verified in "
                + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - tidied) + " ms; the manifest has "
                + Files.size(trail.manifestFile()) + " bytes");
        assertThat(names()).hasSize((chains + 499) / 500).allMatch(name -> name.contains("-joined-"));
        assertThat(report.intact()).as(ManifestTest.problems(report)).isTrue();
        assertThat(report.chains()).hasSize(chains);
        assertThat(report.records()).isEqualTo(3L * chains);
        assertThat(report.unanchored()).isZero();
    }

    @Test
    void chainThatIsStillWritten_isLeftAlone() throws Exception {
        trail.run(1);
        trail.run(1);
        try (Audit longLived = trail.audit()) {
            longLived.durably(List.of(Map.of("event", "decision")));
            trail.days(1);
            tidyAndRun();
            // Nothing that it writes is lost; on the new day it begins a new chain.
            longLived.promptly(Map.of("event", "outcome"));
            longLived.durably(List.of(Map.of("event", "decision")));
        }
        assertThat(names()).hasSize(4);
        TrailReport report = trail.verify();
        assertThat(report.intact()).as(ManifestTest.problems(report)).isTrue();
        assertThat(report.records()).isEqualTo(2 * 3 + 3 + 2 + 2);
        assertThat(report.unanchored()).isZero();
    }

    @Test
    void whatIsOlderThanItMustBe_isDeleted_andSaid() throws Exception {
        trail.keepDays = 3;
        trail.days(-6);
        trail.run(1);
        trail.run(1);
        aged();
        trail.days(1);
        tidyAndRun();
        assertThat(names()).hasSize(2);
        aged();
        trail.days(5);
        tidyAndRun();
        assertThat(names()).hasSize(1);
        TrailReport report = trail.verify();
        assertThat(report.intact()).as(ManifestTest.problems(report)).isTrue();
        assertThat(report.manifests().get(0).prunedFiles()).isEqualTo(2);
        assertThat(trail.verify(3).intact()).isTrue();
        assertThat(trail.verify(4).manifests().get(0).problems().get(0)).endsWith("and audit.keep says 4d");
        assertThat(trail.verify(0).manifests().get(0).problems().get(0)).endsWith("and audit.keep is not set");
    }

    @Test
    void otherRetention_isSaid_andWhatFollowsIsRead() throws Exception {
        trail.keepDays = 3;
        trail.days(-6);
        trail.run(1);
        aged();
        trail.days(6);
        tidyAndRun();
        TrailReport report = trail.verify(4);
        assertThat(report.manifests().get(0).problems()).hasSize(1);
        assertThat(report.manifests().get(0).lines())
                .isEqualTo(Files.readAllLines(trail.manifestFile()).size());
        assertThat(report.missing()).isEmpty();
        assertThat(report.chains()).hasSize(1).allMatch(ChainReport::intact);
        Files.delete(trail.folder.resolve(names().get(0)));
        assertThat(trail.verify(4).manifests().get(0).problems()).hasSize(2);
    }

    @Test
    void chainOfOneLine_whichTheManifestMayNotList_isNotJoined() throws Exception {
        for (int i = 0; i < 3; i++) {
            trail.run(1);
        }
        String unlisted = names().get(2).replace(".jsonl", "0.jsonl");
        Files.writeString(
                trail.folder.resolve(unlisted),
                Files.readAllLines(trail.folder.resolve(names().get(2))).get(0) + "\n");
        trail.days(1);
        tidyAndRun();
        assertThat(names()).hasSize(3).contains(unlisted);
        TrailReport report = trail.verify();
        assertThat(report.intact()).as(ManifestTest.problems(report)).isTrue();
    }

    @Test
    void chainThatAnotherHasJustJoined_doesNotComeIntoBeingAgain() throws Exception {
        for (int i = 0; i < 3; i++) {
            trail.run(1);
        }
        aged();
        trail.days(1);
        Tidy first = new Tidy(trail.folder.toFile(), trail.manifest(), 0, trail.now);
        Map<String, List<File>> found = first.old("99999999", "");
        assertThat(found).hasSize(1);
        File gone = trail.folder.resolve(names().get(0)).toFile();
        tidy();
        assertThat(names()).hasSize(1);
        for (Map.Entry<String, List<File>> day : found.entrySet()) {
            first.joinInTurns(day.getKey(), day.getValue());
        }
        assertThat(Tidy.isWritten(gone)).isTrue();
        assertThat(names()).hasSize(1);
    }

    @Test
    void turn_endsAfter8MB() throws Exception {
        List<File> files = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            File file = dir.resolve("f" + i).toFile();
            try (RandomAccessFile sparse = new RandomAccessFile(file, "rw")) {
                sparse.setLength(5 << 20);
            }
            files.add(file);
        }
        assertThat(Tidy.turn(files, 0)).isEqualTo(1);
        assertThat(Tidy.turn(files, 2)).isEqualTo(3);
    }

    @Test
    void link_isNeitherJoinedNorWrittenTo() throws Exception {
        trail.run(1);
        trail.run(1);
        aged();
        Path outside = Files.copy(trail.folder.resolve(names().get(0)), dir.resolve("outside"));
        String planted = names().get(1).replace(".jsonl", "0.jsonl");
        Files.createSymbolicLink(trail.folder.resolve(planted), outside);
        trail.days(1);
        tidy();
        assertThat(names()).hasSize(2).contains(planted);
    }

    /** The chains are as old as their names say. */
    private void aged() throws IOException {
        for (String name : names()) {
            Files.setLastModifiedTime(trail.folder.resolve(name), FileTime.fromMillis(0));
        }
    }

    @Test
    void deletedChain_isNoPrunedOne() throws Exception {
        trail.run(1);
        trail.run(1);
        Files.delete(trail.folder.resolve(names().get(0)));
        assertThat(trail.verify().manifests().get(0).problems().get(0)).contains("that it lists is missing");
    }

    @Test
    void crashAfterTheMark_isFinishedByTheNext() throws Exception {
        for (int i = 0; i < 3; i++) {
            trail.run(1);
        }
        Map<String, byte[]> loose = trail.content();
        trail.days(1);
        tidyAndRun();
        // As if it had been killed before it deleted them.
        for (Map.Entry<String, byte[]> file : loose.entrySet()) {
            if (file.getKey().endsWith(".jsonl")) {
                Files.write(trail.folder.resolve(file.getKey()), file.getValue());
            }
        }
        TrailReport both = trail.verify();
        assertThat(both.intact()).as(ManifestTest.problems(both)).isTrue();
        tidyAndRun();
        assertThat(names()).hasSize(3);
        assertThat(trail.verify().intact()).isTrue();
    }

    @Test
    void crashBeforeTheFileHasItsName_isDoneAnew() throws Exception {
        for (int i = 0; i < 3; i++) {
            trail.run(1);
        }
        Map<String, byte[]> loose = trail.content();
        trail.days(1);
        tidy();
        Files.delete(trail.folder.resolve(names().get(0)));
        for (Map.Entry<String, byte[]> file : loose.entrySet()) {
            if (file.getKey().endsWith(".jsonl")) {
                Files.write(trail.folder.resolve(file.getKey()), file.getValue());
            }
        }
        TrailReport marked = trail.verify();
        assertThat(marked.intact()).as(ManifestTest.problems(marked)).isTrue();
        tidyAndRun();
        assertThat(names()).hasSize(2);
        TrailReport report = trail.verify();
        assertThat(report.intact()).as(ManifestTest.problems(report)).isTrue();
        assertThat(report.unanchored()).isZero();
    }

    /** A JVM that lives long enough to look what is to be tidied. */
    private void tidyAndRun() throws IOException {
        tidy();
        try (Audit audit = trail.audit()) {
            audit.durably(List.of(Map.of("event", "decision")));
        }
    }

    private void tidy() throws IOException {
        new Tidy(trail.folder.toFile(), trail.manifest(), trail.keepDays, trail.now).run("");
    }

    private List<String> names() throws AuditException {
        return AuditReader.chains(trail.folder.toFile()).stream()
                .map(File::getName)
                .toList();
    }
}
