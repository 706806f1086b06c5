package io.lethe.http;

import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The request of Commons HttpClient 3 that a thread is writing.
 *
 * <p>Loaded by the agent loader. One thread. Holds references and markers, no secret.
 */
final class Commons3Head {

    final Object method;
    /** By the line with the reference; the same line may stand there twice. */
    final Map<String, Deque<String>> marked = new HashMap<>();

    boolean begun;
    /** Whether it asks a proxy for a tunnel to its target, and its connection does not know yet. */
    boolean asks;

    String target = "/";

    /** The form with markers, until it is written; null where the body stays. */
    byte @Nullable [] body;

    String lengthLine = "";

    @Nullable
    Arming arming;

    Commons3Head(Object method) {
        this.method = method;
    }
}
