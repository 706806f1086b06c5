/**
 * Who may use which secret where, for how long: the {@link io.lethe.broker.Broker} and what surrounds it.
 *
 * <p>Loaded by: agent loader, and by the command line's own loader.
 *
 * <p>What belongs here: requests, leases, decisions, the gate that all acquires pass ({@link io.lethe.broker.Leases}).
 */
@NullMarked
package io.lethe.broker;

import org.jspecify.annotations.NullMarked;
