package io.lethe.cli.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A JVM of its own with bytes planted in its Java heap and in its direct memory. */
final class PlantedProcess implements AutoCloseable {

    private final Random random = new Random(7);
    private final Process process;
    private final DataOutputStream out;

    private record Plant(boolean onHeap, int at, byte[] bytes) {}

    private final List<Plant> plants = new ArrayList<>();

    PlantedProcess(String... jvmOptions) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m", "-Xms128m"));
        command.addAll(List.of(jvmOptions));
        command.addAll(List.of("-cp", Path.of("target", "test-classes").toString(), Planter.class.getName()));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        out = new DataOutputStream(process.getOutputStream());
    }

    /** To be planted at an offset of an arena that begins at a page. */
    void plant(boolean onHeap, int at, byte[] bytes) {
        assertThat(at + bytes.length).isLessThan(Planter.ARENA);
        plants.add(new Plant(onHeap, at, bytes.clone()));
    }

    /** Sends all of it and waits until it stands there. */
    void ready() throws IOException {
        out.writeInt(plants.size());
        for (Plant plant : plants) {
            byte[] mask = new byte[plant.bytes.length];
            byte[] masked = new byte[plant.bytes.length];
            random.nextBytes(mask);
            for (int i = 0; i < mask.length; i++) {
                masked[i] = (byte) (plant.bytes[i] ^ mask[i]);
            }
            out.writeBoolean(plant.onHeap);
            out.writeInt(plant.at);
            out.writeInt(masked.length);
            out.write(masked);
            out.write(mask);
        }
        out.flush();
        assertThat(process.getInputStream().read()).isEqualTo('!');
    }

    long pid() {
        return process.pid();
    }

    /** Whether the process still runs and is not stopped. */
    boolean answers() throws IOException {
        out.write('?');
        out.flush();
        return process.getInputStream().read() == '!';
    }

    /** Returns when it stands still; the signal itself is taken later than it is sent. */
    void stop() throws IOException, InterruptedException {
        new ProcessBuilder("/bin/sh", "-c", "kill -STOP " + pid()).start().waitFor();
        while (!ProcFiles.stat(ProcFiles.of(pid(), ""))[0].equals("T")) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        process.onExit().join();
    }
}
