package io.lethe.benchmarks;

import java.util.Arrays;

/** Measured numbers and their order statistics. Not thread-safe. */
final class Samples {

    private double[] values = new double[0];

    static Samples of(String words) {
        Samples samples = new Samples();
        samples.add(words);
        return samples;
    }

    void add(double value) {
        values = Arrays.copyOf(values, values.length + 1);
        values[values.length - 1] = value;
    }

    /** Adds numbers separated by spaces. */
    void add(String words) {
        double[] more =
                Arrays.stream(words.split(" ")).mapToDouble(Double::parseDouble).toArray();
        int old = values.length;
        values = Arrays.copyOf(values, old + more.length);
        System.arraycopy(more, 0, values, old, more.length);
    }

    int size() {
        return values.length;
    }

    double median() {
        return quantile(0.5);
    }

    double p99() {
        return quantile(0.99);
    }

    double min() {
        return quantile(0);
    }

    double max() {
        return quantile(1);
    }

    double sum() {
        return Arrays.stream(values).sum();
    }

    /** The mean of the two in the middle where there is no middle one. */
    private double quantile(double share) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double position = share * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
