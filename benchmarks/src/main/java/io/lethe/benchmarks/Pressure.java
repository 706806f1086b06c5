package io.lethe.benchmarks;

import io.lethe.harness.App;
import io.lethe.harness.Jdk;
import io.lethe.harness.MemoryScan;
import io.lethe.harness.Residue;
import java.nio.file.Path;

/**
 * Connects while a thread allocates as fast as it can: how often a collection falls into a window, where it may move an
 * array and leave the old copy behind, and how many such copies there are in the end.
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
            for (int done = 0; done < settings.pressedConnects(); done += BLOCK) {
                app.mustDo("connects " + BLOCK);
            }
            seconds = (System.nanoTime() - began) / 1e9;
            collections = Long.parseLong(app.mustDo("collections")) - before;
            app.mustDo("pressure off");
            residue = MemoryScan.scan(app.pid(), bench.wanted());
        }
        Trail read = Trail.read(trail);
        int number = 0;
        for (Trail.Release release : read.releases()) {
            if (release.collections() != 0) {
                results.raw("pressed-collections", jdk, "lethe", number, release.collections(), "collections");
            }
            number++;
        }
        results.cell(
                "under allocation pressure (G1, 256 MB): windows with a collection",
                jdk,
                Results.format(
                        "%d of %d (%.1f collections a second)",
                        read.withCollections(), read.releases().size(), collections / seconds));
        results.cell("copies found after it", "0", jdk, residue.toString(), residue.total() == 0);
        results.raw("pressed-residue", jdk, "lethe", 0, residue.total(), "copies");
    }
}
