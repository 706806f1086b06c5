package io.lethe.http;

import java.io.IOException;
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
    private @Nullable String target;
    private @Nullable String path;

    JettyHead(Arming arming) {
        this.arming = arming;
    }

    /** @param sent the field itself where it stays as it is: text in a position that no grant names */
    void put(Object field, Object sent) {
        fields.put(field, sent);
    }

    /** @param path what goes out in place of this path and query */
    void replaceTarget(String target, String path) {
        this.target = target;
        this.path = path;
    }

    /** Path and query to send; null where these stay. */
    @Nullable
    String path(@Nullable String target) throws IOException {
        if (path == null || target == null) {
            return null;
        }
        if (!target.equals(this.target) && Arming.concernsUrl(target)) {
            throw new IOException(
                    "lethe: the URL is sent in another form than it was armed in; the reference in it goes "
                            + "no further");
        }
        return target.equals(this.target) ? path : null;
    }

    /** Null for a field that was not there when the request was armed. */
    @Nullable
    Object sent(Object field) {
        return fields.get(field);
    }
}
