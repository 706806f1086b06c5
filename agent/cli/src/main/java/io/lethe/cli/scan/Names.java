package io.lethe.cli.scan;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Calls addresses by names that help: {@code java heap}, {@code thread stack main}, {@code library libnet.so}. The kernel
 * knows files, {@code [heap]} and {@code [stack]}; thread stacks are told by the stack pointers, and the Java heap by its
 * place. A name is a hint; counts do not depend on it.
 *
 * <p>Immutable once made.
 */
final class Names implements Region.Naming {

    private static final long COMPRESSED_LIMIT = 32L << 30;
    private static final long ARENA = 64L << 20;

    private final List<Mapping> mappings;
    private final TreeMap<Long, String> stacks;
    private long heapStart;
    private long heapEnd;

    Names(long pid, List<Mapping> mappings) {
        this.mappings = mappings;
        this.stacks = stackPointers(pid);
        for (Mapping mapping : mappings) {
            if (mapping.path.endsWith("/libjvm.so")) {
                findHeap();
                break;
            }
        }
    }

    @Override
    public String name(long address) {
        int low = 0;
        int high = mappings.size() - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            Mapping mapping = mappings.get(middle);
            if (Long.compareUnsigned(address, mapping.start) < 0) {
                high = middle - 1;
            } else if (Long.compareUnsigned(address, mapping.end) >= 0) {
                low = middle + 1;
            } else {
                return name(mapping);
            }
        }
        return "unknown";
    }

    private String name(Mapping mapping) {
        if (mapping.isMemoryFile()) {
            return mapping.path.startsWith("/memfd:java_heap") ? "java heap" : "memory file";
        }
        if (!mapping.path.isEmpty()) {
            String file = mapping.path.substring(mapping.path.lastIndexOf('/') + 1);
            return mapping.path.startsWith("[")
                    ? mapping.path
                    : file.contains(".so") ? "library " + file : "file " + file;
        }
        Map.Entry<Long, String> stack = stacks.ceilingEntry(mapping.start);
        if (stack != null && stack.getKey() < mapping.end) {
            return "thread stack " + stack.getValue();
        }
        if (mapping.start >= heapStart && mapping.end <= heapEnd) {
            return "java heap";
        }
        if (mapping.permissions.indexOf('x') >= 0) {
            return "code cache";
        }
        return mapping.start % ARENA == 0 && mapping.end - mapping.start <= ARENA ? "malloc arena" : "anonymous";
    }

    /**
     * The last group of neighbouring anonymous mappings below 32 GB, where compressed pointers put the heap above the
     * classes (seen on 8 to 27); without compressed pointers the largest group. An archive of heap objects lies within.
     */
    private void findHeap() {
        long groupStart = 0;
        long groupEnd = 0;
        for (Mapping mapping : mappings) {
            boolean archive = mapping.path.endsWith(".jsa");
            if (!archive && (!mapping.isAnonymous() || mapping.permissions.indexOf('x') >= 0)) {
                continue;
            }
            groupStart = mapping.start == groupEnd ? groupStart : mapping.start;
            groupEnd = mapping.end;
            boolean low = groupStart < COMPRESSED_LIMIT;
            boolean nothingLow = heapStart == 0 || heapStart >= COMPRESSED_LIMIT;
            if (low || nothingLow && groupEnd - groupStart > heapEnd - heapStart) {
                heapStart = groupStart;
                heapEnd = groupEnd;
            }
        }
    }

    /** Stack pointer to thread name; {@code syscall} shows the pointer of every thread that does not run. */
    private static TreeMap<Long, String> stackPointers(long pid) {
        TreeMap<Long, String> pointers = new TreeMap<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(ProcFiles.of(pid, "task"))) {
            for (Path thread : threads) {
                String[] state =
                        ProcFiles.text(thread.resolve("syscall")).trim().split(" ");
                if (state.length >= 3) {
                    String pointer = state[state.length - 2];
                    pointers.put(
                            Long.parseUnsignedLong(pointer.substring(2), 16),
                            ProcFiles.text(thread.resolve("comm")).trim());
                }
            }
        } catch (IOException | RuntimeException e) {
            // Without /proc/PID/task/TID/syscall stacks are called anonymous.
        }
        return pointers;
    }
}
