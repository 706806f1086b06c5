package io.lethe.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;

/** A class that a test wrote down, as bytecode that every JDK runs. */
final class Compiled {

    private Compiled() {}

    /** The jar of an agent of one class. */
    static Path agent(String name, String source) throws IOException {
        Path folder = classes(name, source);
        Path jar = folder.resolve(name + ".jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(new Attributes.Name("Premain-Class"), name);
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            out.putNextEntry(new ZipEntry(name + ".class"));
            out.write(Files.readAllBytes(folder.resolve(name + ".class")));
        }
        return jar;
    }

    /** The folder with the class, to be put onto a class path; it goes away with this JVM. */
    static Path classes(String name, String source) throws IOException {
        Path folder = TemporaryFiles.directory("lethe-compiled-");
        Path file = folder.resolve(name.substring(name.lastIndexOf('.') + 1) + ".java");
        Files.writeString(file, source);
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "--release",
                        "8",
                        "-nowarn",
                        "-Xlint:-options",
                        "-d",
                        folder.toString(),
                        file.toString());
        if (failed != 0) {
            throw new IllegalStateException(name + " does not compile");
        }
        return folder;
    }
}
