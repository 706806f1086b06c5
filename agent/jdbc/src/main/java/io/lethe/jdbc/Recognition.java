package io.lethe.jdbc;

import org.jspecify.annotations.Nullable;

/**
 * What became of a driver's classes when they were loaded.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
public interface Recognition {

    /**
     * Why this class is not wholly hooked.
     *
     * @param name binary name, {@code org.postgresql.Driver}; loaded by this call where it was not yet
     * @param loader the driver's loader
     * @return null where it is hooked; else one line. A class that is not there is {@link #ABSENT}
     */
    @Nullable
    String obstacle(String name, @Nullable ClassLoader loader);

    /** The obstacle of a class that the loader does not have. */
    String ABSENT = "absent";
}
