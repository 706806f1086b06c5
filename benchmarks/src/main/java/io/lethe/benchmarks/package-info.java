/**
 * What Lethe costs: the same programs without it and with it, in turns, in one run, so that only ratios and differences
 * within that run are read.
 *
 * <p>Loaded by: application loader, in a JVM beside those that are measured.
 *
 * <p>What belongs here: how one row of the table is measured, and the table. Nothing here fails a build.
 */
package io.lethe.benchmarks;
