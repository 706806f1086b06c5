/**
 * The way in: the agent's entry point, the command line's entry point, and the loader of all the rest.
 *
 * <p>Loaded by: system loader. Runs before the application's main class, so nothing here may touch
 * {@code java.util.logging}, {@code java.nio.file}, {@code java.lang.management}, lambdas or regular expressions: each has
 * broken an application server when an agent used it early, and each costs start-up time.
 *
 * <p>What belongs here: as little as possible.
 */
@NullMarked
package io.lethe.premain;

import org.jspecify.annotations.NullMarked;
