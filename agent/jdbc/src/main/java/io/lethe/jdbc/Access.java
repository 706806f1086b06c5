package io.lethe.jdbc;

import io.lethe.broker.Circuit;
import io.lethe.jdbc.retire.Standing;

/**
 * What the runtime gives to the sinks once the first reference is seen; before that nothing of it is loaded.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
public interface Access extends Standing {

    /** Which logins have to wait. */
    Circuit circuit();

    /** Whether a driver that is not wholly recognised refuses references. */
    boolean strict();

    /** Whether data sources of this class only hand references on to a driver. */
    boolean delegates(String className);
}
