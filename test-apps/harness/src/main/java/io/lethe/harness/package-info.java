/**
 * Starts unmodified programs as separate JVMs on any JDK, with and without the agent, against real and rogue servers, and
 * counts what is left in their memory.
 *
 * <p>Loaded by: the JVM that runs tests, the demo or benchmarks; never by an application.
 *
 * <p>What belongs here: whatever more than one test, the demo or a benchmark needs. Everything that starts a process ends
 * it, also when this JVM is killed: children end when their standard input does.
 */
package io.lethe.harness;
