/**
 * The audit trail: JSON lines, each with the SHA-256 of the line before it; its writer, its reader, its verifier.
 *
 * <p>Loaded by: agent loader, and by the command line's own loader.
 *
 * <p>What belongs here: the form of the trail. What an event says is decided by those who write it; no secret gets
 * here.
 */
@NullMarked
package io.lethe.broker.audit;

import org.jspecify.annotations.NullMarked;
