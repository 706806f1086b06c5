package io.lethe.harness;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * How to start an unmodified program: which main class, JDK, class path, flags, configuration, and whether under the agent.
 * A builder; {@link #start()} may be called again for another JVM of the same kind.
 */
public final class Program {

    private final String main;
    private final List<String> before = new ArrayList<>();
    private final List<String> launcher = new ArrayList<>();
    private Jdk jdk = Jdks.running();
    private final List<Path> classpath = new ArrayList<>();
    private final List<String> flags = new ArrayList<>();
    private final List<String> arguments = new ArrayList<>();
    private final Map<String, String> environment = new TreeMap<>();

    private Program(String main) {
        this.main = main;
        classpath.add(apps());
    }

    /** @param main simple name of a class in package {@code legacy}, or a qualified name */
    public static Program of(String main) {
        return new Program(main.indexOf('.') < 0 ? "legacy." + main : main);
    }

    /** The packaged agent; {@code lethe.jar} says where. */
    public static Path agentJar() {
        Path jar = Path.of(System.getProperty("lethe.jar", "../../agent/dist/target/lethe.jar"))
                .toAbsolutePath()
                .normalize();
        if (!Files.isReadable(jar)) {
            throw new IllegalStateException(jar + " is missing: build it with 'mvn package', or set -Dlethe.jar");
        }
        return jar;
    }

    public Program on(Jdk chosen) {
        jdk = chosen;
        return this;
    }

    public Program with(Path... jars) {
        classpath.addAll(List.of(jars));
        return this;
    }

    public Program with(List<Path> jars) {
        classpath.addAll(jars);
        return this;
    }

    public Program flags(String... more) {
        return flags(List.of(more));
    }

    public Program flags(List<String> more) {
        flags.addAll(more);
        return this;
    }

    /** Starts it under the agent, configured by this file. */
    public Program underLethe(Path letheConfig) {
        flags.add("-javaagent:" + agentJar() + "=" + letheConfig);
        return this;
    }

    /** Starts it under the agent, which finds its configuration elsewhere or nowhere. */
    public Program underLethe() {
        flags.add("-javaagent:" + agentJar());
        return this;
    }

    /** Room enough that no collection falls into a connect: what one of them leaves or erases is a subject of its own. */
    public Program roomy() {
        return flags("-Xms256m", "-Xmx512m", "-Xmn150m", "-XX:MetaspaceSize=200m");
    }

    public Program env(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Started by this command, which the JVM's command line is given to. */
    public Program launchedBy(String... command) {
        Collections.addAll(launcher, command);
        return this;
    }

    public Program arguments(String... more) {
        Collections.addAll(arguments, more);
        return this;
    }

    /**
     * Started by {@code legacy.Starter}, which changes this JVM's security first, in the way in which some programs do.
     *
     * @param changes as it understands them
     */
    public Program after(String... changes) {
        if (before.isEmpty()) {
            before.add("legacy.Starter");
        }
        before.addAll(List.of(changes));
        return this;
    }

    /** Its configuration file, as its first argument. */
    public Program config(Map<String, String> keysAndValues) {
        return arguments(propertiesFile(keysAndValues).toString());
    }

    /** Writes a properties file that goes away with this JVM. */
    public static Path propertiesFile(Map<String, String> keysAndValues) {
        Properties properties = new Properties();
        properties.putAll(keysAndValues);
        Path file = TemporaryFiles.directory("lethe-app-").resolve("app.properties");
        try (OutputStream out = Files.newOutputStream(file)) {
            properties.store(out, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    /** Starts it and waits until it answers. */
    public App start() {
        return App.start(processBuilder());
    }

    /** Runs it to its end without input. */
    public Commands.Output run() {
        return Commands.run(processBuilder(), new byte[0]);
    }

    private ProcessBuilder processBuilder() {
        List<String> command = new ArrayList<>(launcher);
        command.add(jdk.java().toString());
        command.addAll(flags);
        StringBuilder path = new StringBuilder();
        for (Path jar : classpath) {
            path.append(path.length() == 0 ? "" : ":").append(jar);
        }
        command.addAll(List.of("-cp", path.toString()));
        command.addAll(before);
        command.add(main);
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        // What the test's own JVM was told must not change the program's.
        builder.environment()
                .keySet()
                .removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CREDENTIALS_DIRECTORY"));
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LETHE_"));
        builder.environment().putAll(environment);
        return builder;
    }

    /** Where the programs are. */
    static Path apps() {
        try {
            Class<?> any = Class.forName("legacy.PlainJdbc", false, Program.class.getClassLoader());
            return Path.of(
                    any.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (ClassNotFoundException | URISyntaxException e) {
            throw new IllegalStateException("the test programs are not on the class path", e);
        }
    }
}
