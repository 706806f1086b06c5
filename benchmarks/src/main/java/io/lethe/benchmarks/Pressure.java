package io.lethe.benchmarks;

import io.lethe.harness.App;
import io.lethe.harness.Jdk;
import io.lethe.harness.MemoryScan;
import io.lethe.harness.Residue;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Connects while a thread allocates as fast as it can: how often a collection falls into a window, where it may move an
 * array and leave the old copy behind, and how many such copies there are in the end. The same search of a process without
 * Lethe must find something, or its zero would mean nothing.
 */
final class Pressure {

    private static final int BLOCK = 100;

    private final Settings settings;
    private final Results results;

    Pressure(Settings settings, Results results) {
        this.settings = settings;
        this.results = results;
    }

    void measure(Jdk jdk, Bench bench) {
        Path trail = bench.trail();
        long collections;
        double seconds;
        Residue residue;
        try (App app = bench.with(jdk, trail).flags("-XX:+UseG1GC", "-Xmx256m").start()) {
            app.mustDo("pressure on");
            long before = Long.parseLong(app.mustDo("collections"));
            long began = System.nanoTime();
            long end = began + TimeUnit.SECONDS.toNanos(settings.pressedSeconds());
            for (int done = 0; done < settings.pressedConnects() && System.nanoTime() < end; done += BLOCK) {
                app.mustDo("connects " + BLOCK);
            }
            seconds = (System.nanoTime() - began) / 1e9;
            collections = Long.parseLong(app.mustDo("collections")) - before;
            app.mustDo("pressure off");
            residue = MemoryScan.scan(app.pid(), bench.wanted());
        }
        int control = control(jdk, bench);
        Trail read = Trail.read(trail);
        int number = 0;
        for (Trail.Release release : read.releases()) {
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
                        read.withCollections(), read.releases().size(), collections / seconds));
        results.cell(
                "copies found in memory after it",
                "0",
                jdk,
                residue.total() == 0 ? "0 (without Lethe, 1 connect: " + control + ")" : residue.toString(),
                residue.total() == 0 && control > 0);
        results.raw("pressed-residue", jdk, "none", 0, control, "copies");
        results.raw("pressed-residue", jdk, "lethe", 0, residue.total(), "copies");
    }

    private static int control(Jdk jdk, Bench bench) {
        try (App app = bench.without(jdk).start()) {
            app.mustDo("connects 1");
            return MemoryScan.scan(app.pid(), bench.wanted()).total();
        }
    }
}
