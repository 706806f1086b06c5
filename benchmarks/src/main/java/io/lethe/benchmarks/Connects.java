package io.lethe.benchmarks;

import io.lethe.harness.App;
import io.lethe.harness.Jdk;
import io.lethe.harness.Program;
import java.nio.file.Path;

/**
 * The first connect of fresh JVMs, with what it leaves in heap and metaspace; then later connects and statements of two
 * JVMs that both live all the time and are asked in turns, so that both meet the same machine.
 */
final class Connects {

    private static final double FIRST_CPU_REACH = 200;
    private static final double HEAP_REACH = 3;
    private static final double METASPACE_REACH = 6;
    private static final double LATER_REACH = 1.05;
    /** 1.00, as far as two digits of a measured ratio can tell. */
    private static final double STATEMENT_REACH = 1.005;

    private final Settings settings;
    private final Results results;

    Connects(Settings settings, Results results) {
        this.settings = settings;
        this.results = results;
    }

    void first(Jdk jdk, Bench bench) {
        First none = new First("none");
        First lethe = new First("lethe");
        for (int round = -1; round < settings.firstRounds(); round++) {
            none.add(jdk, round, bench.without(jdk));
            lethe.add(jdk, round, bench.with(jdk, bench.trail()));
        }
        double cpu = lethe.cpu.median() - none.cpu.median();
        results.cell(
                "first connect: CPU over none",
                "<= 200 ms",
                jdk,
                Results.format("%.0f ms (%.0f over %.0f)", cpu, lethe.cpu.median(), none.cpu.median()),
                cpu <= FIRST_CPU_REACH);
        results.cell(
                "first connect: wall over none",
                jdk,
                Results.format(
                        "%.0f ms (%.0f over %.0f)",
                        lethe.wall.median() - none.wall.median(), lethe.wall.median(), none.wall.median()));
        double heap = lethe.heap.median() - none.heap.median();
        double metaspace = lethe.metaspace.median() - none.metaspace.median();
        results.cell(
                "live heap added after first use", "<= 3 MB", jdk, Results.format("%.2f MB", heap), heap <= HEAP_REACH);
        results.cell(
                "metaspace added after first use",
                "<= 6 MB",
                jdk,
                Results.format("%.2f MB", metaspace),
                metaspace <= METASPACE_REACH);
    }

    /** The numbers of one kind of JVM. */
    private final class First {

        final String variant;
        final Samples wall = new Samples();
        final Samples cpu = new Samples();
        final Samples heap = new Samples();
        final Samples metaspace = new Samples();

        First(String variant) {
            this.variant = variant;
        }

        /** Round -1 only fills the page cache. */
        void add(Jdk jdk, int round, Program program) {
            try (App app = program.start()) {
                String[] times = app.mustDo("first").split(" ");
                String[] used = app.mustDo("used").split(" ");
                if (round >= 0) {
                    keep(jdk, round, wall, "first-wall", times[0], 1e6, "ms");
                    keep(jdk, round, cpu, "first-cpu", times[1], 1e6, "ms");
                    keep(jdk, round, heap, "live-heap", used[0], 1e6, "MB");
                    keep(jdk, round, metaspace, "metaspace", used[1], 1e6, "MB");
                }
            }
        }

        private void keep(Jdk jdk, int round, Samples samples, String name, String text, double by, String unit) {
            double value = Double.parseDouble(text) / by;
            samples.add(value);
            results.raw(name, jdk, variant, round, value, unit);
        }
    }

    void later(Jdk jdk, Bench bench) {
        Path trail = bench.trail();
        try (App none = bench.without(jdk).start();
                App lethe = bench.with(jdk, trail).start()) {
            none.mustDo("connects " + settings.warmUps());
            lethe.mustDo("connects " + settings.warmUps());
            Turns connects = turns(jdk, none, lethe, "connects", settings.connects());
            results.cell(
                    "later connects: median over none",
                    "<= " + LATER_REACH,
                    jdk,
                    connects.text(),
                    connects.ratios.median() <= LATER_REACH);
            results.cell("later connects: p99, with / without", jdk, connects.p99());
            none.mustDo("statements " + settings.statements());
            lethe.mustDo("statements " + settings.statements());
            Turns statements = turns(jdk, none, lethe, "statements", settings.statements());
            results.cell(
                    "statements on an open connection over none",
                    "1.00",
                    jdk,
                    statements.text(),
                    statements.ratios.median() <= STATEMENT_REACH);
        }
        int measured = settings.rounds() * settings.connects();
        new Windows(Trail.read(trail).skip(settings.warmUps()).limit(measured)).report(jdk, results);
    }

    private Turns turns(Jdk jdk, App none, App lethe, String what, int count) {
        Turns turns = new Turns();
        for (int round = 0; round < settings.rounds(); round++) {
            // Who goes first changes, or a drift of the machine would count for one side.
            boolean flip = round % 2 == 1;
            String one = (flip ? lethe : none).mustDo(what + " " + count);
            String other = (flip ? none : lethe).mustDo(what + " " + count);
            double without = turns.none(flip ? other : one);
            double with = turns.lethe(flip ? one : other);
            turns.ratios.add(with / without);
            results.raw(what + "-median", jdk, "none", round, without / 1e3, "us");
            results.raw(what + "-median", jdk, "lethe", round, with / 1e3, "us");
            results.raw(
                    what + "-p99",
                    jdk,
                    "none",
                    round,
                    Samples.of(flip ? other : one).p99() / 1e3,
                    "us");
            results.raw(
                    what + "-p99",
                    jdk,
                    "lethe",
                    round,
                    Samples.of(flip ? one : other).p99() / 1e3,
                    "us");
        }
        return turns;
    }

    /** Times in nanoseconds and the ratio of each turn's medians. */
    private static final class Turns {

        final Samples ratios = new Samples();
        private final Samples without = new Samples();
        private final Samples with = new Samples();

        double none(String words) {
            without.add(words);
            return Samples.of(words).median();
        }

        double lethe(String words) {
            with.add(words);
            return Samples.of(words).median();
        }

        String text() {
            return Results.format(
                    "%.3f (%.3f / %.3f ms; turns %.2f to %.2f)",
                    ratios.median(), with.median() / 1e6, without.median() / 1e6, ratios.min(), ratios.max());
        }

        String p99() {
            return Results.format("%.2f / %.2f ms", with.p99() / 1e6, without.p99() / 1e6);
        }
    }
}
