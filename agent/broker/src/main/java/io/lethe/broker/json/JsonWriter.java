package io.lethe.broker.json;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Writes the values of {@link Json}.
 *
 * <p>Loaded by the agent loader and the command line's. One thread, one use. A value of another type is a fault of ours
 * and an {@link IllegalArgumentException}.
 */
final class JsonWriter {

    private static final String HEX = "0123456789abcdef";

    private final StringBuilder out = new StringBuilder(512);
    private final boolean pretty;

    JsonWriter(boolean pretty) {
        this.pretty = pretty;
    }

    String document(Object value) {
        value(value, 0);
        if (pretty) {
            out.append('\n');
        }
        return out.toString();
    }

    private void value(Object value, int depth) {
        if (value instanceof String) {
            string((String) value);
        } else if (value instanceof Long || value instanceof Integer || value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof Map) {
            object((Map<?, ?>) value, depth + 1);
        } else if (value instanceof List) {
            array((List<?>) value, depth + 1);
        } else {
            throw new IllegalArgumentException("no JSON for " + value.getClass());
        }
    }

    private void object(Map<?, ?> map, int depth) {
        out.append('{');
        for (Iterator<? extends Map.Entry<?, ?>> i = map.entrySet().iterator(); i.hasNext(); ) {
            Map.Entry<?, ?> entry = i.next();
            newLine(depth);
            string((String) entry.getKey());
            out.append(pretty ? ": " : ":");
            value(entry.getValue(), depth);
            if (i.hasNext()) {
                out.append(',');
            }
        }
        if (!map.isEmpty()) {
            newLine(depth - 1);
        }
        out.append('}');
    }

    private void array(List<?> list, int depth) {
        out.append('[');
        for (Iterator<?> i = list.iterator(); i.hasNext(); ) {
            newLine(depth);
            value(i.next(), depth);
            if (i.hasNext()) {
                out.append(',');
            }
        }
        if (!list.isEmpty()) {
            newLine(depth - 1);
        }
        out.append(']');
    }

    private void newLine(int depth) {
        if (pretty) {
            out.append('\n');
            for (int i = 0; i < depth; i++) {
                out.append("  ");
            }
        }
    }

    private void string(String text) {
        out.append('"');
        int written = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
                continue;
            }
            out.append(text, written, i);
            written = i + 1;
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c == '\n') {
                out.append("\\n");
            } else if (c == '\t') {
                out.append("\\t");
            } else if (c < ' ' || c == 0x7f) {
                out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                out.append(c).append(text.charAt(++i));
                written = i + 1;
            } else {
                // Half a pair has no UTF-8; the reader refuses it, so it must not get out.
                out.append(Character.isSurrogate(c) ? '\ufffd' : c);
            }
        }
        // Nearly always all of it.
        out.append(written == 0 ? text : text.substring(written)).append('"');
    }
}
