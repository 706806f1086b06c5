package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class SupportTableTest {

    @Test
    void readme_showsWhatTheCommittedResultsSay() throws IOException {
        String readme = Files.readString(Path.of("../../README.md"));
        var results = Files.readAllLines(Path.of("../results/postgres-residue.csv"));
        assertThat(readme)
                .as("run io.lethe.harness.SupportTable test-apps/results/postgres-residue.csv README.md")
                .isEqualTo(SupportTable.in(readme, results));
    }
}
