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
 * A real Tomcat as its project ships it, without its own applications, on a free port of 127.0.0.1, with {@code OrdersServlet}
 * as the application {@code /orders} and pgjdbc in its {@code lib}. {@link #close()} ends it. One thread.
 */
final class Tomcat implements AutoCloseable {

    private static final String VERSION = "9.0.98";
    private static final String DRIVER = "42.7.14";
    private static final long START_SECONDS = 120;
    private static final Pattern LISTENS = Pattern.compile("Starting ProtocolHandler \\[\"http-nio-.*-(\\d+)\"]");

    private final Path home;
    private final StringBuffer said = new StringBuffer();
    private final BlockingQueue<Integer> ports = new LinkedBlockingQueue<>();
    private Process process;
    private int port;

    private Tomcat(Path home) {
        this.home = home;
    }

    /** Unpacks one; nothing runs yet. */
    static Tomcat install() throws IOException {
        Tomcat tomcat = new Tomcat(TemporaryFiles.directory("lethe-tomcat-"));
        tomcat.unpack();
        tomcat.edit("conf/server.xml", "port=\"8005\"", "port=\"-1\"");
        tomcat.edit("conf/server.xml", "port=\"8080\"", "port=\"0\" address=\"127.0.0.1\"");
        Files.copy(driver(), tomcat.home.resolve("lib/postgresql.jar"));
        return tomcat.deploy("orders");
    }

    /** The driver in its {@code lib}. */
    static Path driver() {
        return Drivers.postgresql(DRIVER);
    }

    /** The same application once more, under another name. */
    Tomcat deploy(String name) throws IOException {
        String servlet = "legacy/OrdersServlet.class";
        Path classes = home.resolve("webapps/" + name + "/WEB-INF/classes");
        Files.createDirectories(classes.resolve("legacy"));
        try (InputStream in = Program.class.getClassLoader().getResourceAsStream(servlet)) {
            Files.copy(in, classes.resolve(servlet));
        }
        return this;
    }

    private void unpack() throws IOException {
        Path archive = Drivers.file("tomcat-" + VERSION + ".zip");
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(archive))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                String name = entry.getName().substring(entry.getName().indexOf('/') + 1);
                if (entry.isDirectory()) {
                    Files.createDirectories(home.resolve(name));
                } else if (!name.startsWith("webapps/")) {
                    Files.createDirectories(home.resolve(name).getParent());
                    Files.copy(in, home.resolve(name));
                }
            }
        }
    }

    /** Puts this into {@code bin/setenv.sh}, which Tomcat's scripts read. */
    Tomcat setenv(String lines) throws IOException {
        Files.writeString(home.resolve("bin/setenv.sh"), lines);
        return this;
    }

    /** Puts this into the {@code <Context>} of {@code conf/context.xml}. */
    Tomcat context(String xml) throws IOException {
        edit("conf/context.xml", "</Context>", xml + "</Context>");
        return this;
    }

    private void edit(String file, String from, String to) throws IOException {
        String text = Files.readString(home.resolve(file));
        if (!text.contains(from)) {
            throw new IllegalStateException("Tomcat's " + file + " has no " + from);
        }
        Files.writeString(home.resolve(file), text.replace(from, to));
    }

    /** Runs {@code catalina.sh run} and waits until it listens. */
    Tomcat start(Jdk jdk) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder("sh", home.resolve("bin/catalina.sh").toString(), "run");
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "JRE_HOME"));
        builder.environment().keySet().removeIf(name -> name.startsWith("CATALINA_") || name.equals("JAVA_OPTS"));
        builder.environment().put("JAVA_HOME", jdk.home().toString());
        process = builder.redirectErrorStream(true).start();
        Thread reader = new Thread(this::read, "tomcat");
        reader.setDaemon(true);
        reader.start();
        try {
            Integer listening = ports.poll(START_SECONDS, TimeUnit.SECONDS);
            if (listening == null || listening < 0) {
                close();
                throw new IllegalStateException("Tomcat did not start:\n" + said);
            }
            port = listening;
            return this;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.append(line).append('\n');
                Matcher listens = LISTENS.matcher(line);
                if (listens.find()) {
                    ports.add(Integer.parseInt(listens.group(1)));
                }
            }
        } catch (IOException e) {
            // It was killed.
        }
        ports.add(-1);
    }

    /** What the application answers to a request; the body of an error, too. */
    String get(String path) {
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

    /** The JVM's: {@code catalina.sh} replaces itself by it. */
    long pid() {
        return process.pid();
    }

    /** All that it logged so far. */
    String log() {
        return said.toString();
    }

    @Override
    public void close() {
        if (process == null) {
            return;
        }
        process.destroyForcibly();
        try {
            process.waitFor(START_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
