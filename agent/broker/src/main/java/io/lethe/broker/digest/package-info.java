/**
 * SHA-256 of what is no secret, in hex.
 *
 * <p>Loaded by: agent loader, and by the command line's own loader.
 *
 * <p>What belongs here: the one digest by which index, audit trail and workloads name content. Secrets are digested by
 * {@code io.lethe.secret.crypto}, which wipes.
 */
@NullMarked
package io.lethe.broker.digest;

import org.jspecify.annotations.NullMarked;
