package io.lethe.cli.scan;

/** Why a scan could not be done: one line for people, with what to do about it. */
public final class ScanException extends Exception {

    private static final long serialVersionUID = 1L;

    ScanException(String message) {
        super(message);
    }

    ScanException(String message, Throwable cause) {
        super(message, cause);
    }
}
