package io.lethe.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs, unpacked once for each JVM into a directory that every user may read and that goes away with the
 * JVM. Thread-safe. PostgreSQL refuses to run as root, so for root the programs run as {@link #UNPRIVILEGED}.
 */
final class PostgresBinaries {

    /** The user that every Linux calls nobody. */
    static final String UNPRIVILEGED = "65534";

    private static final Path UNPACKED = unpack();

    private PostgresBinaries() {}

    /** The command line that runs one of PostgreSQL's programs as an ordinary user. */
    static List<String> command(String program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        if (root()) {
            command.addAll(
                    List.of("setpriv", "--reuid=" + UNPRIVILEGED, "--regid=" + UNPRIVILEGED, "--clear-groups", "--"));
        }
        command.add(UNPACKED.resolve("bin").resolve(program).toString());
        command.addAll(arguments);
        return command;
    }

    /** Gives a directory and all in it to the user that runs PostgreSQL. */
    static void own(Path directory) {
        if (root()) {
            Commands.run("chown", "-R", UNPRIVILEGED + ":" + UNPRIVILEGED, directory.toString())
                    .orFail();
        }
    }

    private static boolean root() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path unpack() {
        String arch = System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
        String resource = "/postgres-linux-" + arch + ".txz";
        try (InputStream packed = PostgresBinaries.class.getResourceAsStream(resource)) {
            if (packed == null) {
                throw new IllegalStateException(
                        resource + " is not on the class path: set the property postgres.binaries");
            }
            Path directory = Files.createTempDirectory("lethe-postgres-");
            TemporaryFiles.deleteAtExit(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            Process tar = new ProcessBuilder("tar", "-x", "-C", directory.toString())
                    .inheritIO()
                    .redirectInput(ProcessBuilder.Redirect.PIPE)
                    .start();
            try (OutputStream out = tar.getOutputStream()) {
                new XZInputStream(packed).transferTo(out);
            }
            if (tar.waitFor() != 0) {
                throw new IllegalStateException("tar could not unpack " + resource);
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
