package io.lethe.http;

import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What requests send in place of a part of their own, from their arming until the client asks for that part, which may be on
 * another thread. With markers; nothing of it is secret.
 *
 * <p>Loaded by the agent loader. Thread-safe. What is never asked for goes with its request.
 */
final class InPlace<T> {

    private final Map<Object, T> parts = Collections.synchronizedMap(new WeakHashMap<>());

    /** @param request an object of the client's that compares by identity and lives for one request */
    void put(Object request, T part) {
        parts.put(request, part);
    }

    boolean isEmpty() {
        return parts.isEmpty();
    }

    /** The part to send, as often as it is asked for; null where the request sends its own. */
    @Nullable
    T get(@Nullable Object request) {
        return request == null || parts.isEmpty() ? null : parts.get(request);
    }

    /** The part to send, once; null where the request sends its own. */
    @Nullable
    T take(@Nullable Object request) {
        return request == null || parts.isEmpty() ? null : parts.remove(request);
    }
}
