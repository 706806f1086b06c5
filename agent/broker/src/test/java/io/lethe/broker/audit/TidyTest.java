package io.lethe.broker.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
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
        tidyAndRun();
        Files.delete(trail.folder.resolve(names().get(0)));
        for (Map.Entry<String, byte[]> file : loose.entrySet()) {
            if (file.getKey().endsWith(".jsonl")) {
                Files.write(trail.folder.resolve(file.getKey()), file.getValue());
            }
        }
        TrailReport marked = trail.verify();
        assertThat(marked.intact()).as(ManifestTest.problems(marked)).isTrue();
        tidyAndRun();
        assertThat(names()).hasSize(3);
        TrailReport report = trail.verify();
        assertThat(report.intact()).as(ManifestTest.problems(report)).isTrue();
        assertThat(report.unanchored()).isZero();
    }

    /** A JVM that lives long enough to look what is to be tidied. */
    private void tidyAndRun() throws IOException {
        new Tidy(trail.folder.toFile(), trail.manifest(), trail.keepDays, trail.now).run("");
        try (Audit audit = trail.audit()) {
            audit.durably(List.of(Map.of("event", "decision")));
        }
    }

    private List<String> names() throws AuditException {
        return AuditReader.chains(trail.folder.toFile()).stream()
                .map(File::getName)
                .toList();
    }
}
