package io.lethe.weave;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A whole agent in JVMs of its own, with the real {@code java.lang.LetheHooks}, on every JDK that is given. */
class ForkedAgentTest {

    @TempDir
    static Path dir;

    private static Path agent;
    private static Path hooks;

    static Set<Path> jdks() {
        return Jdks.homes();
    }

    @BeforeAll
    static void buildTheAgent() throws Exception {
        Map<String, byte[]> classes = Javac.compile(8, source("testagent", "Premain"), source("testagent", "Start"));
        byte[] hookClass;
        try (var in = ForkedAgentTest.class.getResourceAsStream("/java/lang/LetheHooks.class")) {
            hookClass = in.readAllBytes();
        }
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(new Attributes.Name("Premain-Class"), "testagent.Premain");
        manifest.getMainAttributes().put(new Attributes.Name("Can-Retransform-Classes"), "true");
        agent = dir.resolve("agent.jar");
        byte[] premain = classes.remove("testagent/Premain");
        jar(agent, manifest, Map.of("testagent/Premain.class", premain, "LetheHooks.data", hookClass));
        hooks = dir.resolve("hooks.jar");
        jar(hooks, new Manifest(), Map.of("java/lang/LetheHooks.class", hookClass));
        for (var part : classes.entrySet()) {
            write(dir.resolve("part").resolve(part.getKey() + ".class"), part.getValue());
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void application_isWoven_andTheJvmSaysNothing(Path jdk) throws Exception {
        String sink = String.join("\n", "returned", "a-entered(c)", "rescued from / by zero", "42 4", "[ t ]");
        assertThat(run(jdk)).isEqualTo("started\n" + sink + "\n" + sink + "\nrefused: jdbc:unknown\n");
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void classesThatDoNotMatch_loadNothingOfOurs(Path jdk) throws Exception {
        String loaded = run(jdk, "-verbose:class", "app.Main", "idle");
        Set<String> ours = new TreeSet<>();
        // Not the JDK's own copy of ASM, which its shared archive brings along.
        Matcher names = Pattern.compile("(?<![\\w.])(io\\.lethe|org\\.objectweb|java\\.lang\\.Lethe)[\\w.$]*")
                .matcher(loaded);
        while (names.find()) {
            ours.add(names.group());
        }
        assertThat(loaded).contains("started").contains("app.Main");
        assertThat(ours).containsExactly("io.lethe.weave.ClassHeader", "io.lethe.weave.Gate");
    }

    private static String run(Path jdk) throws Exception {
        return run(jdk, "app.Main");
    }

    private static String run(Path jdk, String... arguments) throws Exception {
        int version = Jdks.classFileVersion(jdk);
        Path app = dir.resolve("app" + version);
        for (var one :
                Javac.compile(8, source("app", "Main"), source("app", "Sink")).entrySet()) {
            byte[] bytes = one.getValue();
            // The newest class file that this JVM takes: nothing in it depends on the version.
            bytes[7] = (byte) version;
            write(app.resolve(one.getKey() + ".class"), bytes);
        }
        List<String> command = new ArrayList<>(List.of(
                jdk.resolve("bin/java").toString(),
                "-javaagent:" + agent + "=" + hooks + "," + dir.resolve("part") + "," + Jars.of(Gate.class) + ","
                        + Jars.ASM,
                "-cp",
                app.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Jdks.quiet(builder.environment());
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static String source(String packageName, String name) throws IOException {
        try (var in = ForkedAgentTest.class.getResourceAsStream("/forked/" + name + ".java")) {
            return "// " + packageName + "/" + name + ".java\n" + new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void jar(Path file, Manifest manifest, Map<String, byte[]> entries) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            for (var entry : entries.entrySet()) {
                jar.putNextEntry(new JarEntry(entry.getKey()));
                jar.write(entry.getValue());
            }
        }
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }
}
