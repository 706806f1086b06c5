package io.lethe.broker.json;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Writes the values of {@link Json}.
 *
 * <p>Loaded by the agent loader and the command line's. One thread. A value of another type is a fault of ours and an
 * {@link IllegalArgumentException}.
 */
final class JsonWriter {

    private final JsonBuffer out;
    private final boolean pretty;

    JsonWriter(JsonBuffer out, boolean pretty) {
        this.out = out;
        this.pretty = pretty;
    }

    void document(Object value) {
        value(value, 0);
        if (pretty) {
            out.raw('\n');
        }
    }

    void value(Object value, int depth) {
        if (value instanceof String) {
            out.string((String) value);
        } else if (value instanceof Long || value instanceof Integer) {
            out.number(((Number) value).longValue());
        } else if (value instanceof Boolean) {
            out.raw((Boolean) value ? "true" : "false");
        } else if (value instanceof Map) {
            object((Map<?, ?>) value, depth + 1);
        } else if (value instanceof List) {
            array((List<?>) value, depth + 1);
        } else {
            throw new IllegalArgumentException("no JSON for " + value.getClass());
        }
    }

    private void object(Map<?, ?> map, int depth) {
        out.raw('{');
        for (Iterator<? extends Map.Entry<?, ?>> i = map.entrySet().iterator(); i.hasNext(); ) {
            Map.Entry<?, ?> entry = i.next();
            newLine(depth);
            out.string((String) entry.getKey());
            out.raw(':');
            if (pretty) {
                out.raw(' ');
            }
            value(entry.getValue(), depth);
            if (i.hasNext()) {
                out.raw(',');
            }
        }
        if (!map.isEmpty()) {
            newLine(depth - 1);
        }
        out.raw('}');
    }

    private void array(List<?> list, int depth) {
        out.raw('[');
        for (Iterator<?> i = list.iterator(); i.hasNext(); ) {
            newLine(depth);
            value(i.next(), depth);
            if (i.hasNext()) {
                out.raw(',');
            }
        }
        if (!list.isEmpty()) {
            newLine(depth - 1);
        }
        out.raw(']');
    }

    private void newLine(int depth) {
        if (pretty) {
            out.raw('\n');
            for (int i = 0; i < depth; i++) {
                out.raw("  ");
            }
        }
    }
}
