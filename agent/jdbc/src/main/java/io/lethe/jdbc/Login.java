package io.lethe.jdbc;

import io.lethe.broker.Circuit;
import io.lethe.broker.Lease;

/**
 * A lease for one login, and the place in the circuit that the login has.
 *
 * <p>Loaded by the agent loader. Immutable; whoever got it closes the lease.
 */
final class Login {

    final Lease lease;
    final Circuit.Attempt circuit;

    Login(Lease lease, Circuit.Attempt circuit) {
        this.lease = lease;
        this.circuit = circuit;
    }
}
