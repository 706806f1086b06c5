package io.lethe.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server as a child process. The shell around it ends it when its own standard input ends, so also when this JVM is killed.
 * What it says goes to {@code log} in its directory. One thread.
 */
final class ServerProcess implements AutoCloseable {

    private static final long SECONDS = 30;

    private static final String RUN_UNTIL_INPUT_ENDS =
            "log=$1; shift; \"$@\" >>\"$log\" 2>&1 </dev/null & pid=$!; cat >/dev/null; kill -TERM $pid; wait $pid";

    private final Path log;
    private final Process shell;

    /** Starts it and waits until it listens on this port of 127.0.0.1. */
    ServerProcess(Path directory, int port, List<String> command) {
        log = directory.resolve("log");
        List<String> all = new ArrayList<>(List.of("sh", "-c", RUN_UNTIL_INPUT_ENDS, "server", log.toString()));
        all.addAll(command);
        try {
            shell = new ProcessBuilder(all)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        await(port, command.get(0));
    }

    /** Free ports of 127.0.0.1. */
    static List<Integer> freePorts(int count) {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")));
            }
            List<Integer> ports =
                    sockets.stream().map(ServerSocket::getLocalPort).toList();
            for (ServerSocket socket : sockets) {
                socket.close();
            }
            return ports;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void await(int port, String name) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (true) {
            try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
                return;
            } catch (IOException notYet) {
                if (System.nanoTime() > end) {
                    close();
                    throw new IllegalStateException(name + " did not start: " + text(), notYet);
                }
                pause();
            }
        }
    }

    static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** What it said so far. */
    String text() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            shell.getOutputStream().close();
            if (!shell.waitFor(SECONDS, TimeUnit.SECONDS)) {
                shell.descendants().forEach(ProcessHandle::destroyForcibly);
                shell.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
