package io.lethe.harness;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a scan of a process found.
 *
 * @param counts copies by {@code name/encoding}; only what was found
 * @param bytes how much memory was read
 */
public record Residue(Map<String, Integer> counts, long bytes, long millis) {

    public int total() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Copies of one thing that was looked for, in all encodings. */
    public int of(String name) {
        return counts.entrySet().stream().filter(count -> count.getKey().startsWith(name + "/"))
                .mapToInt(Map.Entry::getValue).sum();
    }

    /** Stable and short, for messages and tables. */
    @Override
    public String toString() {
        return total() + " " + new TreeMap<>(counts);
    }
}
