package io.lethe.http;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How long an event loop waits: long while what the first reference of a JVM needs is being prepared, but only until one such
 * wait is over, whoever began it. What looks like a reference and is none never begins the preparation, which is then never over.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
final class Patience {

    private final AtomicReference<@Nullable Long> first = new AtomicReference<>();

    /**
     * In nanoseconds.
     *
     * @param prepared whether all is prepared
     * @param now of {@link System#nanoTime}
     */
    long nanos(boolean prepared, long now) {
        if (prepared) {
            return Arming.HASTY;
        }
        first.compareAndSet(null, now);
        Long since = first.get();
        return since == null ? Arming.PATIENT : Math.max(Arming.HASTY, Arming.PATIENT - (now - since));
    }
}
