package io.lethe.broker.json;

import java.util.Map;

/**
 * JSON in and out. The values are {@code Map<String, Object>} (in the order of the text), {@code List<Object>},
 * {@code String}, {@code Long} and {@code Boolean}; fractions, exponents and {@code null} do not exist here.
 *
 * <p>Loaded by the agent loader and the command line's. Stateless. What is not exactly this JSON is a
 * {@link JsonException}, whatever the bytes are.
 */
public final class Json {

    private static final int MAX_DEPTH = 16;

    private Json() {}

    /**
     * Reads one value and nothing after it but white space.
     *
     * @param maxBytes a longer text is refused before it is looked at
     */
    public static Object read(byte[] bytes, int maxBytes) throws JsonException {
        if (bytes.length > maxBytes) {
            throw new JsonException("is " + bytes.length + " bytes long, at most " + maxBytes + " are read");
        }
        return new JsonReader(bytes, MAX_DEPTH).document();
    }

    /**
     * Reads what others write: as {@link #read}, but what is {@code null} is left out, and a number that is no whole one, or too
     * large, is its text.
     */
    public static Object readForeign(byte[] bytes, int maxBytes) throws JsonException {
        if (bytes.length > maxBytes) {
            throw new JsonException("is " + bytes.length + " bytes long, at most " + maxBytes + " are read");
        }
        return new JsonReader(bytes, MAX_DEPTH, true).document();
    }

    /** Reads an object, for which see {@link JsonFields}. */
    public static JsonFields readObject(byte[] bytes, int maxBytes) throws JsonException {
        return JsonFields.of(read(bytes, maxBytes), "the text");
    }

    /** On one line, without white space; maps in their own order, so that one value has one form. */
    public static byte[] write(Object value) {
        return document(value, false);
    }

    /** Indented, for files that people read and compare. */
    public static byte[] writePretty(Object value) {
        return document(value, true);
    }

    /** Appends the members of an object, each with a comma before it: the text behind those that the caller wrote. */
    public static void appendMembers(Map<String, Object> object, JsonBuffer out) {
        JsonWriter writer = new JsonWriter(out, false);
        for (Map.Entry<String, Object> member : object.entrySet()) {
            out.raw(',');
            out.string(member.getKey());
            out.raw(':');
            writer.value(member.getValue(), 0);
        }
    }

    private static byte[] document(Object value, boolean pretty) {
        JsonBuffer out = new JsonBuffer(512);
        new JsonWriter(out, pretty).document(value);
        return out.toBytes();
    }
}
