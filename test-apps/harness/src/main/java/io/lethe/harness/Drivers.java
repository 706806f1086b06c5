package io.lethe.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Jars of drivers and pools, as the build copied them: found by artifact and version. */
public final class Drivers {

    /** The pgjdbc versions that are tested live, oldest first. */
    public static final List<String> POSTGRESQL = List.of("42.2.0", "42.2.1", "42.2.29", "42.3.2", "42.7.4", "42.7.14");

    /** The versions of MariaDB Connector/J that are tested live, oldest first: 2.x and 3.x are two drivers. */
    public static final List<String> MARIADB = List.of("2.0.3", "2.4.4", "2.7.12", "3.0.11", "3.5.9", "3.5.11");

    /** Those that want JDK 17 or newer. */
    public static final List<String> MARIADB_FROM_17 = List.of("4.0.0");

    /** The versions of MySQL Connector/J that are tested live, oldest first: 5.1 and those after it are two drivers. */
    public static final List<String> MYSQL = List.of("5.1.34", "5.1.49", "8.0.11", "8.0.33", "9.7.0", "26.10.0");

    /** The H2 versions that are tested live, oldest first. */
    public static final List<String> H2 = List.of("1.4.200", "2.1.214", "2.2.224", "2.4.240");

    /** The HSQLDB versions that are tested live, oldest first. */
    public static final List<String> HSQLDB = List.of("2.3.2", "2.5.1", "2.7.4");

    /** The versions of Derby's client that are tested live, oldest first. */
    public static final List<String> DERBY = List.of("10.8.3.0", "10.14.2.0", "10.16.1.1");

    private Drivers() {}

    public static Path mariadb(String version) {
        return jar("mariadb-java-client", version);
    }

    public static Path mysql(String version) {
        boolean old = version.startsWith("5.1.") || version.equals("8.0.11");
        return jar(old ? "mysql-connector-java" : "mysql-connector-j", version);
    }

    /** Derby's client with what it needs. */
    public static List<Path> derby(String version) {
        Path client = jar("derbyclient", version);
        return version.equals("10.16.1.1") ? List.of(client, jar("derbyshared", version)) : List.of(client);
    }

    /** Whether this pgjdbc can do SCRAM at all: the jar of 42.2.0 lacks the classes for it (fixed in 42.2.1). */
    public static boolean speaksScram(String version) {
        return !version.equals("42.2.0");
    }

    /** The pgjdbc versions that can do SCRAM. */
    public static List<String> scram() {
        return POSTGRESQL.stream().filter(Drivers::speaksScram).toList();
    }

    public static Path postgresql(String version) {
        return jar("postgresql", version);
    }

    /** HikariCP with the logging API that it needs. */
    public static List<Path> hikari(String version) {
        String slf4j = version.startsWith("4.") ? "1.7.36" : "2.0.17";
        return List.of(jar("HikariCP", version), jar("slf4j-api", slf4j), jar("slf4j-nop", slf4j));
    }

    public static Path jar(String artifact, String version) {
        return file(artifact + "-" + version + ".jar");
    }

    /** What the build copied under this name. */
    public static Path file(String name) {
        return copied(Path.of(System.getProperty("lethe.drivers", "target/drivers"), name), "generate-test-resources");
    }

    /** An application server's archive, which the build copies where it is asked to. */
    public static Path server(String name) {
        return copied(Path.of("target/servers", name), "-Papp-servers");
    }

    private static Path copied(Path file, String by) {
        if (!Files.isReadable(file)) {
            throw new IllegalStateException(file + " is missing: it is copied by the build's " + by);
        }
        return file.toAbsolutePath();
    }
}
