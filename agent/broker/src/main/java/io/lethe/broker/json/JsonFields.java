package io.lethe.broker.json;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one object, asked for by name and type; {@link #end()} refuses those that nobody asked for, so that a
 * misspelt condition of a grant is an error and never one condition less.
 *
 * <p>Loaded by the agent loader and the command line's. One thread.
 */
public final class JsonFields {

    private final Map<String, Object> map;
    private final String what;
    private final Set<String> asked = new HashSet<>();

    private JsonFields(Map<String, Object> map, String what) {
        this.map = map;
        this.what = what;
    }

    /**
     * The fields of a value that should be an object.
     *
     * @param what how messages call it: {@code grant g2}
     */
    public static JsonFields of(Object value, String what) throws JsonException {
        if (!(value instanceof Map)) {
            throw new JsonException(what + " is not an object");
        }
        Map<String, Object> map = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
            map.put((String) entry.getKey(), entry.getValue());
        }
        return new JsonFields(map, what);
    }

    public boolean has(String key) {
        return map.containsKey(key);
    }

    public Set<String> keys() {
        return Collections.unmodifiableSet(map.keySet());
    }

    public String string(String key) throws JsonException {
        Object value = required(key);
        if (!(value instanceof String)) {
            throw new JsonException(what + ": '" + key + "' is not a string");
        }
        return (String) value;
    }

    public @Nullable String stringOrNull(String key) throws JsonException {
        return has(key) ? string(key) : null;
    }

    public long number(String key) throws JsonException {
        Object value = required(key);
        if (!(value instanceof Long)) {
            throw new JsonException(what + ": '" + key + "' is not a number");
        }
        return (Long) value;
    }

    /** Whether that number stands there. */
    public boolean hasNumber(String key, long number) {
        return Long.valueOf(number).equals(map.get(key));
    }

    public boolean flag(String key) throws JsonException {
        Object value = required(key);
        if (!(value instanceof Boolean)) {
            throw new JsonException(what + ": '" + key + "' is neither true nor false");
        }
        return (Boolean) value;
    }

    public JsonFields object(String key) throws JsonException {
        return of(required(key), what + ": '" + key + "'");
    }

    public List<Object> list(String key) throws JsonException {
        Object value = required(key);
        if (!(value instanceof List)) {
            throw new JsonException(what + ": '" + key + "' is not a list");
        }
        return new ArrayList<>((List<?>) value);
    }

    /** A list of strings; empty where the key is absent. */
    public List<String> strings(String key) throws JsonException {
        List<String> strings = new ArrayList<>();
        if (has(key)) {
            for (Object value : list(key)) {
                if (!(value instanceof String)) {
                    throw new JsonException(what + ": '" + key + "' is not a list of strings");
                }
                strings.add((String) value);
            }
        }
        return strings;
    }

    /** Refuses the keys that were not asked for. */
    public void end() throws JsonException {
        for (String key : map.keySet()) {
            if (!asked.contains(key)) {
                throw new JsonException(what + ": unknown key '" + key + "'");
            }
        }
    }

    private Object required(String key) throws JsonException {
        asked.add(key);
        Object value = map.get(key);
        if (value == null) {
            throw new JsonException(what + ": '" + key + "' is missing");
        }
        return value;
    }
}
