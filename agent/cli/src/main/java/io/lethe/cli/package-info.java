/**
 * The command line: {@code java -jar lethe.jar <command>}.
 *
 * <p>Loaded by: its own loader, never inside an application.
 *
 * <p>What belongs here: one class per command, which reads arguments, calls what the agent itself uses, and turns the answer
 * into text, JSON and an exit code. Exit codes: 0 done, 1 the answer is no, 2 wrong usage, 3 it could not be done. No secret
 * is taken from an argument or the environment.
 */
@NullMarked
package io.lethe.cli;

import org.jspecify.annotations.NullMarked;
