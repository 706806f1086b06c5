package io.lethe.benchmarks;

import io.lethe.broker.audit.Audit;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one {@code release} record costs the thread that uses a secret: its CPU time, and beside it that of writing as many
 * bytes and nothing else. To be run with the classes of two versions in turns, to compare them.
 */
public final class AuditRecords {

    private static final int WARM = 200_000;
    private static final int RECORDS = 50_000;
    private static final int ROUNDS = 9;
    private static final int LINE = 420;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private AuditRecords() {}

    public static void main(String[] args) throws IOException {
        Path folder = Files.createTempDirectory("lethe-audit-");
        long[] records = new long[ROUNDS];
        long[] writes = new long[ROUNDS];
        Path floor = folder.resolve("floor");
        try (Audit audit = new Audit(folder.toFile(), Map.of("name", "default"), false);
                FileOutputStream out = new FileOutputStream(floor.toFile(), true)) {
            audit.durably(List.of(event(0)));
            records(audit, WARM);
            writes(out, WARM);
            for (int i = 0; i < ROUNDS; i++) {
                records[i] = records(audit, RECORDS);
                writes[i] = writes(out, RECORDS);
            }
        }
        for (File file : folder.toFile().listFiles()) {
            Files.delete(file.toPath());
        }
        Files.delete(folder);
        Arrays.sort(records);
        Arrays.sort(writes);
        System.out.println(
                "record: " + records[ROUNDS / 2] + " ns of CPU; the write alone: " + writes[ROUNDS / 2] + " ns");
        System.exit(0);
    }

    private static long records(Audit audit, int count) {
        long begun = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < count; i++) {
            audit.promptly(event(i));
        }
        return (THREADS.getCurrentThreadCpuTime() - begun) / count;
    }

    private static long writes(FileOutputStream out, int count) throws IOException {
        byte[] line = new byte[LINE];
        long begun = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < count; i++) {
            out.write(line);
        }
        return (THREADS.getCurrentThreadCpuTime() - begun) / count;
    }

    private static Map<String, Object> event(int i) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", "release");
        event.put("lease", "0123456789abcdef0123456789abcdef");
        event.put("secret", "payments");
        event.put("target", "https://api.example:443/v1/orders");
        event.put("method", "POST");
        event.put("position", "header:authorization");
        event.put("windowUs", 9L + i % 7);
        event.put("derivedUs", 12L);
        event.put("arraysWiped", 3);
        event.put("collections", 0);
        return event;
    }
}
