package io.lethe.benchmarks;

import java.util.Arrays;

/** Measured numbers and their order statistics. Not thread-safe. */
final class Samples {

    private double[] values = new double[16];
    private int size;

    static Samples of(String words) {
        Samples samples = new Samples();
        samples.add(words);
        return samples;
    }

    void add(double value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    /** Adds numbers separated by spaces. */
    void add(String words) {
        for (String word : words.split(" ")) {
            add(Double.parseDouble(word));
        }
    }

    int size() {
        return size;
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
        return Arrays.stream(values, 0, size).sum();
    }

    /** The mean of the two in the middle where there is no middle one. */
    double quantile(double share) {
        if (size == 0) {
            return Double.NaN;
        }
        double[] sorted = Arrays.copyOf(values, size);
        Arrays.sort(sorted);
        double position = share * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
