package io.lethe.broker.vault;

/** Why an age file does not open; an end of a sentence that begins with the file's name. */
final class AgeException extends Exception {

    private static final long serialVersionUID = 1L;

    AgeException(String message) {
        super(message);
    }
}
