package io.lethe.broker.vault;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The files that age 1.1 made for these tests, and the age tool itself where the machine has it. */
final class AgeFiles {

    static final String SECRET = "päss wörd#1";

    private AgeFiles() {}

    static byte[] read(String name) throws IOException {
        try (InputStream in = AgeFiles.class.getResourceAsStream("/age/" + name)) {
            return in.readAllBytes();
        }
    }

    static byte[] identity(String name) throws Exception {
        return AgeKey.identityIn(ByteBuffer.wrap(read(name)), Path.of(name), "the test's identity");
    }

    /** Missing age is a failure where LETHE_REQUIRE_AGE says so; elsewhere the files have to do. */
    static boolean toolIsHere() throws Exception {
        boolean here;
        try {
            here = run(null, "age", "--version").length > 0;
        } catch (IOException e) {
            here = false;
        }
        if (!here && "1".equals(System.getenv("LETHE_REQUIRE_AGE"))) {
            throw new AssertionError("LETHE_REQUIRE_AGE=1, but there is no age on the PATH; apt-get install age");
        }
        return here;
    }

    static byte[] run(byte[] in, String... command) throws Exception {
        Path error = Files.createTempFile("age", ".err");
        try {
            Process process =
                    new ProcessBuilder(command).redirectError(error.toFile()).start();
            process.getOutputStream().write(in == null ? new byte[0] : in);
            process.getOutputStream().close();
            byte[] out = process.getInputStream().readAllBytes();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(String.join(" ", command) + ": " + Files.readString(error));
            }
            return out;
        } finally {
            Files.delete(error);
        }
    }
}
