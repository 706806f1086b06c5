package io.lethe.jdbc;

import io.lethe.broker.Circuit;
import io.lethe.broker.Leases;

/**
 * What the runtime gives to the sinks once the first reference is seen; before that nothing of it is loaded.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
public interface Access {

    /** The gate that all acquires of this JVM pass. */
    Leases leases();

    /** Which logins have to wait. */
    Circuit circuit();

    /** Whether a driver that is not wholly recognised refuses references. */
    boolean strict();

    /** Whether data sources of this class only hand references on to a driver. */
    boolean delegates(String className);
}
