package io.lethe.benchmarks;

import io.lethe.broker.BrokerException;
import io.lethe.broker.vault.LargeVault;
import io.lethe.harness.App;
import io.lethe.harness.Commands;
import io.lethe.harness.Jdk;
import io.lethe.harness.Program;
import io.lethe.harness.TemporaryFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Acquire and use in the embedded vault: in a vault with one secret, in one of 10,000 secrets of which 5,000 are granted, and in
 * one whose only secret has 5,000 grants, of which the last counts. JVMs that live all the time, asked in turns, and a line with
 * fdatasync beside each turn, since the decision is on disk before there is an answer.
 */
final class VaultBench {

    private static final String SMALL = "small";
    private static final String LARGE = "large";
    private static final String GRANTS = "grants";
    private static final int SECRETS = 10_000;
    private static final int MANY = 5_000;
    private static final int THREADS = 32;
    private static final double REACH = 1.1;

    private final Settings settings;
    private final Results results;
    private final Jdk jdk;
    private final Map<String, Path> vaults;

    VaultBench(Settings settings, Results results, Jdk jdk, Map<String, Path> vaults) {
        this.settings = settings;
        this.results = results;
        this.jdk = jdk;
        this.vaults = vaults;
    }

    /** The vaults, by name; they go away with this JVM. */
    static Map<String, Path> vaults() throws IOException {
        Map<String, Path> vaults = new LinkedHashMap<>();
        vaults.put(SMALL, vault(THREADS, THREADS, 0));
        vaults.put(LARGE, vault(SECRETS, MANY, 0));
        vaults.put(GRANTS, vault(THREADS, THREADS, MANY));
        return vaults;
    }

    /** Made in memory, where there is some: each file is synced. */
    private static Path vault(int secrets, int grants, int more) throws IOException {
        Path folder = TemporaryFiles.directory("lethe-vaults-").resolve("vault");
        Path memory = Path.of("/dev/shm");
        Path made = Files.isWritable(memory) ? Files.createTempDirectory(memory, "lethe-vault-") : folder;
        try {
            LargeVault.make(made, secrets, grants, more);
        } catch (BrokerException e) {
            throw new IllegalStateException(e);
        }
        if (!made.equals(folder)) {
            Commands.run("cp", "-a", made.toString(), folder.toString()).orFail();
            Commands.run("rm", "-r", made.toString()).orFail();
        }
        return folder;
    }

