package io.lethe.harness;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a command to its end and keeps what it said. Thread-safe. A command that hangs is killed and fails the caller. */
public final class Commands {

    private static final long TIMEOUT_SECONDS = 120;

    /** What a finished command left. */
    public record Output(int exit, String out, String err) {
        /** This output, where the command succeeded; else fails with what it said. */
        public Output orFail() {
            if (exit != 0) {
                throw new IllegalStateException("exit " + exit + ": " + err + out);
            }
            return this;
        }
    }

    private Commands() {}

    public static Output run(String... command) {
        return run(new ProcessBuilder(command), new byte[0]);
    }

    public static Output run(List<String> command, byte[] input) {
        return run(new ProcessBuilder(command), input);
    }

    public static Output run(ProcessBuilder builder, byte[] input) {
        try {
            Process process = builder.start();
            Collector out = new Collector(process.getInputStream());
            Collector err = new Collector(process.getErrorStream());
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(input);
            } catch (IOException e) {
                // The command ended without reading its input; its exit code tells whether that was right.
            }
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("still running after " + TIMEOUT_SECONDS + " s: " + builder.command());
            }
            return new Output(process.exitValue(), out.text(), err.text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Reads one stream to its end, so that the command never blocks on a full pipe. */
    private static final class Collector extends Thread {

        private final InputStream in;
        private final ByteArrayOutputStream read = new ByteArrayOutputStream();

        Collector(InputStream in) {
            super("output");
            this.in = in;
            setDaemon(true);
            start();
        }

        @Override
        public void run() {
            try (InputStream stream = in) {
                stream.transferTo(read);
            } catch (IOException e) {
                // The process was killed; what came before it counts.
            }
        }

        String text() throws InterruptedException {
            join(TimeUnit.SECONDS.toMillis(TIMEOUT_SECONDS));
            return read.toString(StandardCharsets.UTF_8);
        }
    }
}
