package io.lethe.broker.transport;

/** What of an answer's head counts. Immutable. */
final class Answer {

    final int status;
    /** Whether the server closes the connection after it. */
    final boolean closing;

    Answer(int status, boolean closing) {
        this.status = status;
        this.closing = closing;
    }
}
