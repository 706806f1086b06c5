/**
 * Asks somebody else, too, before a secret is opened: an AuthZEN decision point, over a small HTTP client of its own.
 *
 * <p>Loaded by: agent loader, and by the command line's own loader.
 *
 * <p>What belongs here: the question, the way to the answer, and what it means. No secret ever is here.
 */
@NullMarked
package io.lethe.broker.ask;

import org.jspecify.annotations.NullMarked;
