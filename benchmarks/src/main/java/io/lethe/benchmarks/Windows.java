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
        Samples derived = new Samples();
        int number = 0;
        for (Trail.Release release : trail.releases()) {
            derived.add(release.derivedUs());
            number++;
            results.raw("window", jdk, "lethe", number, release.windowUs(), "us");
            results.raw("derived-window", jdk, "lethe", number, release.derivedUs(), "us");
        }
        windows("", jdk, results);
        results.cell(
                "derived window: median, p99",
                jdk,
                Results.format("%.0f us, %.0f us", derived.median(), derived.p99()));
        results.cell(
                "windows or derived windows with a collection in them",
                jdk,
                trail.withCollections() + " of " + trail.releases().size());
    }

    /**
     * Of HTTP, whose windows are too many for a line each and which derives nothing.
     *
     * @param what they belong to, as the beginning of a row's name
     */
    void report(String what, Jdk jdk, Results results) {
        Samples window = windows(what, jdk, results);
        double[] shares = {0, 0.5, 0.9, 0.99, 0.999, 1};
        for (int i = 0; i < shares.length; i++) {
            String name = "window " + what.replace(",", "") + "quantile " + shares[i];
            results.raw(name, jdk, "lethe", i, window.quantile(shares[i]), "us");
        }
        results.cell(
                what + "windows with a collection in them",
                jdk,
                trail.withCollections() + " of " + trail.releases().size());
    }

    private Samples windows(String what, Jdk jdk, Results results) {
        Samples window = new Samples();
        for (Trail.Release release : trail.releases()) {
            window.add(release.windowUs());
        }
        results.cell(
                what + "window: median",
                "<= 50 us",
                jdk,
                Results.format("%.0f us", window.median()),
                window.median() <= MEDIAN_REACH);
        results.cell(
                what + "window: p99",
                "<= 500 us",
                jdk,
                Results.format("%.0f us", window.p99()),
                window.p99() <= P99_REACH);
        return window;
    }
}
