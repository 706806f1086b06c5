/**
 * Scopes and sinks for JDBC: what opens when a driver connects, and where a password becomes bytes.
 *
 * <p>Loaded by: agent loader.
 *
 * <p>What belongs here: one declarative class per driver family ({@link io.lethe.jdbc.Postgresql}), the guard for all other
 * drivers, and what they share. Nothing here holds a secret but {@link io.lethe.jdbc.Attempt}, and only until it is closed.
 */
@NullMarked
package io.lethe.jdbc;

import org.jspecify.annotations.NullMarked;
