package io.lethe.benchmarks;

import io.lethe.harness.Jdk;
import io.lethe.harness.Program;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Measures everything on each JDK and writes the table. Exits 0 whatever it measured; only a failure is one. */
public final class Benchmarks {

    private static final double JAR_REACH = 6;
    /** Those that need the database. */
    private static final List<String> PARTS = List.of("start", "first", "later", "pressure", "scan");

    private static final String HTTP = "http";
    private static final String VAULT = "vault";

    private final Settings settings = Settings.read();
    private final List<Jdk> jdks = Settings.jdks();
    private final Results results = new Results(jdks);

    private Benchmarks() {}

    public static void main(String[] args) throws IOException {
        new Benchmarks().run();
        System.exit(0);
    }

    private void run() throws IOException {
        List<String> head = new ArrayList<>(List.of("# What Lethe costs", ""));
        head.add("Measured by `mvn -B -q verify -Pbenchmarks`, " + (Settings.SHORT ? "**with short settings**, " : "")
                + "on " + now()
                + " UTC; medians of turns without and with Lethe in one run; raw numbers in latest.csv.");
        String before = load();
        long began = System.nanoTime();
        if (PARTS.stream().anyMatch(Settings::wanted)) {
            try (Bench bench = new Bench()) {
                for (Jdk jdk : jdks) {
                    measure(jdk, bench);
                }
            }
        }
        if (Settings.wanted(HTTP)) {
            try (HttpBench bench = new HttpBench()) {
                for (Jdk jdk : jdks) {
                    begin(jdk, HTTP, "requests over TLS");
                    new HttpRequests(settings, results, jdk, bench).measure();
                }
            }
        }
        if (Settings.wanted(VAULT)) {
            Map<String, Path> vaults = VaultBench.vaults();
            for (Jdk jdk : jdks) {
                // Compiled for 17, and to run in the JVM that is measured.
                if (jdk.major() >= 17 && begin(jdk, VAULT, "acquires")) {
                    new VaultBench(settings, results, jdk, vaults).measure();
                }
            }
        }
        for (Jdk jdk : jdks) {
            size(jdk);
        }
        head.add(Runtime.getRuntime().availableProcessors() + " CPUs; load average " + before + " before, " + load()
                + " after " + (System.nanoTime() - began) / 1_000_000_000
                + " s. CPU of a start: user and system time of the"
                + " whole process, by the shell's `times`. pgjdbc 42.7.14, PostgreSQL 16.6 and nginx on loopback.");
        head.add("");
        results.write(Settings.results(), head);
        System.out.println("Written: " + Settings.results().normalize().resolve("latest.md"));
    }

    private void measure(Jdk jdk, Bench bench) throws IOException {
        Connects connects = new Connects(settings, results);
        if (begin(jdk, "start", "of hello-world")) {
            new Start(settings, results).measure(jdk, bench);
        }
        if (begin(jdk, "first", "connect")) {
            connects.first(jdk, bench);
        }
        if (begin(jdk, "later", "connects, statements, windows")) {
            connects.later(jdk, bench);
        }
        if (begin(jdk, "pressure", "of allocation, up to " + settings.pressedConnects() + " connects")) {
            new Pressure(settings, results).measure(jdk, bench);
        }
        if (begin(jdk, "scan", "of a full heap")) {
            new ScanSpeed(settings, results).measure(jdk, bench);
        }
    }

    private void size(Jdk jdk) throws IOException {
        double megabytes = Files.size(Program.agentJar()) / 1e6;
        results.cell("lethe.jar", "<= 6 MB", jdk, Results.format("%.2f MB", megabytes), megabytes <= JAR_REACH);
    }

    private static boolean begin(Jdk jdk, String part, String what) {
        boolean wanted = Settings.wanted(part);
        if (wanted) {
            System.out.println(now() + " JDK " + jdk.major() + ": " + part + " " + what);
        }
        return wanted;
    }

    private static LocalDateTime now() {
        return LocalDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS);
    }

    private static String load() {
        return Results.format(
                "%.2f", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }
}
