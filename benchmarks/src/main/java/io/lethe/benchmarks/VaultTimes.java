package io.lethe.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.lethe.broker.BrokerException;
import io.lethe.broker.Lease;
import io.lethe.broker.Leases;
import io.lethe.broker.Request;
import io.lethe.broker.Target;
import io.lethe.broker.Workload;
import io.lethe.broker.audit.Audit;
import io.lethe.broker.vault.LargeVault;
import io.lethe.broker.vault.VaultBroker;
import io.lethe.secret.Window;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A JVM that does with the embedded vault what a connect does, and nothing else: asks, with the decision on disk before the
 * answer, opens the secret, closes it, records that. Driven by lines, as the test programs are: {@code acquires N THREADS}, each
 * for secrets of its own; {@code changed N}, each after another index was put there; {@code syncs N}, a line and fdatasync.
 * All answer with wall and CPU time of all and then each one's wall time, in nanoseconds.
 *
 * <p>Arguments: the vault, a folder for the trail, how many secrets are granted.
 */
final class VaultTimes {

    private static final int LINE = 400;
    private static final int TRIES = 20;

    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final Path vault;
    private final Path trail;
    private final int granted;
    private final Leases leases;
    private int next;

    private VaultTimes(Path vault, Path trail, int granted) {
        this.vault = vault;
        this.trail = trail;
        this.granted = granted;
        Workload workload = new Workload("default", Collections.emptyMap(), "self");
        Audit audit = new Audit(new File(trail.toString()), workload.describe(), false);
        leases = new Leases(new VaultBroker(vault, null, null, "default"), audit, workload);
    }

    public static void main(String[] args) throws Exception {
        VaultTimes times = new VaultTimes(Path.of(args[0]), Path.of(args[1]), Integer.parseInt(args[2]));
        times.system.getProcessCpuTime();
        times.first();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("ok ready");
        for (String line = in.readLine(); line != null && !line.equals("exit"); line = in.readLine()) {
            System.out.println("ok " + times.run(line.split(" ")));
        }
    }

    /** Loads what there is to load, and reads the index: on a busy machine that may take longer than an acquire may wait. */
    private void first() throws Exception {
        for (int tries = 1; ; tries++) {
            try {
                use(0);
                return;
            } catch (BrokerException e) {
                if (e.kind() != BrokerException.Kind.UNAVAILABLE || tries == TRIES) {
                    throw e;
                }
            }
        }
    }

    private String run(String[] words) throws Exception {
        int count = Integer.parseInt(words[1]);
        switch (words[0]) {
            case "acquires":
                return acquires(count, Integer.parseInt(words[2]));
            case "changed":
                return changed(count);
            case "syncs":
                return syncs(count);
            default:
                throw new IllegalArgumentException(words[0]);
        }
    }

    private String acquires(int count, int threads) throws Exception {
        List<Callable<long[]>> work = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int first = next;
            next = (next + count) % granted;
            work.add(() -> {
                long[] taken = new long[count];
                for (int j = 0; j < count; j++) {
                    long began = System.nanoTime();
                    use((first + j) % granted);
                    taken[j] = System.nanoTime() - began;
                }
                return taken;
            });
        }
        return timed(work);
    }

    private void use(int number) throws Exception {
        Request request = new Request(
                leases.workload(),
                LargeVault.secret(number),
                "password",
                Target.parse(LargeVault.TARGET),
                "connect",
                LargeVault.USER,
                Collections.emptyList());
        try (Lease lease = leases.acquire(request)) {
            Window window = lease.secret().open();
            byte first = window.bytes()[0];
            window.close();
            leases.released(lease, request, window.nanos(), first, 1, window.collections());
        }
    }

    /** The same index as another file, which is read and verified anew. */
    private String changed(int count) throws Exception {
        Path index = vault.resolve("index");
        return timed(List.of(() -> {
            long[] taken = new long[count];
            for (int i = 0; i < count; i++) {
                Path copy = Files.copy(index, vault.resolve("copy"), StandardCopyOption.REPLACE_EXISTING);
                Files.move(copy, index, StandardCopyOption.ATOMIC_MOVE);
                long began = System.nanoTime();
                use(0);
                taken[i] = System.nanoTime() - began;
            }
            return taken;
        }));
    }

    private String syncs(int count) throws Exception {
        ByteBuffer line = ByteBuffer.allocateDirect(LINE);
        try (FileChannel file =
                FileChannel.open(trail.resolve("syncs"), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            return timed(List.of(() -> {
                long[] taken = new long[count];
                for (int i = 0; i < count; i++) {
                    line.clear();
                    long began = System.nanoTime();
                    write(file, line);
                    taken[i] = System.nanoTime() - began;
                }
                return taken;
            }));
        }
    }

    private static void write(FileChannel file, ByteBuffer line) throws IOException {
        while (line.hasRemaining()) {
            file.write(line);
        }
        file.force(false);
    }

    private String timed(List<Callable<long[]>> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(work.size());
        try {
            long cpu = system.getProcessCpuTime();
            long wall = System.nanoTime();
            StringBuilder each = new StringBuilder();
            for (Future<long[]> done : threads.invokeAll(work)) {
                for (long time : done.get()) {
                    each.append(' ').append(time);
                }
            }
            wall = System.nanoTime() - wall;
            return wall + " " + (system.getProcessCpuTime() - cpu) + each;
        } finally {
            threads.shutdown();
        }
    }
}
