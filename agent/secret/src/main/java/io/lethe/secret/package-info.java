/**
 * Owned, wipeable memory and the cryptographic plumbing that leaves nothing behind; the reference grammar.
 *
 * <p>Loaded by: agent loader.
 *
 * <p>What belongs here: whatever touches secret bytes and knows neither brokers nor drivers. No type here has a
 * {@code toString} that shows content, no method returns a secret as a {@code String}.
 */
@NullMarked
package io.lethe.secret;

import org.jspecify.annotations.NullMarked;
