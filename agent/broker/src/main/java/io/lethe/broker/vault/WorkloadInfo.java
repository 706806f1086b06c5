package io.lethe.broker.vault;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a listing says of a workload.
 *
 * <p>Loaded by the command line's loader. Immutable. Nothing of it is secret.
 */
public final class WorkloadInfo {

    private final String name;
    private final String recipient;
    private final Set<String> secrets;

    WorkloadInfo(String name, String recipient, Set<String> secrets) {
        this.name = name;
        this.recipient = recipient;
        this.secrets = Collections.unmodifiableSet(new TreeSet<>(secrets));
    }

    public String name() {
        return name;
    }

    /** Its public key, as {@code age -r} takes it. */
    public String recipient() {
        return recipient;
    }

    /** The secrets of which it may open something. */
    public Set<String> secrets() {
        return secrets;
    }
}
