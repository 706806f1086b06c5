package io.lethe.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.Enumeration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who builds one commit twice gets one SHA-256. The second build is a whole one, by Maven, of a copy of the sources: at another
 * place and time, with another umask, language, encoding and time zone.
 */
class ReproducibleIT {

    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final String JAR = "agent/dist/target/lethe.jar";
    private static final Set<String> NO_SOURCES = Set.of("target", ".git", ".idea");

    @TempDir
    private Path elsewhere;

    @Test
    void secondBuildElsewhere_givesTheSameJar() throws Exception {
        Path copy = elsewhere.resolve("another place");
        copySources(copy);
        build(copy);
        File first = ROOT.resolve(JAR).toFile();
        File second = copy.resolve(JAR).toFile();
        assertThat(entries(second)).isEqualTo(entries(first));
        assertThat(sha256(second)).isEqualTo(sha256(first));
    }

    private static void copySources(Path copy) throws IOException {
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                if (NO_SOURCES.contains(folder.getFileName().toString())) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.createDirectories(copy.resolve(ROOT.relativize(folder)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    Files.copy(file, copy.resolve(ROOT.relativize(file)));
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** With the Maven, the JDK and the repository of this build; nothing is tested, checked or installed. */
    private static void build(Path copy) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                "sh",
                "-c",
                "umask 077; exec \"$@\"",
                "build",
                System.getProperty("lethe.maven.home") + "/bin/mvn",
                "-B",
                "-Dmaven.repo.local=" + System.getProperty("lethe.maven.repository"),
                "-Dmaven.test.skip=true",
                "-Dforbiddenapis.skip=true",
                "-pl",
                "agent/dist",
                "-am",
                "package");
        builder.directory(copy.toFile()).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("TZ", "Asia/Kathmandu");
        environment.put("LC_ALL", "C");
        environment.put(
                "MAVEN_OPTS",
                "-Duser.language=tr -Duser.country=TR -Duser.timezone=Asia/Kathmandu -Dfile.encoding=ISO-8859-9");
        environment.remove("MAVEN_ARGS");
        File log = copy.resolve("build.log").toFile();
        Process process = builder.redirectOutput(log).start();
        try {
            assertThat(process.waitFor())
                    .as(() -> "the second build; " + text(log))
                    .isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private static String text(File log) {
        try {
            return Files.readString(log.toPath(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** What an eye needs to see the difference: each entry's content and time, in their order. */
    private static Map<String, String> entries(File file) throws IOException {
        Map<String, String> entries = new TreeMap<>();
        int number = 0;
        try (JarFile jar = new JarFile(file)) {
            for (Enumeration<JarEntry> all = jar.entries(); all.hasMoreElements(); ) {
                JarEntry entry = all.nextElement();
                entries.put(entry.getName(), number++ + ": " + entry.getCrc() + " " + entry.getTime());
            }
        }
        return entries;
    }

    private static String sha256(File file) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file.toPath()));
        return String.format("%064x", new BigInteger(1, digest));
    }
}
