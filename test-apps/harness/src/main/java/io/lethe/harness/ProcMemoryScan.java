package io.lethe.harness;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Interim scanner over {@code /proc/PID/mem}, until the command line's own is here: resident pages of every mapping, and the
 * memory file of ZGC once. Thread-safe; it holds nothing.
 */
final class ProcMemoryScan implements MemoryScan {

    private static final int PAGE = 4096;
    private static final int CHUNK = 1 << 20;

    private record Pattern(String name, byte[] bytes) {}

    @Override
    public Residue scan(long pid, Wanted wanted) {
        List<Pattern> patterns = patterns(wanted);
        long start = System.nanoTime();
        Commands.run("kill", "-STOP", Long.toString(pid)).orFail();
        try (Reader reader = new Reader(pid, patterns)) {
            Set<String> files = new LinkedHashSet<>();
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/maps"))) {
                String[] fields = line.split(" +", 6);
                if (fields.length == 6 && fields[5].startsWith("/memfd:")) {
                    files.add(fields[5]);
                } else if (!(fields.length == 6 && fields[5].matches("\\[(vvar.*|vsyscall|vdso)]"))) {
                    String[] range = fields[0].split("-");
                    reader.mapping(Long.parseUnsignedLong(range[0], 16), Long.parseUnsignedLong(range[1], 16));
                }
            }
            if (!files.isEmpty()) {
                reader.memoryFiles(pid);
            }
            return new Residue(reader.counts, reader.bytes, (System.nanoTime() - start) / 1_000_000);
        } catch (IOException e) {
            throw new UncheckedIOException("the memory of " + pid + " could not be read", e);
        } finally {
            Commands.run("kill", "-CONT", Long.toString(pid));
        }
    }

    private static List<Pattern> patterns(Wanted wanted) {
        List<Pattern> patterns = new ArrayList<>();
        Map<String, byte[]> all = new TreeMap<>(wanted.secrets());
        all.putAll(wanted.derived());
        all.forEach((name, value) -> {
            add(patterns, name + "/plain", value);
            byte[] utf16 = new String(value, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.UTF_16LE);
            add(patterns, name + "/utf16le", utf16);
            add(patterns, name + "/xor36", xor(value, 0x36));
            add(patterns, name + "/xor5c", xor(value, 0x5c));
            add(patterns, name + "/xorff", xor(value, 0xff));
            add(patterns, name + "/swapped", swapped(value));
            StringBuilder hex = new StringBuilder();
            for (byte b : value) {
                hex.append(Character.forDigit((b >> 4) & 15, 16)).append(Character.forDigit(b & 15, 16));
            }
            add(patterns, name + "/hex", hex.toString().getBytes(StandardCharsets.US_ASCII));
            add(patterns, name + "/hex16", hex.toString().getBytes(StandardCharsets.UTF_16LE));
            for (int shift = 0; shift < 3; shift++) {
                byte[] shifted = new byte[value.length + shift];
                System.arraycopy(value, 0, shifted, shift, value.length);
                String encoded = Base64.getEncoder().withoutPadding().encodeToString(shifted);
                // Only the characters that the value alone decides.
                String own = encoded.substring((shift * 8 + 5) / 6, (shifted.length * 8) / 6);
                add(patterns, name + "/base64", own.getBytes(StandardCharsets.US_ASCII));
                add(patterns, name + "/base64-16", own.getBytes(StandardCharsets.UTF_16LE));
            }
        });
        return patterns;
    }

    private static void add(List<Pattern> patterns, String name, byte[] bytes) {
        if (bytes.length >= 8) {
            patterns.add(new Pattern(name, bytes));
        }
    }

    private static byte[] xor(byte[] value, int mask) {
        byte[] masked = value.clone();
        for (int i = 0; i < masked.length; i++) {
            masked[i] ^= (byte) mask;
        }
        return masked;
    }

    /** Big-endian words as a little-endian int[] holds them; whole words only. */
    private static byte[] swapped(byte[] value) {
        byte[] swapped = new byte[value.length & ~3];
        for (int i = 0; i < swapped.length; i++) {
            swapped[i] = value[i ^ 3];
        }
        return swapped;
    }

    /** Reads ranges and counts patterns, also across the borders of what is read at once. */
    private static final class Reader implements AutoCloseable {

        private final RandomAccessFile memory;
        private final RandomAccessFile pages;
        private final Pattern[][] byFirstTwo = new Pattern[1 << 16][];
        private final int overlap;
        private final byte[] buffer;
        private final Map<String, Integer> counts = new TreeMap<>();
        private long bytes;
        private int kept;
        private long end = -1;

        Reader(long pid, List<Pattern> patterns) throws IOException {
            memory = new RandomAccessFile("/proc/" + pid + "/mem", "r");
            pages = new RandomAccessFile("/proc/" + pid + "/pagemap", "r");
            int longest = 0;
            for (Pattern pattern : patterns) {
                int key = (pattern.bytes[0] & 0xff) << 8 | (pattern.bytes[1] & 0xff);
                List<Pattern> same = new ArrayList<>(byFirstTwo[key] == null ? List.of() : List.of(byFirstTwo[key]));
                same.add(pattern);
                byFirstTwo[key] = same.toArray(new Pattern[0]);
                longest = Math.max(longest, pattern.bytes.length);
            }
            overlap = longest - 1;
            buffer = new byte[CHUNK + overlap];
        }

        /** Only pages that are present, for a mapping may be terabytes of nothing. */
        void mapping(long from, long to) throws IOException {
            byte[] entries = new byte[1 << 16];
            for (long at = from; at < to; ) {
                int count = (int) Math.min(entries.length / 8, (to - at) / PAGE);
                pages.seek(at / PAGE * 8);
                pages.readFully(entries, 0, count * 8);
                int page = 0;
                while (page < count) {
                    int first = page;
                    while (page < count && (entries[page * 8 + 7] & 0xc0) != 0) {
                        page++;
                    }
                    if (page > first) {
                        read(memory, at + (long) first * PAGE, at + (long) page * PAGE);
                    } else {
                        page++;
                    }
                }
                at += (long) count * PAGE;
            }
        }

        void memoryFiles(long pid) throws IOException {
            try (var entries = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
                for (Path entry : entries) {
                    if (Files.readSymbolicLink(entry).toString().startsWith("/memfd:")) {
                        try (RandomAccessFile file = new RandomAccessFile(entry.toFile(), "r")) {
                            end = -1;
                            read(file, 0, file.length());
                            end = -1;
                        }
                    }
                }
            }
        }

        private void read(RandomAccessFile file, long from, long to) throws IOException {
            if (from != end) {
                kept = 0;
            }
            for (long at = from; at < to; ) {
                int length = (int) Math.min(CHUNK, to - at);
                file.seek(at);
                try {
                    file.readFully(buffer, kept, length);
                } catch (IOException unreadable) {
                    // Device memory and the like; nothing of the JVM lives there.
                    kept = 0;
                    return;
                }
                bytes += length;
                int filled = kept + length;
                search(filled, kept);
                int keep = Math.min(overlap, filled);
                System.arraycopy(buffer, filled - keep, buffer, 0, keep);
                kept = keep;
                at += length;
            }
            end = to;
        }

        /** Counts matches that end in what is new. */
        private void search(int filled, int old) {
            for (int i = 0; i + 1 < filled; i++) {
                Pattern[] candidates = byFirstTwo[(buffer[i] & 0xff) << 8 | (buffer[i + 1] & 0xff)];
                if (candidates == null) {
                    continue;
                }
                for (Pattern candidate : candidates) {
                    int to = i + candidate.bytes.length;
                    if (to > old && to <= filled && Arrays.equals(
                            buffer, i, to, candidate.bytes, 0, candidate.bytes.length)) {
                        counts.merge(candidate.name, 1, Integer::sum);
                    }
                }
            }
        }

        @Override
        public void close() throws IOException {
            memory.close();
            pages.close();
        }
    }
}
