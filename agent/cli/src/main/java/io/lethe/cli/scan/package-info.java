/**
 * Looks for secrets in the memory of another process, or in a file, in every encoding that can be turned back.
 *
 * <p>Loaded by: the command line's own loader, and by tests as a library.
 *
 * <p>What belongs here: the forms a secret can take in memory, the search for many of them at once, reading
 * {@code /proc}, the report. Linux only. Nothing here prints a secret, and what was read is overwritten.
 */
@NullMarked
package io.lethe.cli.scan;

import org.jspecify.annotations.NullMarked;
