package io.lethe.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** A real Tomcat, without its own applications, with {@code /orders} and pgjdbc in its {@code lib}. */
final class Tomcat extends AppServer {

    /** The last line of applications for {@code javax.servlet}; they still run on the later one, which translates them. */
    static final String JAVAX = "9.0.98";

    static final String JAKARTA = "10.1.34";

    private static final String DRIVER = "42.7.14";

    private final Path home;
    private final String applications;

    private Tomcat(Path home, String version) {
        super(Pattern.compile("Starting ProtocolHandler \\[\"http-nio-.*-(\\d+)\"]"), "Server startup in ");
        this.home = home;
        this.applications = version.equals(JAVAX) ? "webapps" : "webapps-javaee";
    }

    /** Unpacks one; nothing runs yet. */
    static Tomcat install(String version) throws IOException {
        Tomcat tomcat = new Tomcat(TemporaryFiles.directory("lethe-tomcat-"), version);
        unpack(Drivers.file("tomcat-" + version + ".zip"), tomcat.home, "webapps/");
        Files.createDirectories(tomcat.home.resolve("webapps"));
        tomcat.edit("conf/server.xml", "port=\"8005\"", "port=\"" + free() + "\"");
        tomcat.edit("conf/server.xml", "port=\"8080\"", "port=\"0\" address=\"127.0.0.1\"");
        Files.copy(driver(), tomcat.home.resolve("lib/postgresql.jar"));
        return tomcat.deploy("orders");
    }

    /** For the port at which it is told to stop, which it cannot choose by itself. */
    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The driver in its {@code lib}. */
    static Path driver() {
        return Drivers.postgresql(DRIVER);
    }

    /** The same application once more, under another name. */
    Tomcat deploy(String name) throws IOException {
        servlet(home.resolve(applications).resolve(name));
        return this;
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
        edit(home.resolve(file), from, to);
    }

    /** Runs {@code catalina.sh run} and waits until it listens. */
    Tomcat start(Jdk jdk) throws IOException {
        run(script(jdk, home.resolve("bin/catalina.sh"), "run"));
        return this;
    }

    /** Runs {@code catalina.sh stop} with these JAVA_OPTS and waits until both have ended. @return what it printed */
    String stop(Jdk jdk, String javaOpts) throws IOException, InterruptedException {
        ProcessBuilder builder = script(jdk, home.resolve("bin/catalina.sh"), "stop");
        builder.environment().put("JAVA_OPTS", javaOpts);
        Process stopping = builder.start();
        String printed = new String(stopping.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (stopping.waitFor() != 0) {
            throw new IllegalStateException(printed);
        }
        ended();
        return printed;
    }
}
