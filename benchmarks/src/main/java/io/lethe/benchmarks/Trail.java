package io.lethe.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The audit records of one JVM that tell how long a secret stood in the clear, in their order. Immutable. */
final class Trail {

    /** One record's microseconds and the collections that fell into them, -1 where not known. */
    record Release(long windowUs, long derivedUs, long collections) {}

    private final List<Release> releases;

    private Trail(List<Release> releases) {
        this.releases = releases;
    }

    static Trail read(Path directory) {
        List<Release> releases = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                for (String line : Files.readAllLines(file)) {
                    if (line.contains("\"event\":\"release\"")) {
                        releases.add(new Release(
                                number(line, "windowUs"), number(line, "derivedUs"), number(line, "collections")));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Trail(releases);
    }

    private static long number(String line, String key) {
        Matcher matcher = Pattern.compile("\"" + key + "\":(-?\\d+)").matcher(line);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + key + " in " + line);
        }
        return Long.parseLong(matcher.group(1));
    }

    Trail skip(int count) {
        return new Trail(releases.subList(Math.min(count, releases.size()), releases.size()));
    }

    Trail limit(int count) {
        return new Trail(releases.subList(0, Math.min(count, releases.size())));
    }

    List<Release> releases() {
        return releases;
    }

    long withCollections() {
        return releases.stream().filter(release -> release.collections() > 0).count();
    }
}
