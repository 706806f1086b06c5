package io.lethe.broker.vault;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a listing says of a secret.
 *
 * <p>Loaded by the command line's loader. Immutable. Nothing of it is secret.
 */
public final class SecretInfo {

    private final String name;
    private final long version;
    private final Map<String, String> fields;

    SecretInfo(String name, Index.Secret secret) {
        this.name = name;
        this.version = secret.version;
        Map<String, String> shown = new TreeMap<>();
        for (Map.Entry<String, Index.Field> entry : secret.fields.entrySet()) {
            String value = entry.getValue().value;
            shown.put(entry.getKey(), value == null ? "" : value);
        }
        this.fields = Collections.unmodifiableMap(shown);
    }

    public String name() {
        return name;
    }

    public long version() {
        return version;
    }

    /** Field to value where it is public, to the empty text where it is secret. */
    public Map<String, String> fields() {
        return fields;
    }
}
