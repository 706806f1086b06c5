package io.lethe.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** One run of the command line in this JVM. */
final class Cli {

    final int code;
    final String out;
    final String err;
    final byte[] bytes;

    private Cli(int code, byte[] out, byte[] err) {
        this.code = code;
        this.bytes = out;
        this.out = new String(out, StandardCharsets.UTF_8);
        this.err = new String(err, StandardCharsets.UTF_8);
    }

    static Cli run(String... args) {
        return run(new byte[0], args);
    }

    static Cli run(byte[] in, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(
                args,
                new ByteArrayInputStream(in),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Cli(code, out.toByteArray(), err.toByteArray());
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "exit " + code + "\n" + out + err;
    }
}
