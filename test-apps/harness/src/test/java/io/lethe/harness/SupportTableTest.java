package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SupportTableTest {

    @Test
    void httpResults_haveATableOfTheirOwn() {
        List<String> csv = List.of(
                "jdk,client,protocol,credential,scenario,requests,found,collections",
                "8,OkHttp 4.12.0,h2,bearer,without Lethe,1,7,0",
                "8,OkHttp 4.12.0,h2,bearer,request,1,0,0",
                "8,OkHttp 4.12.0,h2,api key,without Lethe,1,9,0",
                "8,OkHttp 4.12.0,h2,api key,16 threads,70,2,0",
                "17,OkHttp 3.14.9,h1,basic,without Lethe,1,5,0",
                "17,OkHttp 3.14.9,h1,basic,request,1,0,0");
        String readme = SupportTable.in("a\n<!-- HTTP support table -->old<!-- end of HTTP support table -->\nb", csv);
        assertThat(readme)
                .startsWith("a\n<!-- HTTP support table -->\n\n| HTTP client | protocol | JDK 8 | JDK 17 |\n")
                .contains(
                        "| OkHttp 3.14.9 | h1 | not run | 0 / 1 (5) |\n| OkHttp 4.12.0 | h2 | 2 / 2 (7 to 9) | not run |\n")
                .contains("Credentials: api key, basic, bearer.")
                .doesNotContain("old")
                .endsWith("<!-- end of HTTP support table -->\nb");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres-residue.csv",
                "mariadb-residue.csv",
                "mysql-residue.csv",
                "h2-residue.csv",
                "hsqldb-residue.csv",
                "derby-residue.csv",
                "pool-residue.csv",
                "http-residue.csv",
                "http-inherit.csv"
            })
    void readme_showsWhatTheCommittedResultsSay(String file) throws IOException {
        String readme = Files.readString(Path.of("../../README.md"));
        var results = Files.readAllLines(Path.of("../results/" + file));
        assertThat(readme)
                .as("run io.lethe.harness.SupportTable test-apps/results/" + file + " README.md")
                .isEqualTo(SupportTable.in(readme, results));
    }
}
