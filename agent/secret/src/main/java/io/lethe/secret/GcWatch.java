package io.lethe.secret;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * Counts collections, because a moving collector leaves the old copy of an array where it stood, and nothing but luck
 * overwrites it. Whoever opened a secret asks afterwards whether one fell into that time.
 *
 * <p>All beans count. For ZGC and Shenandoah that is cycles and pauses, and by their design the pauses matter: an array made inside a
 * window can only be moved by a cycle that began to mark after that, so the pause which begins it falls into the window
 * too, even where the cycle ends later.
 *
 * <p>Loaded by the agent loader. Thread-safe. The first call loads the management classes (28 to 96 ms of CPU on 11 to
 * 27, nothing measurable on 8), so call it once away from a connection; it starts no MBean server and initializes no
 * {@code java.util.logging}. Where the JVM has no such classes (a cut-down image) the answer is {@link #UNKNOWN}, never
 * 0.
 */
public final class GcWatch {

    /** What {@link #since} answers where collections cannot be counted. */
    public static final int UNKNOWN = -1;

    private static final long NO_MARK = -1;

    private GcWatch() {}

    /** A moment to compare with. */
    public static long mark() {
        try {
            return Beans.collections();
        } catch (LinkageError | RuntimeException e) {
            return NO_MARK;
        }
    }

    /** How many collections there were since; {@link #UNKNOWN} where that cannot be known. */
    public static int since(long mark) {
        if (mark == NO_MARK) {
            return UNKNOWN;
        }
        long now = mark();
        return now == NO_MARK ? UNKNOWN : (int) Math.min(now - mark, Integer.MAX_VALUE);
    }

    /** Loaded by the first mark, not by the first mention of this class. */
    private static final class Beans {
        private static final GarbageCollectorMXBean[] ALL = all();

        private static GarbageCollectorMXBean[] all() {
            List<GarbageCollectorMXBean> beans = ManagementFactory.getGarbageCollectorMXBeans();
            return beans.toArray(new GarbageCollectorMXBean[0]);
        }

        static long collections() {
            long sum = 0;
            for (GarbageCollectorMXBean bean : ALL) {
                // -1 where a collector does not count
                sum += Math.max(0, bean.getCollectionCount());
            }
            return ALL.length == 0 ? NO_MARK : sum;
        }
    }
}
