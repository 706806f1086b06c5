package io.lethe.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A running program, driven by lines: {@link #ask} sends one and returns its answer. Not thread-safe. {@link #close()} ends
 * it; it also ends by itself when this JVM does, because its standard input ends then.
 */
public final class App implements AutoCloseable {

    private static final long ANSWER_SECONDS = 120;
    private static final long EXIT_SECONDS = 30;
    private static final String ENDED = "(the program ended)";

    private final Process process;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final StringBuffer out = new StringBuffer();
    private final StringBuffer err = new StringBuffer();
    private final Thread outReader;
    private final Thread errReader;

    private App(Process process) {
        this.process = process;
        outReader = reader(process.getInputStream(), out, true);
        errReader = reader(process.getErrorStream(), err, false);
    }

    static App start(ProcessBuilder builder) {
        try {
            App app = new App(builder.start());
            app.answer("start");
            return app;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Thread reader(InputStream stream, StringBuffer kept, boolean answering) {
        Thread thread = new Thread(
                () -> {
                    try (BufferedReader lines =
                            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                            kept.append(line).append('\n');
                            if (answering
                                    && (line.equals("ok") || line.startsWith("ok ") || line.startsWith("error "))) {
                                answers.add(line);
                            }
                        }
                    } catch (IOException e) {
                        // The process was killed.
                    }
                    if (answering) {
                        answers.add(ENDED);
                    }
                },
                "reader");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Sends one command and returns the answer: {@code ok ...} or {@code error ...}. */
    public String ask(String command) {
        try {
            OutputStream in = process.getOutputStream();
            in.write((command + "\n").getBytes(StandardCharsets.UTF_8));
            in.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the program ended: " + err, e);
        }
        return answer(command);
    }

    /** Sends one command that must succeed; returns what follows {@code ok}. */
    public String mustDo(String command) {
        String answer = ask(command);
        if (!answer.startsWith("ok")) {
            throw new AssertionError("'" + command + "' was answered with: " + answer + "\n" + err);
        }
        return answer.substring(2).trim();
    }

    private String answer(String command) {
        try {
            String answer = answers.poll(ANSWER_SECONDS, TimeUnit.SECONDS);
            if (answer == null || answer.equals(ENDED)) {
                close();
                throw new AssertionError(
                        "'" + command + "': " + (answer == null ? "no answer" : answer) + "\n" + out + err);
            }
            return answer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new IllegalStateException("interrupted", e);
        }
    }

    public long pid() {
        return process.pid();
    }

    /** What it printed so far. */
    public String out() {
        return out.toString();
    }

    /** What it printed to standard error so far. */
    public String err() {
        return err.toString();
    }

    /** Tells it to exit and returns its exit code; afterwards {@link #out()} and {@link #err()} are complete. */
    public int exit() {
        try {
            ask("exit");
            if (!process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the program does not end\n" + err);
            }
            outReader.join(TimeUnit.SECONDS.toMillis(EXIT_SECONDS));
            errReader.join(TimeUnit.SECONDS.toMillis(EXIT_SECONDS));
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
