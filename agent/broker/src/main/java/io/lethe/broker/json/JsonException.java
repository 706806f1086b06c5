package io.lethe.broker.json;

/** Why bytes are not the JSON that we read. The message is one line and names line and column, or the key. */
public final class JsonException extends Exception {

    private static final long serialVersionUID = 1L;

    public JsonException(String message) {
        super(message);
    }
}
