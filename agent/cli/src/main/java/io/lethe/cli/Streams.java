package io.lethe.cli;

import java.io.InputStream;
import java.io.PrintStream;

/** Where a command reads and writes. Immutable. */
final class Streams {

    final InputStream in;
    final PrintStream out;
    final PrintStream err;

    Streams(InputStream in, PrintStream out, PrintStream err) {
        this.in = in;
        this.out = out;
        this.err = err;
    }

    /** Writes bytes as they are, whatever the stream's charset. */
    void bytes(byte[] bytes) {
        out.write(bytes, 0, bytes.length);
        out.flush();
    }
}
