package io.lethe.benchmarks;

import io.lethe.harness.App;
import io.lethe.harness.Jdk;
import io.lethe.harness.MemoryScan;
import io.lethe.harness.Residue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * Connects while a thread allocates as fast as it can: how often a collection falls into a window, where it may move an
 * array and leave the old copy behind, and how many such copies there are after each 1,000 connects and in the end. A copy
 * goes away when its memory is used again, so both are said: the most that one look saw, and what the last one did. The same
 * search of a process without Lethe must find something, or its zero would mean nothing.
 */
final class Pressure {

    private static final int BLOCK = 100;
    private static final int LOOK = 1_000;

    private final Settings settings;
    private final Results results;

    Pressure(Settings settings, Results results) {
        this.settings = settings;
        this.results = results;
    }

    void measure(Jdk jdk, Bench bench) {
        Path trail = bench.trail();
        long collections;
        double seconds = 0;
        List<Residue> looks = new ArrayList<>();
        try (App app = bench.with(jdk, trail).flags("-XX:+UseG1GC", "-Xmx256m").start()) {
            app.mustDo("pressure on");
            long before = Long.parseLong(app.mustDo("collections"));
            int done = 0;
            while (done < settings.pressedConnects() && seconds < settings.pressedSeconds()) {
                long began = System.nanoTime();
                app.mustDo("connects " + BLOCK);
                seconds += (System.nanoTime() - began) / 1e9;
                done += BLOCK;
                if (done % LOOK == 0) {
                    look(looks, jdk, app, bench);
                }
            }
            collections = Long.parseLong(app.mustDo("collections")) - before;
            app.mustDo("pressure off");
            look(looks, jdk, app, bench);
        }
        report(jdk, Trail.read(trail), collections / seconds, looks, control(jdk, bench));
    }

    private void look(List<Residue> looks, Jdk jdk, App app, Bench bench) {
        Residue residue = MemoryScan.scan(app.pid(), bench.wanted());
        results.raw("pressed-residue", jdk, "lethe", looks.size(), residue.total(), "copies");
        looks.add(residue);
    }

    private void report(Jdk jdk, Trail trail, double collectionsEachSecond, List<Residue> looks, int control) {
        int number = 0;
        for (Trail.Release release : trail.releases()) {
            if (release.collections() != 0) {
                results.raw("pressed-collections", jdk, "lethe", number, release.collections(), "collections");
            }
            number++;
        }
        results.cell(
                "the same while a thread allocates (G1, 256 MB)",
                jdk,
                Results.format(
                        "%d of %d (%.1f collections a second)",
                        trail.withCollections(), trail.releases().size(), collectionsEachSecond));
        Residue last = looks.get(looks.size() - 1);
        Residue most = Collections.max(looks, Comparator.comparingInt(Residue::total));
        results.cell(
                "copies found in memory meanwhile and after it",
                "0",
                jdk,
                (most.total() == 0 ? "0" : "at most " + most + ", in the end " + last) + " (" + looks.size()
                        + " looks; without Lethe, 1 connect: " + control + ")",
                most.total() == 0 && control > 0);
        results.raw("pressed-residue", jdk, "none", 0, control, "copies");
    }

    private static int control(Jdk jdk, Bench bench) {
        try (App app = bench.without(jdk).start()) {
            app.mustDo("connects 1");
            return MemoryScan.scan(app.pid(), bench.wanted()).total();
        }
    }
}
