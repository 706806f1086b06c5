package io.lethe.cli.scan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One line of {@code /proc/PID/maps}. Immutable. */
final class Mapping {

    final long start;
    final long end;
    final String permissions;
    final long offset;
    final long inode;
    final String path;

    /** Whether any page is in memory or swapped out; reservations of terabytes are passed over by this. */
    final boolean resident;

    Mapping(long start, long end, String permissions, long offset, long inode, String path, boolean resident) {
        this.start = start;
        this.end = end;
        this.permissions = permissions;
        this.offset = offset;
        this.inode = inode;
        this.path = path;
        this.resident = resident;
    }

    /** Kernel pages that every process shows and no process can write. */
    boolean isKernels() {
        return path.startsWith("[vvar") || path.equals("[vsyscall]");
    }

    boolean isAnonymous() {
        return path.isEmpty() && inode == 0;
    }

    boolean isMemoryFile() {
        return path.startsWith("/memfd:");
    }

    /** Reads {@code smaps}, which also says what is resident, or {@code maps} where the kernel has no {@code smaps}. */
    static List<Mapping> read(long pid) throws IOException {
        Path smaps = ProcFiles.of(pid, "smaps");
        boolean detailed = Files.isReadable(smaps);
        List<Mapping> mappings = new ArrayList<>();
        String head = null;
        long kilobytes = 0;
        for (String line : ProcFiles.lines(detailed ? smaps : ProcFiles.of(pid, "maps"))) {
            int colon = line.indexOf(':');
            int blank = line.indexOf(' ');
            boolean detail = colon > 0 && (blank < 0 || colon < blank);
            if (!detail) {
                if (head != null) {
                    mappings.add(parse(head, !detailed || kilobytes > 0));
                }
                head = line.isEmpty() ? null : line;
                kilobytes = 0;
            } else if (countsAsResident(line)) {
                kilobytes += number(line, colon + 1);
            }
        }
        if (head != null) {
            mappings.add(parse(head, !detailed || kilobytes > 0));
        }
        return mappings;
    }

    private static boolean countsAsResident(String line) {
        // Rss leaves pages of hugetlbfs (-XX:+UseLargePages) out.
        return line.startsWith("Rss:")
                || line.startsWith("Swap:")
                || line.startsWith("Private_Hugetlb:")
                || line.startsWith("Shared_Hugetlb:");
    }

    private static long number(String line, int from) {
        long value = 0;
        for (int i = from; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c >= '0' && c <= '9') {
                value = 10 * value + c - '0';
            }
        }
        return value;
    }

    static Mapping parse(String line, boolean resident) {
        String[] field = line.split(" +", 6);
        int dash = field[0].indexOf('-');
        return new Mapping(
                Long.parseUnsignedLong(field[0].substring(0, dash), 16),
                Long.parseUnsignedLong(field[0].substring(dash + 1), 16),
                field[1],
                Long.parseUnsignedLong(field[2], 16),
                Long.parseLong(field[4]),
                field.length > 5 ? field[5] : "",
                resident);
    }
}
