package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RotationTableTest {

    @Test
    void aPoolIsARow_andWhatNeverHappenedIsSaid() {
        String page = "a<!-- rotation table -->old<!-- end of rotation table -->b";
        assertThat(RotationTable.in(page, List.of("17,A 1,pgjdbc 42.7.4,50,9,0,0,0.9,8.4", "17,B,x,50,9,1,3,-,9.0")))
                .contains("| 17 | A 1 | pgjdbc 42.7.4 | 50 | 9 | 0 | 0 | 0.9 s | 8.4 s |\n")
                .contains("| 17 | B | x | 50 | 9 | 1 | 3 | not within a minute | 9.0 s |\n")
                .doesNotContain("old<");
    }

    @Test
    void readme_showsWhatTheCommittedResultsSay() throws IOException {
        String readme = Files.readString(Path.of("../../README.md"));
        List<String> results = RotationTable.rows(Path.of("../results"));
        assertThat(readme)
                .as("run io.lethe.harness.RotationTable README.md test-apps/results")
                .isEqualTo(RotationTable.in(readme, results));
    }
}
