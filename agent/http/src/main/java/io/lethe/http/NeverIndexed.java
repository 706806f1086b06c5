package io.lethe.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The header values with markers that wait for an HPACK encoder, so that its hook can tell it not to index them. The values
 * are no secrets.
 *
 * <p>Loaded by the agent loader. Thread-safe, and bounded: what no encoder asked for is forgotten after many others.
 */
final class NeverIndexed {

    private static final int MOST = 8192;

    private final Map<String, Boolean> values = new LinkedHashMap<String, Boolean>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MOST;
        }
    };
    /** Servers ask for each field that they send: no lock for them. */
    private volatile boolean any;

    /** A header field as a literal that is never indexed, name and value raw (RFC 7541, 6.2.3). */
    static byte[] literal(String name, String value) {
        byte[][] parts = {
            {Before.NEVER_INDEXED},
            Before.integer(0, 7, name.length()),
            name.getBytes(StandardCharsets.ISO_8859_1),
            Before.integer(0, 7, value.length()),
            value.getBytes(StandardCharsets.ISO_8859_1)
        };
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.write(part, 0, part.length);
        }
        return out.toByteArray();
    }

    void add(String value) {
        synchronized (values) {
            values.put(value, true);
            any = true;
        }
    }

    /** Whether nothing waits: nearly always. */
    boolean isEmpty() {
        return !any;
    }

    /** Whether this value has a marker, so that it must be sent as a literal that is never indexed; true once. */
    boolean take(@Nullable CharSequence value) {
        if (value == null || !any) {
            return false;
        }
        String text = value.toString();
        if (text.indexOf(Marker.FIRST) < 0) {
            return false;
        }
        synchronized (values) {
            boolean taken = values.remove(text) != null;
            any = !values.isEmpty();
            return taken;
        }
    }
}
