package io.lethe.http;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The wires of all connections that were ever armed, by identity of JSSE's record layer, or of the JDK's end of a
 * plain one, which is held weakly. Markers that nobody sends are forgotten after their time by a thread of its own.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
final class Wires {

    private static final long TICK = TimeUnit.SECONDS.toNanos(5);

    private final ConcurrentHashMap<Key, Wire> wires = new ConcurrentHashMap<>();
    private final ReferenceQueue<Object> gone = new ReferenceQueue<>();
    private volatile @Nullable Thread sweeper;

    /** Begins to forget what nobody sends; to be called on an agent thread, which the new one takes after. */
    synchronized void keepSweeping() {
        if (sweeper != null) {
            return;
        }
        Thread thread = new Thread(null, this::sweep, "lethe-markers");
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        sweeper = thread;
        thread.start();
    }

    /** The wire of a record layer; made when the first marker is armed on it. */
    Wire of(Object layer, Object context) {
        Wire wire = find(layer);
        if (wire == null) {
            Wire made = new Wire(context);
            wire = wires.putIfAbsent(new Key(layer, gone), made);
            if (wire == null) {
                wire = made;
                LockSupport.unpark(sweeper);
            }
        }
        return wire;
    }

    /** Null for a record layer that no marker was ever armed on. */
    @Nullable
    Wire find(Object layer) {
        return wires.get(new Key(layer, null));
    }

    private void sweep() {
        while (true) {
            for (Reference<?> key = gone.poll(); key != null; key = gone.poll()) {
                Wire wire = wires.remove(key);
                if (wire != null) {
                    wire.dropAll();
                }
            }
            long now = System.nanoTime();
            List<Wire> all = new ArrayList<>(wires.values());
            for (int i = 0; i < all.size(); i++) {
                all.get(i).drop(now);
            }
            if (all.isEmpty()) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, TICK);
            }
        }
    }

    private static final class Key extends WeakReference<Object> {

        private final int hash;

        Key(Object connection, @Nullable ReferenceQueue<Object> queue) {
            super(connection, queue);
            this.hash = System.identityHashCode(connection);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        @SuppressWarnings("ReferenceEquality")
        public boolean equals(@Nullable Object other) {
            if (this == other) {
                return true;
            }
            Object connection = get();
            return connection != null && other instanceof Key && ((Key) other).get() == connection;
        }
    }
}
