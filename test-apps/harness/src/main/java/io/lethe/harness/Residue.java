package io.lethe.harness;

import java.util.Map;

/**
 * What a scan of a process found.
 *
 * @param counts how often each {@code name/encoding @place} was found, parts of eight characters or more included; only
 *     what was found
 * @param bytes how much memory was read
 * @param unreadable how much is mapped and could not be read
 */
public record Residue(Map<String, Integer> counts, long bytes, long unreadable, long millis) {

    public int total() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Findings of one thing that was looked for, in all encodings and places. */
    public int of(String name) {
        return counts.entrySet().stream()
                .filter(count -> count.getKey().startsWith(name + "/"))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    /** Short, for messages. */
    @Override
    public String toString() {
        return total() + " " + counts;
    }
}
