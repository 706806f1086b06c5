package io.lethe.harness;

import io.lethe.broker.json.Json;
import io.lethe.broker.json.JsonException;
import io.lethe.broker.json.JsonFields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What {@code lethe check} says of one published version of a driver: a line of {@code driver-versions.csv}.
 *
 * @param connected whether a test opens connections with this version; else only its fingerprint is known
 * @param missing what was looked for and not found; empty where it is HOOKED
 */
record DriverPrint(Published driver, String version, String outcome, boolean connected, String missing) {

    static final String HEADER = "driver,version,outcome,shown by,missing";

    private static final String LIVE = "connections";
    private static final String OFFLINE = "fingerprint only";
    private static final int MOST = 64 << 20;

    /** The oldest and the newest JDK, which may find other classes in one jar. */
    private static final List<String> JDKS = List.of("8", "27");

    @Override
    public String toString() {
        return driver.driver + " " + version + ": " + outcome + (missing.isEmpty() ? "" : ": " + missing);
    }

    String csv() {
        return String.join(",", driver.artifact, version, outcome, connected ? LIVE : OFFLINE, missing);
    }

    private static DriverPrint of(String csv) {
        String[] columns = csv.split(",", 5);
        Published driver = Stream.of(Published.values())
                .filter(published -> published.artifact.equals(columns[0]))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such driver: " + csv));
        return new DriverPrint(driver, columns[1], columns[2], columns[3].equals(LIVE), columns[4]);
    }

    static List<DriverPrint> read(Path csv) throws IOException {
        return Files.readAllLines(csv).stream().skip(1).map(DriverPrint::of).toList();
    }

    /**
     * Has the packaged agent's {@code check} look at all jars of known drivers in these folders; the worse counts of what the
     * oldest and the newest JDK would load.
     */
    static List<DriverPrint> check(Jdk jdk, Path lethe, List<Path> folders) throws IOException {
        Map<Path, DriverPrint> prints = new TreeMap<>();
        List<String> jars = new ArrayList<>();
        for (Path folder : folders) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path jar : files.sorted().toList()) {
                    for (Published driver : Published.values()) {
                        String version = driver.version(jar.getFileName().toString());
                        if (version != null) {
                            jars.add(jar.toString());
                            prints.put(jar, new DriverPrint(driver, version, "UNKNOWN", false, "all of its classes"));
                        }
                    }
                }
            }
        }
        Map<Path, DriverPrint> found = new TreeMap<>();
        for (String release : JDKS) {
            List<String> command = new ArrayList<>(
                    List.of(jdk.java().toString(), "-jar", lethe.toString(), "check", "--json", "--jdk", release));
            command.addAll(jars);
            Commands.Output output = Commands.run(command, new byte[0]);
            if (output.out().isEmpty()) {
                throw new IllegalStateException(output.err());
            }
            found.putAll(sinks(output.out(), prints, found));
        }
        prints.putAll(found);
        return List.copyOf(prints.values());
    }

    private static Map<Path, DriverPrint> sinks(
            String json, Map<Path, DriverPrint> jars, Map<Path, DriverPrint> before) {
        Map<Path, DriverPrint> found = new TreeMap<>();
        try {
            byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
            for (Object sink : Json.readObject(bytes, MOST).list("sinks")) {
                JsonFields fields = JsonFields.of(sink, "a sink");
                Path where = Path.of(fields.string("where"));
                DriverPrint jar = jars.get(where);
                DriverPrint other = before.get(where);
                boolean worse = other == null || other.outcome.equals("HOOKED");
                if (jar != null && worse && fields.string("sink").equals(jar.driver.sink())) {
                    boolean connected = jar.driver.connected.contains(jar.version);
                    found.put(
                            where,
                            new DriverPrint(
                                    jar.driver,
                                    jar.version,
                                    fields.string("outcome"),
                                    connected,
                                    fields.string("why")));
                }
            }
        } catch (JsonException e) {
            throw new IllegalStateException("check --json printed no JSON", e);
        }
        return found;
    }

    /** What is not as it was: versions of which another outcome is known, or that are new and not HOOKED. */
    static List<String> changed(List<DriverPrint> known, List<DriverPrint> now) {
        Map<String, DriverPrint> before = new TreeMap<>();
        for (DriverPrint print : known) {
            before.put(print.driver + " " + print.version, print);
        }
        List<String> changed = new ArrayList<>();
        for (DriverPrint print : now) {
            DriverPrint was = before.get(print.driver + " " + print.version);
            if (was == null && !print.outcome.equals("HOOKED")) {
                changed.add(print + " (new)");
            } else if (was != null && !(was.outcome + was.missing).equals(print.outcome + print.missing)) {
                changed.add(print + " (was " + was.outcome + ")");
            }
        }
        return changed;
    }
}
