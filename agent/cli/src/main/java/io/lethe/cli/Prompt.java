package io.lethe.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Paths;
import org.jspecify.annotations.Nullable;

/** Asks a person, where standard input is a terminal. */
interface Prompt {

    /** What was typed, without echo; the caller overwrites it. Null at the end of input. */
    char @Nullable [] read(String question) throws CliException;

    /** The prompt of this process; null where standard input is no terminal. */
    static @Nullable Prompt ofProcess() {
        return isTerminal(0) ? Prompt::fromConsole : null;
    }

    /**
     * By the kernel's word where there is /proc: up to 21 {@link System#console()} is null as soon as one of the two
     * standard streams is redirected, from 22 on it never is.
     */
    static boolean isTerminal(int descriptor) {
        try {
            String file = Files.readSymbolicLink(Paths.get("/proc/self/fd/" + descriptor))
                    .toString();
            return file.startsWith("/dev/pts/") || file.startsWith("/dev/tty") || file.equals("/dev/console");
        } catch (IOException | RuntimeException e) {
            return System.console() != null;
        }
    }

    static char @Nullable [] fromConsole(String question) throws CliException {
        Console console = System.console();
        if (console == null) {
            throw CliException.failed("the terminal's echo cannot be switched off while output is redirected; "
                    + "pipe the value into standard input or redirect nothing");
        }
        return console.readPassword("%s", question);
    }
}
