package io.lethe.http;

import io.lethe.weave.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Around a method that sends one request: what {@link #enter} made known for this thread is forgotten at its end, and its markers
 * mean nothing any more where that is a failure.
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

    @Override
    public final void returned() {
        current.remove();
    }

    @Override
    public final @Nullable Object @Nullable [] failed(Throwable thrown) {
        T open = current.get();
        current.remove();
        Arming arming = open == null ? null : arming(open);
        if (arming != null) {
            arming.abandon();
        }
        return null;
    }
}
