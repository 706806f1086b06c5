package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committed outcomes of all published driver versions, held against the packaged agent where their jars are at hand. */
final class DriverVersionsIT {

    private static final Path CSV = Path.of("../results/driver-versions.csv");
    private static final String HELPER = "org/mariadb/jdbc/client/impl/ConnectionHelper.class";

    @TempDir
    Path dir;

    /** Those that tests connect with, and all the others where {@link DriverVersions} ran here. */
    @Test
    void eachJarAtHand_isWhatTheResultsSay() throws IOException {
        Path drivers = Drivers.postgresql("42.7.4").getParent();
        Path all = drivers.resolveSibling("driver-versions");
        List<Path> folders = Files.isDirectory(all) ? List.of(drivers, all) : List.of(drivers);
        List<DriverPrint> known = DriverPrint.read(CSV);

        List<DriverPrint> now = DriverPrint.check(Jdks.running(), Program.agentJar(), folders);

        for (Published driver : Published.values()) {
            assertThat(now)
                    .filteredOn(print -> print.driver() == driver)
                    .extracting(DriverPrint::version)
                    .containsAll(driver.connected);
        }
        assertThat(DriverPrint.changed(known, now))
                .as("sinks that changed; where that is meant: mvn -B verify -Pdriver-versions, and commit the results")
                .isEmpty();
        assertThat(known)
                .extracting(DriverPrint::csv)
                .containsAll(now.stream().map(DriverPrint::csv).toList());
    }

    @Test
    void aVersionThatLostASink_isNamedWithIt() throws IOException {
        PartialDriver.of(Drivers.postgresql("42.7.14"), dir.resolve("postgresql-42.7.14.jar"));
        PartialDriver.of(Drivers.postgresql("42.7.14"), dir.resolve("postgresql-42.7.99.jar"));
        without(HELPER, Drivers.mariadb("3.5.9"), dir.resolve("mariadb-java-client-3.5.9.jar"));

        List<DriverPrint> now = DriverPrint.check(Jdks.running(), Program.agentJar(), List.of(dir));
        List<String> changed = new ArrayList<>(DriverPrint.changed(DriverPrint.read(CSV), now));

        Collections.sort(changed);
        assertThat(changed).hasSize(3);
        assertThat(changed.get(0))
                .startsWith("MariaDB Connector/J 3.5.9: PARTIAL: ")
                .contains("org.mariadb.jdbc.client.impl.ConnectionHelper is missing")
                .endsWith(" (was HOOKED)");
        assertThat(changed.get(1))
                .startsWith("pgjdbc 42.7.14: PARTIAL: ")
                .contains("ScramFunctions: saltedPassword")
                .endsWith(" (was HOOKED)");
        assertThat(changed.get(2)).startsWith("pgjdbc 42.7.99: PARTIAL: ").endsWith(" (new)");
    }

    private static void without(String entry, Path jar, Path into) throws IOException {
        try (ZipFile whole = new ZipFile(jar.toFile());
                OutputStream file = Files.newOutputStream(into);
                ZipOutputStream out = new ZipOutputStream(file)) {
            for (ZipEntry one : Collections.list(whole.entries())) {
                if (!one.getName().equals(entry)) {
                    out.putNextEntry(new ZipEntry(one.getName()));
                    try (InputStream in = whole.getInputStream(one)) {
                        in.transferTo(out);
                    }
                }
            }
        }
    }
}
