package io.lethe.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A server program of the distribution: the installed one, else the one from its package, which is downloaded and unpacked
 * once into the user's cache and not installed. Fails with a line that says what to install; a test without its server proves
 * nothing and must not pass.
 */
final class DebianProgram {

    private static final List<String> FOLDERS = List.of("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin");

    private DebianProgram() {}

    /** @param packaged the Debian package that holds it: its name, which for some ends in what Debian calls a part */
    static synchronized Path of(String packaged) {
        if (packaged.equals("libfaketime")) {
            // What a program is started with, and no program itself.
            return ofName(packaged, "libfaketimeMT.so.1");
        }
        return ofName(packaged, packaged.equals("mariadb-server") ? "mariadbd" : packaged.replace("-bin", ""));
    }

    private static Path ofName(String packaged, String name) {
        for (String folder : FOLDERS) {
            Path installed = Path.of(folder, name);
            if (Files.isExecutable(installed)) {
                return installed;
            }
        }
        Path cache = Path.of(System.getProperty("user.home"), ".cache", "lethe-tests", packaged);
        try {
            return unpacked(cache, name).orElseGet(() -> download(cache, name, packaged));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Path> unpacked(Path cache, String name) throws IOException {
        if (!Files.isDirectory(cache)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.walk(cache)) {
            return files.filter(file -> file.endsWith(name) && Files.isRegularFile(file) && isProgram(file))
                    .findFirst();
        }
    }

    private static boolean isProgram(Path file) {
        return Files.isExecutable(file) || file.toString().contains(".so.");
    }

    private static Path download(Path cache, String name, String packaged) {
        try {
            Path fresh = TemporaryFiles.directory("lethe-" + packaged + "-");
            ProcessBuilder download = new ProcessBuilder("apt-get", "-q", "download", packaged);
            Commands.run(download.directory(fresh.toFile()), new byte[0]).orFail();
            Files.createDirectories(cache);
            try (Stream<Path> packages = Files.list(fresh)) {
                for (Path each : packages.toList()) {
                    Commands.run("dpkg-deb", "-x", each.toString(), cache.toString())
                            .orFail();
                }
            }
            return unpacked(cache, name).orElseThrow();
        } catch (IOException | RuntimeException e) {
            throw new IllegalStateException(
                    "these tests need " + name + ": install the Debian package " + packaged + " (apt-get install "
                            + packaged + "); it could not be downloaded either",
                    e);
        }
    }
}
