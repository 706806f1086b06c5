package io.lethe.http;

import io.lethe.weave.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Around a method that sends one request: what {@link #enter} made known for this thread is forgotten at its end, and its markers
 * mean nothing any more where that is a failure. One may begin within another.
 *
 * <p>Loaded by the agent loader. Thread-safe: what is open belongs to the thread.
 */
abstract class Sent<T> implements Scope {

    private final ThreadLocal<T> current;

    Sent(ThreadLocal<T> current) {
        this.current = current;
    }

    /** What was armed for it; null where that is nothing. */
    abstract @Nullable Arming arming(T open);

    /** What this thread was sending when this one began; null where that is nothing. */
    @Nullable
    T outer(T open) {
        return null;
    }

    private @Nullable T end() {
        T open = current.get();
        T outer = open == null ? null : outer(open);
        if (outer == null) {
            current.remove();
        } else {
            current.set(outer);
        }
        return open;
    }

    @Override
    public final void returned() {
        end();
    }

    @Override
    public final @Nullable Object @Nullable [] failed(Throwable thrown) {
        T open = end();
        Arming arming = open == null ? null : arming(open);
        if (arming != null) {
            arming.abandon();
        }
        return null;
    }
}
