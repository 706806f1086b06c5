package io.lethe.cli.scan;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The memory of another process through {@code /proc/PID/mem}, which needs what a debugger needs: the same user or root,
 * and Yama's consent. It shows pages without any permission too.
 *
 * <p>Used by one thread.
 */
final class ProcessMemory implements AutoCloseable {

    /** PF_KTHREAD of include/linux/sched.h, in the flags of {@code stat}. */
    private static final long KERNEL_THREAD = 0x00200000;

    private final long pid;
    private final String born;
    private final FileChannel memory;
    private final int pageSize;
    private @Nullable Layout layout;

    private ProcessMemory(long pid, String born, FileChannel memory) {
        this.pid = pid;
        this.born = born;
        this.memory = memory;
        this.pageSize = ProcFiles.pageSize(pid);
    }

    static ProcessMemory open(long pid) throws ScanException {
        if (!Files.exists(Paths.get("/proc/self/mem"))) {
            throw new ScanException("processes can be scanned on Linux only: there is no /proc here");
        }
        if (!Files.exists(ProcFiles.of(pid, "stat"))) {
            throw new ScanException("there is no process " + pid);
        }
        try {
            String[] stat = ProcFiles.stat(ProcFiles.of(pid, ""));
            if (stat[0].equals("Z") || (Long.parseLong(stat[6]) & KERNEL_THREAD) != 0) {
                throw new ScanException(noMemory(pid));
            }
            return new ProcessMemory(
                    pid, stat[19], FileChannel.open(ProcFiles.of(pid, "mem"), StandardOpenOption.READ));
        } catch (IOException e) {
            throw new ScanException(notPermitted(pid), e);
        }
    }

    private static String noMemory(long pid) {
        return "process " + pid + " has no memory of its own: it has ended or is a thread of the kernel";
    }

    private static String notPermitted(long pid) {
        String message =
                "the memory of process " + pid + " may not be read by this user: run as the same user or as root";
        try {
            String scope = ProcFiles.text(Paths.get("/proc/sys/kernel/yama/ptrace_scope"))
                    .trim();
            if (!scope.equals("0")) {
                message += "; kernel.yama.ptrace_scope is " + scope + ": only "
                        + (scope.equals("3") ? "nobody" : scope.equals("2") ? "root" : "root or the parent process")
                        + " may read other processes";
            }
        } catch (IOException e) {
            // No Yama here.
        }
        return message;
    }

    int pageSize() {
        return pageSize;
    }

    /** What to read; called once, while the process stands still. */
    List<Region> regions() throws IOException, ScanException {
        Layout made = new Layout(pid, pageSize, memory::read);
        layout = made;
        if (made.isEmpty()) {
            throw new ScanException(noMemory(pid));
        }
        return made.regions();
    }

    /** A process that ended meanwhile had memory that we did not see. */
    void requireAlive() throws ScanException {
        try {
            String[] stat = ProcFiles.stat(ProcFiles.of(pid, ""));
            if (stat[19].equals(born) && !stat[0].equals("Z") && !stat[0].equals("X")) {
                return;
            }
        } catch (IOException e) {
            // Gone.
        }
        throw new ScanException("process " + pid + " ended while it was scanned: scan again");
    }

    @Override
    public void close() throws IOException {
        memory.close();
        if (layout != null) {
            layout.close();
        }
    }
}
