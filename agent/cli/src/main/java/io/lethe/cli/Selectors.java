package io.lethe.cli;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that describe a JVM: conditions in a grant, assumptions in {@code explain}. */
final class Selectors {

    @Option(names = "--uid", paramLabel = "N", description = "User id of the JVM.")
    private @Nullable String uid;

    @Option(names = "--main", paramLabel = "CLASS", description = "Main class of the JVM.")
    private @Nullable String main;

    @Option(names = "--jar", paramLabel = "FILE", description = "Main jar of the JVM, as an absolute path.")
    private @Nullable String jar;

    @Option(names = "--jar-sha256", paramLabel = "HEX", description = "SHA-256 of the main jar.")
    private @Nullable String jarSha256;

    @Option(names = "--unit", paramLabel = "UNIT", description = "systemd unit of the JVM.")
    private @Nullable String unit;

    /** Those that were given. */
    Map<String, String> asked() {
        Map<String, String> asked = new TreeMap<>();
        put(asked, "uid", uid);
        put(asked, "main", main);
        put(asked, "jar", jar);
        put(asked, "jar.sha256", jarSha256);
        put(asked, "unit", unit);
        return asked;
    }

    private static void put(Map<String, String> to, String key, @Nullable String value) {
        if (value != null) {
            to.put(key, value);
        }
    }
}
