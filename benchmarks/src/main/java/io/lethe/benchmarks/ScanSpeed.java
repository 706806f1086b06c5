package io.lethe.benchmarks;

import io.lethe.harness.App;
import io.lethe.harness.Commands;
import io.lethe.harness.Jdk;
import io.lethe.harness.Program;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code lethe scan} of a process whose heap is full of random bytes, all of it resident. */
final class ScanSpeed {

    private static final double REACH = 500;
    private static final int ROUNDS = 3;

    private final Settings settings;
    private final Results results;

    ScanSpeed(Settings settings, Results results) {
        this.settings = settings;
        this.results = results;
    }

    void measure(Jdk jdk, Bench bench) {
        Samples speed = new Samples();
        double megabytes = 0;
        int heap = settings.heapMegabytes();
        try (App app = bench.without(jdk)
                .flags("-Xms" + heap + "m", "-Xmx" + heap + "m")
                .start()) {
            app.mustDo("fill " + heap * 3 / 4);
            for (int round = 0; round < ROUNDS; round++) {
                String json = scan(jdk, app.pid(), bench.password());
                megabytes = number(json, "bytes") / 1e6;
                speed.add(megabytes / number(json, "millis") * 1e3);
                results.raw("scan", jdk, "lethe", round, megabytes / number(json, "millis") * 1e3, "MB/s");
            }
        }
        results.cell(
                "lethe scan",
                ">= 500 MB/s",
                jdk,
                Results.format("%.0f MB/s (%.0f MB)", speed.median(), megabytes),
                speed.median() >= REACH);
    }

    /** Exits with 1 where it finds the secret, which this program has in its configuration. */
    private static String scan(Jdk jdk, long pid, byte[] secret) {
        List<String> command = List.of(
                jdk.java().toString(), "-jar", Program.agentJar().toString(), "scan", Long.toString(pid), "--json");
        Commands.Output output = Commands.run(command, secret);
        if (output.exit() > 1) {
            output.orFail();
        }
        return output.out();
    }

    private static double number(String json, String key) {
        Matcher matcher = Pattern.compile("\"" + key + "\": ?(\\d+)").matcher(json);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + key + " in " + json);
        }
        return Double.parseDouble(matcher.group(1));
    }
}