    void measure() throws IOException {
        Map<String, App> apps = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, Path> vault : vaults.entrySet()) {
                apps.put(vault.getKey(), start(vault.getKey(), vault.getValue()));
            }
            for (App app : apps.values()) {
                app.mustDo("acquires " + 4 * settings.acquires() + " 1");
                app.mustDo("acquires " + settings.acquires() + " " + THREADS);
            }
            Kinds one = turns("acquire", apps, "acquires " + settings.acquires() + " 1", true);
            alone(one);
            together(turns("acquire by 32", apps, "acquires " + each() + " " + THREADS, false));
            changed(turns("acquire after a change", apps, "changed " + settings.changes(), false));
        } finally {
            apps.values().forEach(App::close);
        }
    }

    private App start(String name, Path vault) throws IOException {
        Path trail = Files.createTempDirectory(vault.getParent(), "trail");
        int granted = name.equals(LARGE) ? MANY : name.equals(GRANTS) ? 1 : THREADS;
        List<Path> path = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(":")) {
            path.add(Path.of(entry));
        }
        return Program.of("io.lethe.benchmarks.VaultTimes")
                .on(jdk)
                .with(path)
                .arguments(vault.toString(), trail.toString(), Integer.toString(granted))
                .start();
    }

    private int each() {
        return Math.max(1, settings.acquires() * 4 / THREADS);
    }

    private Kinds turns(String what, Map<String, App> apps, String command, boolean synced) {
        Kinds kinds = new Kinds();
        List<String> order = new ArrayList<>(apps.keySet());
        for (int round = 0; round < settings.rounds(); round++) {
            Map<String, Turn> turns = new LinkedHashMap<>();
            for (String name : order) {
                Turn turn = new Turn(apps.get(name).mustDo(command));
                turns.put(name, turn);
                results.raw(what + " median", jdk, name, round, turn.times.median() / 1e3, "us");
                results.raw(what + " cpu", jdk, name, round, turn.cpuOfOne() / 1e3, "us");
                if (synced) {
                    Turn sync = new Turn(apps.get(name).mustDo("syncs " + settings.acquires()));
                    kinds.syncs.add(sync);
                    results.raw("fdatasync median", jdk, name, round, sync.times.median() / 1e3, "us");
                }
            }
            for (String name : order) {
                kinds.of(name).add(turns.get(name));
                kinds.ratios(name)
                        .add(turns.get(name).times.median()
                                / turns.get(SMALL).times.median());
            }
            // Who goes first changes, or a drift of the machine would count for one side.
            order.add(order.remove(0));
        }
        return kinds;
    }

    private void alone(Kinds kinds) {
        Kind small = kinds.of(SMALL);
        results.cell(
                "vault, acquire and use: median, p99 (a line and fdatasync beside it)",
                jdk,
                Results.format(
                        "%.2f, %.2f ms (%.2f, %.2f ms)",
                        small.times.median() / 1e6,
                        small.times.p99() / 1e6,
                        kinds.syncs.times.median() / 1e6,
                        kinds.syncs.times.p99() / 1e6));
        Samples ratios = kinds.ratios(LARGE);
        results.cell(
                "the same with 10,000 secrets and 5,000 grants over 32 of each",
                "<= " + REACH,
                jdk,
                ratio(kinds, LARGE),
                ratios.median() <= REACH);
        results.cell("the same with 5,000 grants on one secret, of which the last counts", jdk, ratio(kinds, GRANTS));
    }

    private static String ratio(Kinds kinds, String name) {
        Samples ratios = kinds.ratios(name);
        return Results.format(
                "%.3f (turns %.2f to %.2f; CPU of one %.0f / %.0f us)",
                ratios.median(),
                ratios.min(),
                ratios.max(),
                kinds.of(name).cpuOfOne() / 1e3,
                kinds.of(SMALL).cpuOfOne() / 1e3);
    }

    private void together(Kinds kinds) {
        results.cell(
                "vault, 32 threads: acquires a second; p99, with few / many secrets",
                jdk,
                Results.format(
                        "%.0f / %.0f; %.1f / %.1f ms",
                        kinds.of(SMALL).perSecond(),
                        kinds.of(LARGE).perSecond(),
                        kinds.of(SMALL).times.p99() / 1e6,
                        kinds.of(LARGE).times.p99() / 1e6));
    }

    private void changed(Kinds kinds) {
        results.cell(
                "vault, first acquire after a change: median with few / many secrets / many grants on one",
                jdk,
                Results.format(
                        "%.2f / %.2f / %.2f ms",
                        kinds.of(SMALL).times.median() / 1e6,
                        kinds.of(LARGE).times.median() / 1e6,
                        kinds.of(GRANTS).times.median() / 1e6));
    }

    /** What one turn took, in nanoseconds. */
    private static final class Turn {

        final double wall;
        final double cpu;
        final String words;
        final Samples times;

        Turn(String answer) {
            String[] parts = answer.split(" ", 3);
            wall = Double.parseDouble(parts[0]);
            cpu = Double.parseDouble(parts[1]);
            words = parts[2];
            times = Samples.of(words);
        }

        double cpuOfOne() {
            return cpu / times.size();
        }
    }

    /** All turns of one JVM. */
    private static final class Kind {

        final Samples times = new Samples();
        private double wall;
        private double cpu;

        void add(Turn turn) {
            times.add(turn.words);
            wall += turn.wall;
            cpu += turn.cpu;
        }

        double perSecond() {
            return times.size() / wall * 1e9;
        }

        double cpuOfOne() {
            return cpu / times.size();
        }
    }

    /** The turns of all. */
    private static final class Kinds {

        final Kind syncs = new Kind();
        private final Map<String, Kind> kinds = new LinkedHashMap<>();
        private final Map<String, Samples> ratios = new LinkedHashMap<>();

        Kind of(String name) {
            return kinds.computeIfAbsent(name, key -> new Kind());
        }

        Samples ratios(String name) {
            return ratios.computeIfAbsent(name, key -> new Samples());
        }
    }
}
