/**
 * A small strict JSON reader and a writer with one form for each value, for the vault's index and the audit trail.
 *
 * <p>Loaded by: agent loader, and by the command line's own loader.
 *
 * <p>What belongs here: text that is no secret. Values become {@code String}s, so no secret may pass through, but for
 * {@link io.lethe.broker.json.SecretJson}, which makes none of what it is not asked for as such.
 */
@NullMarked
package io.lethe.broker.json;

import org.jspecify.annotations.NullMarked;
