package io.lethe.broker.audit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What {@link AuditVerifier} found in a folder.
 *
 * <p>Loaded by the command line's loader. Immutable.
 */
public final class TrailReport {

    private final List<ManifestReport> manifests;
    private final List<ChainReport> chains;
    private final List<String> missing;

    TrailReport(List<ManifestReport> manifests, List<ChainReport> chains, List<String> missing) {
        this.manifests = Collections.unmodifiableList(new ArrayList<>(manifests));
        this.chains = Collections.unmodifiableList(new ArrayList<>(chains));
        this.missing = Collections.unmodifiableList(new ArrayList<>(missing));
    }

    public List<ManifestReport> manifests() {
        return manifests;
    }

    /** The oldest first. */
    public List<ChainReport> chains() {
        return chains;
    }

    /** Heads that were given and are nowhere, a sentence each. */
    public List<String> missing() {
        return missing;
    }

    /** Whether nothing is wrong. */
    public boolean intact() {
        boolean intact = missing.isEmpty();
        for (ManifestReport manifest : manifests) {
            intact &= manifest.problems().isEmpty();
        }
        for (ChainReport chain : chains) {
            intact &= chain.intact();
        }
        return intact;
    }

    public long records() {
        long records = 0;
        for (ChainReport chain : chains) {
            records += chain.records();
        }
        return records;
    }

    /** How many records no head vouches for that was given: who writes the folder could have changed them unseen. */
    public long unanchored() {
        long unanchored = 0;
        for (ChainReport chain : chains) {
            unanchored += chain.records() - chain.anchored();
        }
        return unanchored;
    }
}
