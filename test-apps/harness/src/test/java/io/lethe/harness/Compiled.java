package io.lethe.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;

/** A class that a test wrote down, as bytecode that every JDK runs. */
final class Compiled {

    private Compiled() {}

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
