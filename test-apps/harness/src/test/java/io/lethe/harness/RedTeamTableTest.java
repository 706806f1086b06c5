package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RedTeamTableTest {

    @Test
    void rows_becomeATable() {
        List<String> csv = List.of("adversary,tried,got", "one,\"this, and \"\"that\"\"\",x", "a|b,c,**d**");
        assertThat(RedTeamTable.in("x\n<!-- red team -->old<!-- end of red team -->\ny", csv))
                .isEqualTo("x\n<!-- red team -->\n\n| adversary | tried | got |\n|---|---|---|\n"
                        + "| one | this, and \"that\" | x |\n| a\\|b | c | **d** |\n\n<!-- end of red team -->\ny");
    }

    @Test
    void security_showsWhatTheCommittedResultsSay() throws IOException {
        String page = Files.readString(Path.of("../../SECURITY.md"));
        List<String> results = Files.readAllLines(Path.of("../results/red-team.csv"));
        assertThat(page)
                .as("run io.lethe.harness.RedTeamTable test-apps/results/red-team.csv SECURITY.md")
                .isEqualTo(RedTeamTable.in(page, results));
    }
}
