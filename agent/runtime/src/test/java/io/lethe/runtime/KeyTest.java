package io.lethe.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyTest {

    @Test
    void readme_hasOneRowForEveryKeyAndNoOther() throws IOException {
        String begin = "| key | default | meaning |";
        List<String> lines = Files.readAllLines(Path.of("../../README.md"));
        List<String> rows = lines.subList(lines.indexOf(begin) + 2, lines.size()).stream()
                .takeWhile(line -> line.startsWith("|"))
                .toList();
        assertThat(rows).hasSize(Key.values().length);
        for (Key key : Key.values()) {
            String fallback = key.fallback().isEmpty() ? "" : "`" + key.fallback() + "`";
            assertThat(rows)
                    .anySatisfy(row -> assertThat(row.replaceAll(" +", " "))
                            .isEqualTo(("| `" + key.text() + "` | " + fallback + " | " + key.meaning() + " |")
                                    .replaceAll(" +", " ")));
        }
    }

    @Test
    void nearest_isTheKeyWithTheFewestEdits() {
        assertThat(Key.nearest("brokr")).isEqualTo("broker");
        assertThat(Key.nearest("auditdir")).isEqualTo("audit.dir");
    }
}
