package io.lethe.harness;

import java.util.Map;
import org.assertj.core.api.SoftAssertions;

/**
 * A collection that fell into a window moves what is there and leaves the old copy. Lethe cannot erase that, but says so: a
 * copy is excused only where the trail tells of a collection in a window of the scenario that brought it.
 */
final class Excuse {

    private final VaultSetup trail;
    private final long pid;
    private long collections;
    private Map<String, Integer> excused = Map.of();

    /** Begins now: what came before excuses nothing. */
    Excuse(VaultSetup trail, long pid) {
        this.trail = trail;
        this.pid = pid;
        this.collections = trail.collectionsInWindows(pid);
    }

    /** As below, and one register's width that compiled code left is none. */
    void orOneWord(SoftAssertions all, Residue residue, String scenario) {
        if (!residue.isOneWord()) {
            orNone(all, residue, scenario);
        }
    }

    /** Nothing new since the last look, or a collection in a window since then. */
    void orNone(SoftAssertions all, Residue residue, String scenario) {
        long now = trail.collectionsInWindows(pid);
        boolean more = residue.counts().entrySet().stream()
                .anyMatch(found -> found.getValue() > excused.getOrDefault(found.getKey(), 0));
        if (more) {
            all.assertThat(now - collections)
                    .as(scenario + " left " + residue + " where " + excused
                            + " was excused before; collections in its windows")
                    .isPositive();
        }
        collections = now;
        excused = residue.counts();
    }
}
