package io.lethe.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --reason} of commands that change a vault. Filled by the command line's parser; used by one thread. */
final class Reason {

    @Option(names = "--reason", paramLabel = "R", description = "Why; the audit trail keeps it, with who you are.")
    private @Nullable String reason;

    @Nullable
    String text() {
        return reason;
    }
}
