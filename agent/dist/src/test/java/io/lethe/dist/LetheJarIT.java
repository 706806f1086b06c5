package io.lethe.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** The jar itself: what is in it, and what must not be. */
class LetheJarIT {

    private static final File JAR = new File("target/lethe.jar");
    private static final long MOST_BYTES = 6L << 20;
    private static final int JAVA_8 = 52;

    @Test
    void entries_areOnThisList() throws IOException {
        List<String> strangers = new ArrayList<>();
        for (String name : names()) {
            boolean known = name.equals("META-INF/MANIFEST.MF")
                    || name.equals("META-INF/LICENSE")
                    || name.equals("META-INF/NOTICE")
                    || name.startsWith("META-INF/sbom/")
                    || name.equals("java/lang/LetheHooks.class")
                    || (name.startsWith("io/lethe/premain/") && name.endsWith(".class"))
                    || ((name.startsWith("agent/io/lethe/")
                                    || name.startsWith("tls/io/lethe/")
                                    || name.startsWith("tools/io/lethe/"))
                            && name.endsWith(".classdata"));
            if (!known && !name.endsWith("/")) {
                strangers.add(name);
            }
        }
        assertThat(strangers).isEmpty();
    }

    @Test
    void manifest_saysWhatAnAgentNeedsAndNoMore() throws IOException {
        try (JarFile jar = new JarFile(JAR)) {
            Attributes main = jar.getManifest().getMainAttributes();
            assertThat(main.getValue("Premain-Class")).isEqualTo("io.lethe.premain.Premain");
            assertThat(main.getValue("Main-Class")).isEqualTo("io.lethe.premain.Main");
            assertThat(main.getValue("Can-Retransform-Classes")).isEqualTo("true");
            // Late attach cannot prevent what was resolved before, and a boot class path would cost the shared classes.
            assertThat(main.getValue("Agent-Class")).isNull();
            assertThat(main.getValue("Launcher-Agent-Class")).isNull();
            assertThat(main.getValue("Boot-Class-Path")).isNull();
        }
    }

    @Test
    void commandLine_knowsItsVersion() throws Exception {
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java", "-jar", JAR.getPath(), "--version")
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        try (JarFile jar = new JarFile(JAR)) {
            String version = jar.getManifest().getMainAttributes().getValue("Implementation-Version");
            assertThat(said).isEqualTo("lethe " + version + System.lineSeparator());
        }
    }

    /** The agent reads the jar up to them: see {@code JarImage}. */
    @Test
    void theCommandLineComesLast() throws IOException {
        List<String> names = names();
        names.removeIf(name -> name.endsWith("/"));
        int first = names.indexOf("tools/io/lethe/cli/Actor.classdata");
        assertThat(first).isPositive();
        assertThat(names.subList(0, first)).noneMatch(name -> name.startsWith("tools/"));
        assertThat(names.subList(first, names.size())).allMatch(name -> name.startsWith("tools/"));
        assertThat(names).contains("tools/io/lethe/cli/Main.classdata", "agent/io/lethe/runtime/Agent.classdata");
        int later = names.indexOf("tls/io/lethe/shaded/bouncycastle/tls/TlsProtocol.classdata");
        assertThat(later).isBetween(1, first);
        List<String> before = names.subList(0, first);
        before = before.subList(before.lastIndexOf("java/lang/LetheHooks.class") + 1, first);
        assertThat(before).isNotEmpty().allMatch(name -> name.startsWith("tls/"));
    }

    @Test
    void noClassStandsInTwoZones() throws IOException {
        Set<String> seen = new HashSet<>();
        List<String> twice = new ArrayList<>();
        for (String name : names()) {
            if (name.endsWith(".class") || name.endsWith(".classdata")) {
                int zone = name.startsWith("agent/") || name.startsWith("t") ? name.indexOf('/') + 1 : 0;
                String bare = name.substring(zone, name.lastIndexOf('.'));
                if (!seen.add(bare)) {
                    twice.add(name);
                }
            }
        }
        assertThat(twice).isEmpty();
    }

    @Test
    void everyClass_runsOnJava8() throws IOException {
        List<String> newer = new ArrayList<>();
        try (JarFile jar = new JarFile(JAR)) {
            for (JarEntry entry : jar.stream().toArray(JarEntry[]::new)) {
                if (entry.getName().endsWith(".class") || entry.getName().endsWith(".classdata")) {
                    try (DataInputStream in = new DataInputStream(jar.getInputStream(entry))) {
                        in.readInt();
                        in.readUnsignedShort();
                        if (in.readUnsignedShort() > JAVA_8) {
                            newer.add(entry.getName());
                        }
                    }
                }
            }
        }
        assertThat(newer).isEmpty();
    }

    @Test
    void librariesAreRenamed() throws IOException {
        for (String name : names()) {
            if (name.endsWith(".classdata")) {
                String text = latin1(name);
                assertThat(text)
                        .as(name)
                        .doesNotContain("Lorg/objectweb/asm")
                        .doesNotContain("Lorg/bouncycastle")
                        .doesNotContain("Lorg/snakeyaml")
                        .doesNotContain("Lpicocli/")
                        .doesNotContain("Lcom/ongres");
            }
        }
    }

    @Test
    void size_staysBelowSixMegabytes() {
        assertThat(JAR.length()).isLessThanOrEqualTo(MOST_BYTES);
    }

    private static String latin1(String entry) throws IOException {
        try (JarFile jar = new JarFile(JAR);
                InputStream in = jar.getInputStream(jar.getJarEntry(entry))) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        try (JarFile jar = new JarFile(JAR)) {
            jar.stream().forEach(entry -> names.add(entry.getName()));
        }
        assertThat(names).isNotEmpty();
        return names;
    }
}
