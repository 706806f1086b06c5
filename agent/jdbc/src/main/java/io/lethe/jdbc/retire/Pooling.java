package io.lethe.jdbc.retire;

import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * A pool of an application, held weakly, and how it is told to part with its connections.
 *
 * <p>Loaded by the agent loader. Immutable. Two are equal where they are of one pool.
 */
final class Pooling {

    private final RetiringPool kind;
    private final WeakReference<Object> pool;
    /** Of the thread that opened a connection: threads that the pool makes while it is being told get it from us. */
    private final WeakReference<ClassLoader> loader;

    Pooling(RetiringPool kind, Object pool) {
        this.kind = kind;
        this.pool = new WeakReference<>(pool);
        this.loader = new WeakReference<>(Thread.currentThread().getContextClassLoader());
    }

    /** Lets it close what is idle now, and what is in use when it comes back. What the pool throws ends here. */
    void evict() {
        Object told = pool.get();
        if (told == null) {
            return;
        }
        Thread here = Thread.currentThread();
        try {
            here.setContextClassLoader(loader.get());
            kind.evict(told);
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            System.err.println("lethe: a pool (" + kind + ") did not part with its connections: " + e
                    + "; they end as the pool is configured");
        } finally {
            here.setContextClassLoader(null);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Pooling && pool.get() == ((Pooling) other).pool.get();
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(pool.get());
    }
}
