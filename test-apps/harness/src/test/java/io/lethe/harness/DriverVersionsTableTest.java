package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class DriverVersionsTableTest {

    private static DriverPrint print(Published driver, String version, String outcome, boolean live, String missing) {
        return new DriverPrint(driver, version, outcome, live, missing);
    }

    @Test
    void versionsOfOneOutcome_areOneRow_whichSaysWithWhichOfThemNothingConnected() {
        String page = DriverVersionsTable.in(
                "a\n<!-- driver versions -->old<!-- end of driver versions -->\nb",
                List.of(
                        print(Published.H2, "2.0.1", "HOOKED", true, ""),
                        print(Published.H2, "2.0.1-jdk8", "HOOKED", false, ""),
                        print(Published.H2, "2.0.2", "HOOKED", false, ""),
                        print(Published.H2, "2.1.0", "PARTIAL", false, "org.h2.Driver: connect(): 0 of 1; x"),
                        print(Published.HSQLDB, "2.3.2", "HOOKED", true, "")));

        assertThat(page)
                .startsWith("a\n<!-- driver versions -->\n\n| driver |")
                .contains("| H2 | 2.0.1 to 2.0.2 (2) | HOOKED |  | 2.0.1; the others: fingerprint only |\n")
                .contains("| H2 | 2.0.1-jdk8 | HOOKED |  | none: fingerprint only |\n")
                .contains("| H2 | 2.1.0 | PARTIAL | `Driver` | none: fingerprint only |\n")
                .contains("| HSQLDB | 2.3.2 | HOOKED |  | 2.3.2 |\n")
                .doesNotContain("old")
                .endsWith("<!-- end of driver versions -->\nb");
    }

    @Test
    void aVersionThatIsNew_orAnother_isToldUnlessItIsHooked() {
        DriverPrint known = print(Published.H2, "2.0.1", "HOOKED", true, "");
        DriverPrint worse = print(Published.H2, "2.0.1", "PARTIAL", true, "org.h2.Driver: connect(): 0 of 1");

        assertThat(DriverPrint.changed(List.of(known), List.of(known, print(Published.H2, "3", "HOOKED", false, ""))))
                .isEmpty();
        assertThat(DriverPrint.changed(List.of(known), List.of(worse)))
                .containsExactly("H2 2.0.1: PARTIAL: org.h2.Driver: connect(): 0 of 1 (was HOOKED)");
        assertThat(DriverPrint.changed(List.of(), List.of(worse))).hasSize(1);
    }

    @Test
    void versions_areSortedByTheirNumbers_andFoundInTheNamesOfJars() {
        TreeSet<String> sorted = new TreeSet<>(Published.BY_NUMBERS);
        sorted.addAll(List.of("42.2.10", "42.2.5.jre7", "42.2.5", "42.2.0", "2.0.0-RC"));

        assertThat(sorted).containsExactly("2.0.0-RC", "42.2.0", "42.2.5", "42.2.5.jre7", "42.2.10");
        assertThat(Published.POSTGRESQL.version("postgresql-42.2.5.jre7.jar")).isEqualTo("42.2.5.jre7");
        assertThat(Published.POSTGRESQL.version("postgresql-9.4.1212.jar")).isNull();
        assertThat(Published.H2.version("h2-mvstore-2.4.240.jar")).isNull();
        assertThat(Published.HSQLDB.item("2.7.4-jdk8"))
                .contains("<version>2.7.4</version><classifier>jdk8</classifier>");
    }

    @Test
    void readme_showsWhatTheCommittedResultsSay() throws IOException {
        String readme = Files.readString(Path.of("../../README.md"));
        List<DriverPrint> prints = DriverPrint.read(Path.of("../results/driver-versions.csv"));

        assertThat(readme).as("run mvn -B verify -Pdriver-versions").isEqualTo(DriverVersionsTable.in(readme, prints));
    }
}
