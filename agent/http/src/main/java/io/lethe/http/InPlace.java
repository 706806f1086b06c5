package io.lethe.http;

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

    private final Map<Object, T> parts = new WeakHashMap<>();
    /** Servers and requests without references ask as well: no lock for them. */
    private volatile boolean any;

    /** @param request an object of the client's that compares by identity and lives for one request, or one connection */
    void put(Object request, T part) {
        synchronized (parts) {
            parts.put(request, part);
            any = true;
        }
    }

    boolean isEmpty() {
        return !any;
    }

    /** The part to send, as often as it is asked for; null where the request sends its own. */
    @Nullable
    T get(@Nullable Object request) {
        if (request == null || !any) {
            return null;
        }
        synchronized (parts) {
            return parts.get(request);
        }
    }

    /** The part to send, once; null where the request sends its own. */
    @Nullable
    T take(@Nullable Object request) {
        if (request == null || !any) {
            return null;
        }
        synchronized (parts) {
            T part = parts.remove(request);
            any = !parts.isEmpty();
            return part;
        }
    }
}
