package io.lethe.http;

import java.util.Collections;
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

    private final Map<String, Boolean> values = Collections.synchronizedMap(new LinkedHashMap<String, Boolean>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MOST;
        }
    });

    void add(String value) {
        values.put(value, true);
    }

    /** Whether this value has a marker, so that it must be sent as a literal that is never indexed; true once. */
    boolean take(@Nullable CharSequence value) {
        if (value == null || values.isEmpty()) {
            return false;
        }
        String text = value.toString();
        return text.indexOf(Marker.FIRST) >= 0 && values.remove(text) != null;
    }
}
