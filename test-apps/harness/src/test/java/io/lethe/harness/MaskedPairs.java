package io.lethe.harness;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What somebody finds in a whole memory who knows that Lethe masks: two places outside of the Java heap whose XOR is the
 * secret. The process has to stand still meanwhile, by itself.
 */
final class MaskedPairs {

    /** What malloc aligns to. */
    private static final int ALIGNED = 16;

    private static final int MOST = 64 << 20;

    private MaskedPairs() {}

    /** How many pairs there are. */
    static int count(long pid, byte[] secret) {
        long first = ByteBuffer.wrap(secret).order(ByteOrder.LITTLE_ENDIAN).getLong();
        long second = ByteBuffer.wrap(secret).order(ByteOrder.LITTLE_ENDIAN).getLong(8);
        Map<Long, Set<Long>> beginnings = new HashMap<>();
        try (RandomAccessFile memory = new RandomAccessFile("/proc/" + pid + "/mem", "r")) {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/maps"))) {
                read(memory, line, beginnings);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int pairs = 0;
        for (Map.Entry<Long, Set<Long>> beginning : beginnings.entrySet()) {
            Set<Long> others = beginnings.getOrDefault(beginning.getKey() ^ first, Set.of());
            for (long after : beginning.getValue()) {
                pairs += others.contains(after ^ second) ? 1 : 0;
            }
        }
        return pairs / 2;
    }

    /** Words at which something may begin, with the word behind each; of anonymous memory as small as malloc's. */
    private static void read(RandomAccessFile memory, String line, Map<Long, Set<Long>> beginnings) throws IOException {
        List<String> words = List.of(line.trim().split("\\s+"));
        String[] range = words.get(0).split("-");
        long from = Long.parseUnsignedLong(range[0], 16);
        long length = Long.parseUnsignedLong(range[1], 16) - from;
        boolean malloc = words.size() == 5 || words.get(5).equals("[heap]");
        if (!words.get(1).startsWith("rw") || !malloc || length > MOST) {
            return;
        }
        byte[] bytes = new byte[(int) length];
        try {
            memory.seek(from);
            memory.readFully(bytes);
        } catch (IOException e) {
            // A guard page: nobody can read it.
            return;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at + ALIGNED <= bytes.length; at += ALIGNED) {
            long word = buffer.getLong(at);
            long after = buffer.getLong(at + 8);
            // Random bytes have none of these; most of a memory has.
            if (word >>> 48 != 0 && word << 48 != 0 && after >>> 48 != 0) {
                beginnings.computeIfAbsent(word, key -> new HashSet<>(1)).add(after);
            }
        }
    }
}
