package io.lethe.cli;

/** What the command line's exit codes mean; scripts rely on them. */
final class ExitCode {

    static final int DONE = 0;

    /** The answer is no: not found, denied, residue found, chain broken. */
    static final int NO = 1;

    static final int USAGE = 2;

    /** It could not be done: I/O, broker, permission. */
    static final int FAILED = 3;

    private ExitCode() {}
}
