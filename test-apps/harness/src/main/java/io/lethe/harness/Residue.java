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

    /**
     * No copy, only parts no longer than a vector register, outside of the Java heap: on JDK 11 the JIT's AES leaves one in a
     * register that a deoptimization copies. README says so.
     */
    public boolean isOnlyRegistersOf(Jdk jdk) {
        return jdk.major() == 11
                && counts.keySet().stream()
                        .allMatch(found -> found.matches(".* part of ([89]|1[0-6]) bytes @(?!java heap).*"));
    }

    /**
     * No copy, only one part of eight bytes, a register's width, outside of the Java heap: what compiled code kept in a frame of a
     * thread that is gone, as it seems. Seen in two scans of some hundreds on JDK 17, and counted in the tables. README says so.
     */
    public boolean isOneWord() {
        return total() == 1
                && counts.keySet().stream().allMatch(found -> found.matches(".* part of 8 bytes @(?!java heap).*"));
    }

    /** Short, for messages. */
    @Override
    public String toString() {
        return total() + " " + counts;
    }
}
