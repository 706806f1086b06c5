package io.lethe.http;

import org.jspecify.annotations.Nullable;

/**
 * One call of OkHttp's in its last interceptor, on the thread that sends it.
 *
 * <p>Loaded by the agent loader. One thread. Holds references and markers, no secret.
 */
final class OkHttpCall {

    final @Nullable OkHttpCall outer;
    /** Those of its request, and their copy with markers where there is one. */
    final Object headers;

    final @Nullable Object copy;
    final @Nullable Arming armed;

    /** Path and query with markers; null where they stay. */
    @Nullable
    String path;

    /** The form with markers, until it is written; null where the body stays. */
    byte @Nullable [] body;

    OkHttpCall(@Nullable OkHttpCall outer, Object headers, @Nullable Object copy, @Nullable Arming armed) {
        this.outer = outer;
        this.headers = headers;
        this.copy = copy;
        this.armed = armed;
    }
}
