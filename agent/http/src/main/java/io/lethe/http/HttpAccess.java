package io.lethe.http;

import io.lethe.broker.Leases;
import io.lethe.broker.WarmLeases;

/**
 * What the runtime gives to HTTP once the first reference is seen; before that nothing of it is loaded.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
public interface HttpAccess {

    /** The gate that all acquires of this JVM pass. */
    Leases leases();

    /** Leases that requests share while they live. */
    WarmLeases warm();
}
