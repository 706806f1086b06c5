package legacy;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures work by wall clock and by the CPU time of the whole process, the agent's and the compilers' threads included.
 * All in nanoseconds.
 */
final class Stopwatch {

    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    Stopwatch() {
        // What the first call loads is no part of what is measured.
        system.getProcessCpuTime();
    }

    /** Does the work this often on each of so many threads. Returns wall and CPU time of all, then each one's wall time. */
    String times(int times, int threads, Callable<?> work) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        List<Future<long[]>> running = new ArrayList<>();
        long cpu = system.getProcessCpuTime();
        long wall = System.nanoTime();
        try {
            for (int i = 0; i < threads; i++) {
                running.add(executor.submit(() -> each(times, work)));
            }
            List<long[]> done = new ArrayList<>();
            for (Future<long[]> one : running) {
                done.add(one.get());
            }
            wall = System.nanoTime() - wall;
            cpu = system.getProcessCpuTime() - cpu;
            return text(wall, cpu, done);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception ? (Exception) e.getCause() : e;
        } finally {
            executor.shutdownNow();
        }
    }

    private static long[] each(int times, Callable<?> work) throws Exception {
        long[] taken = new long[times];
        for (int i = 0; i < times; i++) {
            long began = System.nanoTime();
            work.call();
            taken[i] = System.nanoTime() - began;
        }
        return taken;
    }

    private static String text(long wall, long cpu, List<long[]> done) {
        StringBuilder out = new StringBuilder().append(wall).append(' ').append(cpu);
        for (long[] taken : done) {
            for (long time : taken) {
                out.append(' ').append(time);
            }
        }
        return out.toString();
    }
}
