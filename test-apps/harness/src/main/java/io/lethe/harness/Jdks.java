package io.lethe.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The JDKs of this machine: the one that runs, and those in the environment variable {@code LETHE_JDKS} (JAVA_HOMEs
 * separated by colons). Says once, aloud, which of those that Lethe supports are missing: what was not run is not proven.
 */
public final class Jdks {

    private static final List<Integer> SUPPORTED = List.of(8, 11, 17, 21, 25, 27);

    private static final Map<Jdk, List<Jdk.Collector>> COLLECTORS = new ConcurrentHashMap<>();

    private static final List<Jdk> FOUND = find();

    private Jdks() {}

    /** Every JDK found, oldest first, one of each major version. */
    public static List<Jdk> all() {
        return FOUND;
    }

    /** The JDK that runs this. */
    public static Jdk running() {
        return of(Runtime.version().feature());
    }

    public static Jdk of(int major) {
        return FOUND.stream()
                .filter(jdk -> jdk.major() == major)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException("JDK " + major + " was not found: add its home to LETHE_JDKS"));
    }

    /** The JDKs of these majors that were found. */
    public static List<Jdk> atLeast(int major) {
        return FOUND.stream().filter(jdk -> jdk.major() >= major).toList();
    }

    private static List<Jdk> find() {
        Map<Integer, Jdk> found = new TreeMap<>();
        String listed = System.getenv().getOrDefault("LETHE_JDKS", "");
        for (String home : listed.split(":")) {
            if (!home.isEmpty()) {
                Jdk jdk = inspect(Path.of(home));
                found.putIfAbsent(jdk.major(), jdk);
            }
        }
        Jdk running = new Jdk(Runtime.version().feature(), Path.of(System.getProperty("java.home")));
        found.put(running.major(), running);
        List<Integer> missing = new ArrayList<>(SUPPORTED);
        missing.removeAll(found.keySet());
        if (!missing.isEmpty()) {
            System.out.println("**** NOT TESTED on JDK " + missing
                    + ": not found; set LETHE_JDKS to their homes. Tested on " + found.keySet() + " ****");
        }
        return List.copyOf(found.values());
    }

    /** By running it: not every JDK has a release file (Debian's 8 has none). */
    private static Jdk inspect(Path home) {
        Path java = home.resolve("bin/java");
        if (!Files.isExecutable(java)) {
            throw new IllegalStateException("no JDK at " + home + " (from LETHE_JDKS)");
        }
        String said = Commands.run(java.toString(), "-version").orFail().err();
        String version = said.substring(said.indexOf("version \"") + "version \"".length())
                .replaceFirst("^1\\.", "");
        return new Jdk(Integer.parseInt(version.split("[^0-9]")[0]), home);
    }

    static List<Jdk.Collector> collectors(Jdk jdk) {
        return COLLECTORS.computeIfAbsent(jdk, Jdks::probe);
    }

    private static List<Jdk.Collector> probe(Jdk jdk) {
        List<Jdk.Collector> known = List.of(
                new Jdk.Collector("G1", List.of("-XX:+UseG1GC")),
                new Jdk.Collector("Serial", List.of("-XX:+UseSerialGC")),
                new Jdk.Collector("Parallel", List.of("-XX:+UseParallelGC")),
                new Jdk.Collector("ZGC", unlocked(jdk, "-XX:+UseZGC")),
                new Jdk.Collector("Shenandoah", unlocked(jdk, "-XX:+UseShenandoahGC")));
        return known.stream().filter(collector -> starts(jdk, collector)).toList();
    }

    private static List<String> unlocked(Jdk jdk, String flag) {
        return jdk.major() < 15 ? List.of("-XX:+UnlockExperimentalVMOptions", flag) : List.of(flag);
    }

    private static boolean starts(Jdk jdk, Jdk.Collector collector) {
        List<String> command = new ArrayList<>(List.of(jdk.java().toString()));
        command.addAll(collector.flags());
        command.add("-version");
        return Commands.run(command, new byte[0]).exit() == 0;
    }
}
