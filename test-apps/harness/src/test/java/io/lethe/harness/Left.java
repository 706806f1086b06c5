package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

/** What a scan under Lethe must say. */
final class Left {

    private Left() {}

    /**
     * Nothing, unless a collection fell into a window, which moves what is there and leaves the old copy. Lethe cannot erase
     * that, but says so: a copy without a collection in the trail is a failure.
     */
    static void nothing(VaultSetup vault, long pid, Jdk jdk, Residue residue) {
        if (residue.total() > 0 && !residue.isOnlyRegistersOf(jdk)) {
            assertThat(vault.collectionsInWindows(pid))
                    .as(jdk + ": " + residue + "; collections in windows")
                    .isPositive();
        }
    }
}
