package io.lethe.cli;

import io.lethe.broker.json.Json;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a command reads and writes. Immutable. */
final class Streams {

    final InputStream in;
    final PrintStream out;
    final PrintStream err;

    /** Where a person sits at standard input. */
    final @Nullable Prompt prompt;

    /** Whether a person sits at standard output. */
    final boolean outIsTerminal;

    Streams(InputStream in, PrintStream out, PrintStream err, @Nullable Prompt prompt, boolean outIsTerminal) {
        this.in = in;
        this.out = out;
        this.err = err;
        this.prompt = prompt;
        this.outIsTerminal = outIsTerminal;
    }

    /** Writes an answer for programs. */
    void json(Map<String, Object> answer) {
        bytes(Json.writePretty(answer));
    }

    /** Writes bytes as they are, whatever the stream's charset. */
    void bytes(byte[] bytes) {
        out.write(bytes, 0, bytes.length);
        out.flush();
    }
}
