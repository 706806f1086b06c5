package io.lethe.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * A real application server as its project ships it, started by its own script on a free port of 127.0.0.1, with {@code
 * OrdersServlet} as its application. {@link #close()} ends it. One thread.
 */
abstract class AppServer implements AutoCloseable {

    private static final long START_SECONDS = 240;
    private static final String WEB_XML = """
            <web-app xmlns="http://xmlns.jcp.org/xml/ns/javaee" version="4.0">
              <resource-ref>
                <res-ref-name>jdbc/orders</res-ref-name>
                <res-type>javax.sql.DataSource</res-type>
                <lookup-name>%s</lookup-name>
              </resource-ref>
            </web-app>
            """;

    private final Pattern listens;
    private final String ready;
    private final StringBuffer said = new StringBuffer();
    private final BlockingQueue<Integer> ports = new LinkedBlockingQueue<>();
    private Process process;
    private int port;

    /**
     * @param listens a line that it prints; its group is the port
     * @param ready what it prints when its applications are there, then or later
     */
    AppServer(Pattern listens, String ready) {
        this.listens = listens;
        this.ready = ready;
    }

    /** Unpacks the archive of a distribution, without its topmost folder and without what begins with one of these. */
    static void unpack(Path archive, Path home, String... without) throws IOException {
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(archive))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                String name = entry.getName().substring(entry.getName().indexOf('/') + 1);
                if (!entry.isDirectory() && List.of(without).stream().noneMatch(name::startsWith)) {
                    Path file = home.resolve(name).normalize();
                    if (!file.startsWith(home)) {
                        throw new IOException(archive + " has an entry outside of itself: " + name);
                    }
                    Files.createDirectories(file.getParent());
                    Files.copy(in, file);
                }
            }
        }
    }

    /** Makes this folder a web application of that one servlet. */
    static void servlet(Path folder) throws IOException {
        String servlet = "legacy/OrdersServlet.class";
        Path classes = folder.resolve("WEB-INF/classes");
        Files.createDirectories(classes.resolve("legacy"));
        try (InputStream in = Program.class.getClassLoader().getResourceAsStream(servlet)) {
            Files.copy(in, classes.resolve(servlet));
        }
    }

    /** Says under which name of the server's that servlet finds its data source. */
    static void webXml(Path folder, String source) throws IOException {
        Files.writeString(folder.resolve("WEB-INF/web.xml"), WEB_XML.formatted(source));
    }

    static void edit(Path file, String from, String to) throws IOException {
        String text = Files.readString(file);
        if (!text.contains(from)) {
            throw new IllegalStateException(file + " has no " + from);
        }
        Files.writeString(file, text.replace(from, to));
    }

    /** One of its scripts, with nothing in the environment that says how Java is to be run but this. */
    static ProcessBuilder script(Jdk jdk, Path script, String... arguments) {
        ProcessBuilder builder = new ProcessBuilder("sh", script.toString());
        builder.command().addAll(List.of(arguments));
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "JRE_HOME"));
        builder.environment().keySet().removeIf(name -> name.startsWith("CATALINA_") || name.equals("JAVA_OPTS"));
        builder.environment().put("JAVA_HOME", jdk.home().toString());
        return builder.redirectErrorStream(true);
    }

    /** Runs it and waits until it listens. */
    final void run(ProcessBuilder builder) throws IOException {
        process = builder.start();
        Thread reader = new Thread(this::read, "application server");
        reader.setDaemon(true);
        reader.start();
        try {
            Integer listening = ports.poll(START_SECONDS, TimeUnit.SECONDS);
            if (listening == null || listening < 0) {
                close();
                throw new IllegalStateException("the server did not start:\n" + said);
            }
            port = listening;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            int listening = -1;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.append(line).append('\n');
                Matcher matcher = listens.matcher(line);
                listening = matcher.find() ? Integer.parseInt(matcher.group(1)) : listening;
                if (line.contains(ready)) {
                    ports.add(listening);
                }
            }
        } catch (IOException e) {
            // It was killed.
        }
        ports.add(-1);
    }

    /** What an application answers to a request; the body of an error, too. */
    final String get(String path) {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
            InputStream body =
                    connection.getResponseCode() < 400 ? connection.getInputStream() : connection.getErrorStream();
            try (InputStream in = body) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(said.toString(), e);
        }
    }

    /** The JVM's; the script may have replaced itself by it, or stand above it. */
    final long pid() {
        return process.descendants()
                .filter(child -> child.info().command().orElse("").endsWith("java"))
                .findFirst()
                .orElse(process.toHandle())
                .pid();
    }

    /** All that it printed so far. */
    final String log() {
        return said.toString();
    }

    /** Waits until it has ended by itself. */
    final int ended() throws InterruptedException {
        if (!process.waitFor(START_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the server did not end:\n" + said);
        }
        return process.exitValue();
    }

    @Override
    public final void close() {
        if (process == null) {
            return;
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor(START_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
