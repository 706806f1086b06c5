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
}
