/**
 * Configuration, the agent's own log, and the wiring of all the rest.
 *
 * <p>Loaded by: agent loader.
 */
@NullMarked
package io.lethe.runtime;

import org.jspecify.annotations.NullMarked;
