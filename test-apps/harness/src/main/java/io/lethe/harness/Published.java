package io.lethe.harness;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The drivers of which every published version is held against Lethe's sinks: one line for each. */
enum Published {
    POSTGRESQL("pgjdbc", "org.postgresql:postgresql", "42.2.0", Drivers.POSTGRESQL),
    MARIADB(
            "MariaDB Connector/J",
            "org.mariadb.jdbc:mariadb-java-client",
            "2.0.0",
            both(Drivers.MARIADB, Drivers.MARIADB_FROM_17)),
    H2("H2", "com.h2database:h2", "1.4.200", Drivers.H2),
    HSQLDB("HSQLDB", "org.hsqldb:hsqldb", "2.0.0", Drivers.HSQLDB),
    DERBY("Derby's client", "org.apache.derby:derbyclient", "10.1.1.0", Drivers.DERBY);

    /** Jars beside a version's first one. */
    private static final List<String> CLASSIFIED = List.of(
            "hsqldb-2.6.1-jdk8",
            "hsqldb-2.7.0-jdk8",
            "hsqldb-2.7.1-jdk8",
            "hsqldb-2.7.2-jdk8",
            "hsqldb-2.7.3-jdk8",
            "hsqldb-2.7.4-jdk8");

    /** Its pom has a parent that was never published; 10.5.3.0_1 took its place. */
    private static final List<String> UNOBTAINABLE = List.of("derbyclient-10.5.3.0");

    /** By their numbers, then by what else stands in them: {@code 42.2.5} before {@code 42.2.5.jre7} before {@code 42.2.10}. */
    static final Comparator<String> BY_NUMBERS = (a, b) -> {
        String[] left = a.split("\\D+");
        String[] right = b.split("\\D+");
        for (int i = 0; i < Math.min(left.length, right.length); i++) {
            int order = Integer.compare(Integer.parseInt(left[i]), Integer.parseInt(right[i]));
            if (order != 0) {
                return order;
            }
        }
        return left.length != right.length ? Integer.compare(left.length, right.length) : a.compareTo(b);
    };

    /** For people. */
    final String driver;

    final String group;
    final String artifact;
    private final String first;

    /** The versions with which tests connect. */
    final List<String> connected;

    Published(String driver, String coordinates, String first, List<String> connected) {
        this.driver = driver;
        this.group = coordinates.substring(0, coordinates.indexOf(':'));
        this.artifact = coordinates.substring(coordinates.indexOf(':') + 1);
        this.first = first;
        this.connected = connected;
    }

    private static List<String> both(List<String> one, List<String> other) {
        List<String> both = new ArrayList<>(one);
        both.addAll(other);
        return both;
    }

    /** What {@code lethe check} calls the family. */
    String sink() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean concerns(String version) {
        return BY_NUMBERS.compare(version, first) >= 0 && !UNOBTAINABLE.contains(artifact + "-" + version);
    }

    /** What the published list of versions lacks and can be had: some that tests connect with, and jars for an older Java. */
    List<String> unlisted() {
        List<String> unlisted = new ArrayList<>(connected);
        for (String jar : CLASSIFIED) {
            if (jar.startsWith(artifact + "-")) {
                unlisted.add(jar.substring(artifact.length() + 1));
            }
        }
        return unlisted;
    }

    /** The item that has Maven copy this version; what follows a dash in {@link #CLASSIFIED} is no part of the version. */
    String item(String version) {
        int dash = CLASSIFIED.contains(artifact + "-" + version) ? version.indexOf('-') : -1;
        return "<artifactItem><groupId>" + group + "</groupId><artifactId>" + artifact + "</artifactId><version>"
                + (dash < 0 ? version : version.substring(0, dash)) + "</version>"
                + (dash < 0 ? "" : "<classifier>" + version.substring(dash + 1) + "</classifier>")
                + "</artifactItem>\n";
    }

    /** The version in the name of one of this driver's jars; null where it is none. */
    String version(String jar) {
        Matcher name =
                Pattern.compile(Pattern.quote(artifact) + "-(\\d.*)\\.jar").matcher(jar);
        return name.matches() && concerns(name.group(1)) ? name.group(1) : null;
    }
}
