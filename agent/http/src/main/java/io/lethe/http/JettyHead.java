package io.lethe.http;

import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one request of Jetty's that concern us, by identity, and what goes out in place of each.
 *
 * <p>Loaded by the agent loader. Filled by the thread that arms, then only read. Holds references and markers, no secret.
 */
final class JettyHead {

    final Arming arming;
    private final Map<Object, Object> fields = new IdentityHashMap<>(2);

    JettyHead(Arming arming) {
        this.arming = arming;
    }

    /** @param sent the field itself where it stays as it is: text in a position that no grant names */
    void put(Object field, Object sent) {
        fields.put(field, sent);
    }

    /** Null for a field that was not there when the request was armed. */
    @Nullable
    Object sent(Object field) {
        return fields.get(field);
    }
}
