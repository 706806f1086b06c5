package io.lethe.broker.audit;

import io.lethe.broker.json.Json;
import io.lethe.broker.json.JsonBuffer;
import java.util.Map;

/**
 * How a record of a chain or a manifest begins.
 *
 * <p>Loaded by the agent loader and the command line's. Stateless.
 */
final class Line {

    private static final String SEQ = "{\"seq\":";
    private static final String PREV = ",\"prev\":\"";

    private Line() {}

    /** Appends a record without its line feed. */
    static void append(JsonBuffer out, long seq, String prev, String time, Map<String, Object> event) {
        open(out, seq, prev, time, event);
        out.raw('}');
    }

    /** The same, where the hash of the line before is at hand as bytes: no text of it is made. */
    static void append(JsonBuffer out, long seq, byte[] prev, String time, Map<String, Object> event) {
        out.raw(SEQ);
        out.number(seq);
        out.raw(PREV);
        out.hex(prev);
        rest(out, time, event);
        out.raw('}');
    }

    /** Appends a record that lacks its closing brace, so that a signature can follow. */
    static void open(JsonBuffer out, long seq, String prev, String time, Map<String, Object> event) {
        out.raw(SEQ);
        out.number(seq);
        out.raw(PREV);
        out.raw(prev);
        rest(out, time, event);
    }

    private static void rest(JsonBuffer out, String time, Map<String, Object> event) {
        out.raw("\",\"time\":\"");
        out.raw(time);
        out.raw('"');
        Json.appendMembers(event, out);
    }
}
