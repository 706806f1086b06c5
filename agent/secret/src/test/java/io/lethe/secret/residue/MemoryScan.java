package io.lethe.secret.residue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts patterns in all readable memory of another process, piece by piece, so that a part counts too. */
final class MemoryScan {

    private static final int PIECE = 12;
    private static final int CHUNK = 1 << 20;

    private final Map<String, byte[]> pieces = new LinkedHashMap<>();
    private final Map<String, String> nameOfPiece = new LinkedHashMap<>();

    /** Adds a pattern of at least 12 bytes: its beginning, its end and what lies at each 12th byte. */
    void add(String name, byte[] pattern) {
        for (int at = 0; ; at += PIECE) {
            int from = Math.min(at, pattern.length - PIECE);
            String key = name + "@" + from;
            pieces.put(key, Arrays.copyOfRange(pattern, from, from + PIECE));
            nameOfPiece.put(key, name);
            if (from + PIECE >= pattern.length) {
                return;
            }
        }
    }

    /** Name of each pattern found and how many of its pieces. */
    Map<String, Integer> scan(long pid) throws IOException {
        Map<String, Integer> found = new TreeMap<>();
        String[] keys = pieces.keySet().toArray(new String[0]);
        byte[][] values = pieces.values().toArray(new byte[0][]);
        int[][] byHead = index(values);
        byte[] buffer = new byte[CHUNK + PIECE];
        List<String> maps = Files.readAllLines(Path.of("/proc/" + pid + "/maps"));
        try (RandomAccessFile memory = new RandomAccessFile("/proc/" + pid + "/mem", "r")) {
            for (String line : maps) {
                String[] columns = line.split("\\s+");
                if (columns[1].charAt(0) != 'r' || line.contains("[v")) {
                    continue;
                }
                String[] range = columns[0].split("-");
                long start = Long.parseUnsignedLong(range[0], 16);
                long end = Long.parseUnsignedLong(range[1], 16);
                for (long at = start; at < end; at += CHUNK) {
                    int wanted = (int) Math.min(buffer.length, end - at);
                    int length = read(memory, at, buffer, wanted);
                    count(buffer, length, byHead, values, keys, found);
                }
            }
        }
        return found;
    }

    private void count(
            byte[] buffer, int length, int[][] byHead, byte[][] values, String[] keys, Map<String, Integer> found) {
        // a piece that begins in the overlap is the next chunk's
        int last = Math.min(length - PIECE, CHUNK - 1);
        for (int i = 0; i <= last; i++) {
            int[] candidates = byHead[(buffer[i] & 0xff) << 8 | buffer[i + 1] & 0xff];
            if (candidates != null) {
                for (int candidate : candidates) {
                    if (Arrays.equals(buffer, i, i + PIECE, values[candidate], 0, PIECE)) {
                        found.merge(nameOfPiece.get(keys[candidate]), 1, Integer::sum);
                    }
                }
            }
        }
    }

    private static int[][] index(byte[][] values) {
        int[][] byHead = new int[1 << 16][];
        for (int i = 0; i < values.length; i++) {
            int head = (values[i][0] & 0xff) << 8 | values[i][1] & 0xff;
            int[] old = byHead[head] == null ? new int[0] : byHead[head];
            byHead[head] = Arrays.copyOf(old, old.length + 1);
            byHead[head][old.length] = i;
        }
        return byHead;
    }

    private static int read(RandomAccessFile memory, long at, byte[] buffer, int wanted) {
        int length = 0;
        try {
            memory.seek(at);
            while (length < wanted) {
                int n = memory.read(buffer, length, wanted - length);
                if (n < 0) {
                    return length;
                }
                length += n;
            }
        } catch (IOException e) {
            // a page that the kernel does not hand out, a guard page for instance
        }
        return length;
    }
}
