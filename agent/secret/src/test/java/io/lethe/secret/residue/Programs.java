package io.lethe.secret.residue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** The programs in src/test/programs, as Java 8, and the JDKs to run them on: LETHE_JDKS, else the one that runs this. */
final class Programs {

    private Programs() {}

    static Stream<String> jdks() {
        String homes = System.getenv("LETHE_JDKS");
        return Stream.of((homes == null ? System.getProperty("java.home") : homes).split(":"));
    }

    static void compile(Path classes, String program) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        int failed = compiler.run(
                null,
                null,
                null,
                "--release",
                "8",
                "-Xlint:-options",
                "-proc:none",
                "-d",
                classes.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "src/test/programs/" + program + ".java");
        assertThat(failed).as("compiling " + program).isZero();
    }

    static Process start(String home, List<String> options, Path classes, String... programAndArguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(home + "/bin/java");
        assertThat(Files.isExecutable(Path.of(command.get(0))))
                .as(command.get(0))
                .isTrue();
        command.addAll(options);
        command.add("-cp");
        command.add(classes + File.pathSeparator + System.getProperty("java.class.path"));
        command.addAll(List.of(programAndArguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
