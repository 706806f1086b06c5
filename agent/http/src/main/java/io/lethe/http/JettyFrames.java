package io.lethe.http;

import io.lethe.weave.Answer;
import io.lethe.weave.Scope;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The heads of Jetty's requests over HTTP/2. A sender puts one into a frame, which another thread may encode: the frame's own
 * request says then what was armed. Fields with markers are written here, as literals that are never indexed.
 *
 * <p>Loaded by the agent loader. Thread-safe. A frame that is never encoded is forgotten with its request.
 */
final class JettyFrames {

    private final JettyRequests requests;
    /** By a frame's {@code MetaData}. */
    private final InPlace<JettyHead> armed = new InPlace<>();

    private final ThreadLocal<JettyHead> current = new ThreadLocal<>();

    JettyFrames(JettyRequests requests) {
        this.requests = requests;
    }

    /** A new frame; its request is the first parameter. */
    Scope made() {
        return Careful.scope(new Entering() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) {
                JettyHead head = requests.head();
                Object data = arguments[1];
                if (head != null && data != null) {
                    armed.put(data, head);
                }
                return arguments;
            }
        });
    }

    /** Around the encoding of one frame. */
    Scope encoding() {
        return Careful.scope(new Scope() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
                Object encoder = arguments[0];
                Object data = arguments[2];
                JettyHead head = armed.take(data);
                if (head != null) {
                    current.set(head);
                } else if (encoder != null && data != null && isConcerned(data)) {
                    try {
                        requests.requireSender(encoder.getClass().getClassLoader());
                        requests.refuseUnarmed(data);
                    } catch (ReflectiveOperationException | RuntimeException e) {
                        throw new Careful.Involved(e);
                    }
                }
                return arguments;
            }

            @Override
            public void returned() {
                current.remove();
            }

            @Override
            public @Nullable Object @Nullable [] failed(Throwable thrown) {
                JettyHead head = current.get();
                current.remove();
                if (head != null) {
                    head.arming.abandon();
                }
                return null;
            }
        });
    }

    private boolean isConcerned(Object data) throws ReflectiveOperationException {
        return requests.members.isRequest(data)
                && (requests.members.concerned((Iterable<?>) data)
                        || Arming.concernsUrl(requests.members.pathOf(data)));
    }

    /** One field. */
    Answer literal() {
        return new Answer() {
            @Override
            public @Nullable Object answer(@Nullable Object[] arguments)
                    throws IOException, ReflectiveOperationException {
                JettyHead head = current.get();
                Object field = arguments[2];
                Object sent = head == null || field == null ? null : head.sent(field);
                String value = sent == null || sent == field ? null : requests.members.value(sent);
                if (head != null && field != null && sent == null) {
                    value = path(head, field);
                }
                ByteBuffer out = (ByteBuffer) arguments[1];
                if (value == null || field == null || out == null) {
                    return null;
                }
                requests.written(value);
                out.put(Before.neverIndexedField(requests.members.name(field), value));
                return Boolean.TRUE;
            }
        };
    }

    private @Nullable String path(JettyHead head, Object field) throws IOException, ReflectiveOperationException {
        return requests.members.name(field).equals(":path") ? head.path(requests.members.value(field)) : null;
    }
}
