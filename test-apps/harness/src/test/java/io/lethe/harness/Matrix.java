package io.lethe.harness;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Chooses combinations of several factors. By default few, such that every pair of values of two factors that can occur
 * together does; all of them where {@code lethe.matrix} is {@code full}.
 */
final class Matrix {

    private Matrix() {}

    static List<List<Object>> of(Predicate<List<Object>> possible, List<?>... factors) {
        List<List<Object>> all = new ArrayList<>();
        product(all, possible, new ArrayList<>(), factors);
        return full() ? all : pairwise(all);
    }

    static boolean full() {
        return System.getProperty("lethe.matrix", "pairwise").equals("full");
    }

    private static void product(
            List<List<Object>> all, Predicate<List<Object>> possible, List<Object> begun, List<?>[] factors) {
        if (begun.size() == factors.length) {
            if (possible.test(begun)) {
                all.add(List.copyOf(begun));
            }
            return;
        }
        for (Object value : factors[begun.size()]) {
            begun.add(value);
            product(all, possible, begun, factors);
            begun.remove(begun.size() - 1);
        }
    }

    /** Greedy: always the combination that covers most pairs not yet covered. */
    private static List<List<Object>> pairwise(List<List<Object>> all) {
        Set<String> open = new HashSet<>();
        all.forEach(combination -> open.addAll(pairs(combination)));
        List<List<Object>> chosen = new ArrayList<>();
        while (!open.isEmpty()) {
            List<Object> best = null;
            int most = 0;
            for (List<Object> candidate : all) {
                int covers = 0;
                for (String pair : pairs(candidate)) {
                    covers += open.contains(pair) ? 1 : 0;
                }
                if (covers > most) {
                    most = covers;
                    best = candidate;
                }
            }
            chosen.add(best);
            open.removeAll(pairs(best));
        }
        return chosen;
    }

    private static Set<String> pairs(List<Object> combination) {
        Set<String> pairs = new HashSet<>();
        for (int i = 0; i < combination.size(); i++) {
            for (int j = i + 1; j < combination.size(); j++) {
                pairs.add(i + "=" + combination.get(i) + " " + j + "=" + combination.get(j));
            }
        }
        return pairs;
    }
}
