package legacy;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/**
 * Commands that every program knows: {@code gc}, {@code churn MB}, {@code collections}, {@code provider CLASS}.
 */
final class Memory {

    private static final int CHUNK = 64 * 1024;

    /** Keeps the compiler from dropping the allocations. */
    private static volatile byte[] sink;

    private Memory() {}

    /** Null where the command is not one of these. */
    static String run(String[] words) throws Exception {
        switch (words[0]) {
            case "gc":
                System.gc();
                return "";
            case "churn":
                churn(Integer.parseInt(words[1]));
                return "";
            case "collections":
                return String.valueOf(collections());
            case "provider":
                Starter.provider(words[1]);
                return "";
            default:
                return null;
        }
    }

    private static void churn(int megabytes) {
        long chunks = megabytes * 1024L * 1024L / CHUNK;
        for (long i = 0; i < chunks; i++) {
            sink = new byte[CHUNK];
        }
    }

    private static long collections() {
        long count = 0;
        for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
            count += Math.max(0, bean.getCollectionCount());
        }
        return count;
    }
}
