package io.lethe.harness;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Holds all published versions of the drivers in {@link Published} against Lethe's sinks: Maven brings the list of versions and the jars, the packaged
 * {@code lethe check} reads them, {@code driver-versions.csv} gets a line for each and README its table. {@code main} takes
 * lethe.jar, the CSV, README, a folder for the jars and Maven's executable; its exit code is 1 where a version has another outcome
 * than the CSV said, or is new and not HOOKED, and it names the sink.
 */
public final class DriverVersions {

    private static final String PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:";
    private static final Pattern VERSION = Pattern.compile("<version>([^<]+)</version>");

    private final Path folder;
    private final String maven;

    private DriverVersions(Path folder, String maven) {
        this.folder = folder;
        this.maven = maven;
    }

    public static void main(String[] args) throws IOException {
        Path csv = Path.of(args[1]);
        Path readme = Path.of(args[2]);
        Path folder = Path.of(args[3]).toAbsolutePath();
        new DriverVersions(folder, args[4]).fetch();

        List<DriverPrint> known = Files.exists(csv) ? DriverPrint.read(csv) : List.of();
        List<DriverPrint> now = new ArrayList<>(DriverPrint.check(Jdks.running(), Path.of(args[0]), List.of(folder)));
        now.sort(Comparator.comparing(DriverPrint::driver).thenComparing(DriverPrint::version, Published.BY_NUMBERS));
        List<String> lines = new ArrayList<>(List.of(DriverPrint.HEADER));
        now.forEach(print -> lines.add(print.csv()));
        Files.write(csv, lines);
        Files.writeString(readme, DriverVersionsTable.in(Files.readString(readme), now));

        List<String> changed = DriverPrint.changed(known, now);
        changed.forEach(System.out::println);
        System.out.println(now.size() + " versions, " + changed.size() + " not as before");
        if (!changed.isEmpty()) {
            System.exit(1);
        }
    }

    /** All published jars, from Maven's own repository or from where it gets them. */
    private void fetch() throws IOException {
        Files.createDirectories(folder);
        StringBuilder items = new StringBuilder();
        for (Published driver : Published.values()) {
            for (String version : versions(driver)) {
                if (!Files.exists(folder.resolve(driver.artifact + "-" + version + ".jar"))) {
                    items.append(driver.item(version));
                }
            }
        }
        if (items.length() == 0) {
            return;
        }
        Path pom = folder.resolve("pom.xml");
        Files.writeString(pom, """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                <modelVersion>4.0.0</modelVersion>
                <groupId>io.lethe</groupId><artifactId>driver-versions</artifactId><version>1</version><packaging>pom</packaging>
                <build><plugins><plugin><artifactId>maven-dependency-plugin</artifactId><configuration>
                <outputDirectory>%s</outputDirectory><artifactItems>
                %s</artifactItems></configuration></plugin></plugins></build></project>
                """.formatted(folder, items));
        maven("-f", pom.toString(), PLUGIN + "copy");
    }

    /** Those of Maven's list, and those with which tests connect, since the list lacks some that can be had. */
    private SortedSet<String> versions(Published driver) throws IOException {
        // Makes Maven read the list anew.
        maven(
                "-U",
                PLUGIN + "get",
                "-Dtransitive=false",
                "-Dartifact=" + driver.group + ":" + driver.artifact + ":LATEST");
        SortedSet<String> versions = new TreeSet<>(Published.BY_NUMBERS);
        versions.addAll(driver.unlisted());
        Path lists = localRepository().resolve(driver.group.replace('.', '/')).resolve(driver.artifact);
        try (Stream<Path> files = Files.list(lists)) {
            for (Path list : files.toList()) {
                if (list.getFileName().toString().matches("maven-metadata-.*\\.xml")) {
                    Matcher version = VERSION.matcher(Files.readString(list));
                    while (version.find()) {
                        if (driver.concerns(version.group(1))) {
                            versions.add(version.group(1));
                        }
                    }
                }
            }
        }
        return versions;
    }

    private static Path localRepository() {
        return Path.of(System.getProperty(
                "maven.repo.local",
                System.getProperty("user.home") + File.separator + ".m2" + File.separator + "repository"));
    }

    private void maven(String... arguments) {
        List<String> command = new ArrayList<>(List.of(maven, "-q", "-B", "-ntp"));
        command.addAll(List.of(arguments));
        try {
            int exit = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .inheritIO()
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("exit " + exit + " of " + String.join(" ", command));
            }
        } catch (IOException e) {
            throw new IllegalStateException("Maven did not start", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
