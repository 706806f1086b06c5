package io.lethe.benchmarks;

import io.lethe.harness.Jdk;

/** How long the secret and its password equivalents stood in the clear, by Lethe's own audit records. */
final class Windows {

    private static final double MEDIAN_REACH = 50;
    private static final double P99_REACH = 500;

    private final Trail trail;

    Windows(Trail trail) {
        this.trail = trail;
    }

    void report(Jdk jdk, Results results) {
        Samples window = new Samples();
        Samples derived = new Samples();
        for (Trail.Release release : trail.releases()) {
            window.add(release.windowUs());
            derived.add(release.derivedUs());
            results.raw("window", jdk, "lethe", window.size(), release.windowUs(), "us");
            results.raw("derived-window", jdk, "lethe", derived.size(), release.derivedUs(), "us");
        }
        results.cell(
                "window: median",
                "<= 50 us",
                jdk,
                Results.format("%.0f us", window.median()),
                window.median() <= MEDIAN_REACH);
        results.cell(
                "window: p99", "<= 500 us", jdk, Results.format("%.0f us", window.p99()), window.p99() <= P99_REACH);
        results.cell(
                "derived window: median, p99",
                jdk,
                Results.format("%.0f us, %.0f us", derived.median(), derived.p99()));
        results.cell(
                "windows or derived windows with a collection in them",
                jdk,
                trail.withCollections() + " of " + trail.releases().size());
    }
}
