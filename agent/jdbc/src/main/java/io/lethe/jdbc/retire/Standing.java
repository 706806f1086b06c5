package io.lethe.jdbc.retire;

import io.lethe.broker.Leases;

/** What is known of leases after they were used. Loaded by the agent loader; thread-safe. */
public interface Standing {

    /** The gate that the leases came from. */
    Leases leases();

    /** How long a connection whose grant has ended may still be used by whoever has it, in nanoseconds. */
    long drainNanos();
}
