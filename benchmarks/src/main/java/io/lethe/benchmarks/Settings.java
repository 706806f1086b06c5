package io.lethe.benchmarks;

import io.lethe.harness.Jdk;
import io.lethe.harness.Jdks;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * How much is measured.
 *
 * @param startRounds times that each kind of start is measured
 * @param startBatch starts in each of them; the peer's is one, it takes seconds
 * @param firstRounds fresh JVMs of each kind for the first connect
 * @param warmUps connects before anything is measured
 * @param rounds turns of each kind
 * @param connects connects in each turn
 * @param statements statements in each turn
 * @param requestWarmUps turns of HTTPS requests before anything is measured
 * @param requests HTTPS requests in each turn
 * @param acquires of leases from a vault in each turn
 * @param changes of a vault in each turn
 * @param pressedConnects connects while a thread allocates, at most
 * @param pressedSeconds when to leave it at fewer: a slow machine has to come to an end too
 * @param heapMegabytes heap of the process that is scanned
 */
record Settings(
        int startRounds,
        int startBatch,
        int firstRounds,
        int warmUps,
        int rounds,
        int connects,
        int statements,
        int requestWarmUps,
        int requests,
        int acquires,
        int changes,
        int pressedConnects,
        int pressedSeconds,
        int heapMegabytes) {

    static final boolean SHORT = Boolean.getBoolean("benchmarks.short");

    static Settings read() {
        return SHORT
                ? new Settings(3, 2, 2, 100, 4, 50, 500, 2, 480, 50, 3, 500, pressedSeconds(30), 256)
                : new Settings(9, 8, 7, 300, 16, 50, 2_000, 8, 1_600, 100, 5, 10_000, pressedSeconds(110), 1024);
    }

    private static int pressedSeconds(int usual) {
        return Integer.getInteger("benchmarks.pressed-seconds", usual);
    }

    /** Which parts to measure: {@code benchmarks.only}, names separated by commas, or all of them. */
    static boolean wanted(String part) {
        String only = System.getProperty("benchmarks.only", "");
        return only.isEmpty() || Arrays.asList(only.split(",")).contains(part);
    }

    static List<Jdk> jdks() {
        List<String> majors =
                Arrays.asList(System.getProperty("benchmarks.jdks", "17,25").split(","));
        return Jdks.all().stream()
                .filter(jdk -> majors.contains(Integer.toString(jdk.major())) || jdk.equals(Jdks.running()))
                .toList();
    }

    static Path peer() {
        return Path.of(System.getProperty("benchmarks.peer", "target/peers/opentelemetry-javaagent.jar"));
    }

    static String peerVersion() {
        return System.getProperty("benchmarks.peer.version", "");
    }

    static Path results() {
        return Path.of(System.getProperty("benchmarks.results", "results"));
    }
}
