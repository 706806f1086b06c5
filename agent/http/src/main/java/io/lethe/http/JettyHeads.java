package io.lethe.http;

import io.lethe.weave.Filter;
import io.lethe.weave.Scope;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The heads of Jetty's requests over HTTP/1.1, put into bytes by the thread that sends them.
 *
 * <p>Loaded by the agent loader. Thread-safe. A head that finds no room is written once more into more, with the same markers.
 */
final class JettyHeads {

    private final JettyRequests requests;

    JettyHeads(JettyRequests requests) {
        this.requests = requests;
    }

    /** At the start of what writes a request: no reference is in it that was not looked at before. */
    Scope generating() {
        return Careful.scope(new Entering() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
                Object request = arguments[1];
                if (request != null && arguments[2] != null && requests.members.concerned((Iterable<?>) request)) {
                    for (Object field : (Iterable<?>) request) {
                        sent(field);
                    }
                }
                return arguments;
            }
        });
    }

    /** One line: a static method, which servers call, too. */
    Scope line() {
        return Careful.scope(new Entering() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
                Object field = arguments[1];
                if (field == null || requests.head() == null) {
                    return arguments;
                }
                Object sent = sent(field);
                return sent == field ? arguments : with(arguments, 1, sent);
            }
        });
    }

    /** What the request line is made of: method, and path with query. */
    Filter target() {
        return new Filter() {
            @Override
            public @Nullable Object filter(@Nullable Object value) throws IOException {
                JettyHead head = requests.head();
                return head == null || !(value instanceof String) ? null : head.path((String) value);
            }
        };
    }

    private Object sent(Object field) throws IOException, ReflectiveOperationException {
        JettyHead head = requests.head();
        Object known = head == null ? null : head.sent(field);
        if (known == null && Arming.concerns(requests.members.value(field))) {
            throw new IOException("lethe: the reference in " + requests.members.name(field)
                    + " is sent in a way that is not one of the client's own; it goes no further");
        }
        return known == null ? field : known;
    }
}
