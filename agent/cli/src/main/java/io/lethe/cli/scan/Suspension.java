package io.lethe.cli.scan;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Holds a process still by SIGSTOP, and lets it go on by SIGCONT: on {@link #close()}, and when this JVM is ended meanwhile.
 * A process that was stopped before stays stopped; one that we may not signal runs on, which {@link #holds()} tells.
 *
 * <p>Used by one thread.
 */
final class Suspension implements AutoCloseable {

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);

    private final long pid;
    private final boolean holds;
    private final @Nullable Thread hook;

    private Suspension(long pid, boolean holds, @Nullable Thread hook) {
        this.pid = pid;
        this.holds = holds;
        this.hook = hook;
    }

    static Suspension none() {
        return new Suspension(0, false, null);
    }

    static Suspension of(long pid) throws IOException {
        if (standsStill(pid)) {
            return new Suspension(pid, true, null);
        }
        Thread hook = new Thread(() -> signal("CONT", pid), "lethe-scan-continue");
        Runtime.getRuntime().addShutdownHook(hook);
        boolean holds = signal("STOP", pid) && waitUntilStill(pid);
        return new Suspension(pid, holds, hook);
    }

    boolean holds() {
        return holds;
    }

    private static boolean waitUntilStill(long pid) throws IOException {
        long deadline = System.nanoTime() + PATIENCE;
        while (!standsStill(pid)) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            try {
                Thread.sleep(1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /** Whether all threads are stopped (T), traced (t) or at their end (X, Z). */
    private static boolean standsStill(long pid) throws IOException {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(ProcFiles.of(pid, "task"))) {
            for (Path thread : threads) {
                try {
                    if ("TtXZ".indexOf(ProcFiles.stat(thread)[0].charAt(0)) < 0) {
                        return false;
                    }
                } catch (IOException e) {
                    // This thread has just ended.
                }
            }
        }
        return true;
    }

    /** Through the shell, whose builtin {@code kill} is there even where the program is not. */
    private static boolean signal(String signal, long pid) {
        try {
            Process kill = new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + pid + " 2>/dev/null").start();
            kill.getOutputStream().close();
            return kill.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        if (hook != null) {
            signal("CONT", pid);
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // This JVM is ending: the hook runs, and a second SIGCONT does no harm.
            }
        }
    }
}
