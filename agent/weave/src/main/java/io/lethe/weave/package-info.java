/**
 * The gate for class files, the call-site rewriter, method hooks and fingerprints.
 *
 * <p>Loaded by: agent loader. {@link io.lethe.weave.Gate} and {@link io.lethe.weave.ClassHeader} at start, all else
 * with the first class that matches.
 *
 * <p>What belongs here: what knows class files and no driver. Most of it runs inside class loading of the application,
 * so there are no lambdas, streams, {@code String.format}, regular expressions or logging: each may load classes, link
 * call sites or take locks at the very moment when somebody else does. The hierarchy of classes is never resolved and
 * frames are never computed: both would load classes of the application.
 */
@NullMarked
package io.lethe.weave;

import org.jspecify.annotations.NullMarked;
