package io.lethe.http;

import io.lethe.weave.Answer;
import io.lethe.weave.Scope;
import java.io.IOException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 of Apache's HttpCore 5: a stream submits its list of headers, which is logged and then encoded field by field on the
 * same thread. The list stays as it is; the encoder is answered for the fields that hold references, since it would put all
 * values into Huffman code.
 *
 * <p>Loaded by the agent loader. Thread-safe: what is open belongs to the thread. A refusal is HttpCore's own
 * {@code ProtocolException}: of an {@code IOException} the whole connection with all its streams would die.
 */
final class ApacheStreams {

    /** One head that is being sent with markers, by the header objects that they stand for. */
    private static final class Head {

        final Arming arming;
        final Map<Object, String> marked = new IdentityHashMap<>();

        Head(Arming arming) {
            this.arming = arming;
        }
    }

    private final Http http;
    private final Members members;
    private final String stream;
    private final String encoder;
    private final Apache5AsyncBodies bodies;
    private final ThreadLocal<Head> current = new ThreadLocal<>();

    private final ClassValue<ApacheMessages> messages = new ClassValue<ApacheMessages>() {
        @Override
        protected ApacheMessages computeValue(Class<?> type) {
            try {
                return ApacheMessages.five(type.getClassLoader());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    };

    /**
     * @param stream the internal name of the class that {@link #submit} is woven into
     * @param encoder that of {@link #encode}
     */
    ApacheStreams(Http http, String stream, String encoder, Apache5AsyncBodies bodies) {
        this.bodies = bodies;
        this.http = http;
        this.members = new Members(http.recognition());
        this.stream = stream;
        this.encoder = encoder;
    }

    /** Around a stream's method whose first parameter is the list of headers. */
    Scope submit() {
        return new Scope() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
                current.remove();
                Object stream = arguments[0];
                Object headers = arguments[1];
                if (stream != null && headers instanceof List) {
                    ApacheMessages of = messages.get(stream.getClass());
                    byte[] form = form(of, (List<?>) headers);
                    if (form != null || concerns(of, (List<?>) headers)) {
                        try {
                            current.set(arm(of, stream, (List<?>) headers, form));
                        } catch (IOException e) {
                            throw of.protocolException(e);
                        } catch (Throwable fault) {
                            throw of.protocolException(Careful.involved(fault));
                        }
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
                Head head = current.get();
                current.remove();
                if (head != null) {
                    head.arming.abandon();
                }
                return null;
            }
        };
    }

    private static boolean concerns(ApacheMessages of, List<?> headers) throws ReflectiveOperationException {
        for (Object header : headers) {
            String value = of.value(header);
            if (Arming.concerns(value)
                    || (Arming.concernsUrl(value) && of.name(header).equals(":path"))) {
                return true;
            }
        }
        return false;
    }

    /** The form with references that this stream sends; null where there is none that can be read ahead. */
    private byte @Nullable [] form(ApacheMessages of, List<?> headers) throws ReflectiveOperationException {
        if (!Forms.isForm(value(of, headers, "content-type"))) {
            return null;
        }
        byte[] form = bodies.body();
        return Forms.concernsForm(form) ? form : null;
    }

    private @Nullable Head arm(ApacheMessages of, Object stream, List<?> headers, byte @Nullable [] form)
            throws IOException, ReflectiveOperationException {
        Object owner = members.field(stream, "this$0");
        if (!owner.getClass().getName().contains(".Client")) {
            return null;
        }
        String method = value(of, headers, ":method");
        String path = value(of, headers, ":path");
        if (method == null) {
            throw new IOException("lethe: a reference stands in a trailer, where none is sent");
        }
        String obstacle = http.recognition()
                .obstacle(encoder.replace('/', '.'), stream.getClass().getClassLoader());
        if (obstacle != null) {
            throw new IOException("lethe: this client is not recognised, so no reference is sent: " + obstacle);
        }
        Destination where = Peek.session(members, stream, true, Apache5.INWARDS);
        Head head = new Head(new Arming(http, where, method, path == null ? "/" : path, http.hasty(where)));
        try {
            byte[] body = form == null ? null : body(head.arming, form);
            int bytes = 0;
            for (Object header : headers) {
                String name = of.name(header);
                String value = of.value(header);
                String sent = value;
                if (name.equals(":path") && Arming.concernsUrl(value)) {
                    sent = head.arming.requestTarget();
                } else if (value != null && Arming.concerns(value) && !name.startsWith(":")) {
                    sent = head.arming.header(name, value);
                } else if (body != null && body != form && name.equals("content-length")) {
                    sent = String.valueOf(body.length);
                }
                if (sent != null && !sent.equals(value)) {
                    head.marked.put(header, sent);
                }
                bytes += Arming.size(name, sent == null ? "" : sent);
            }
            head.arming.requireOneFrame(bytes);
            if (body != null && body != form) {
                bodies.send(body);
            }
        } catch (IOException | RuntimeException | ReflectiveOperationException e) {
            head.arming.abandon();
            throw e;
        }
        return head;
    }

    private byte[] body(Arming arming, byte[] form) throws IOException {
        String obstacle = bodies.obstacle();
        if (obstacle != null) {
            arming.unarmed().refuseForm(form, obstacle);
            return form;
        }
        return arming.form(form);
    }

    /** Where streams could not be woven nothing says whether this is a request: then no reference passes. */
    private void refuseStranger(Object header) throws IOException, ReflectiveOperationException {
        ClassLoader loader = header.getClass().getClassLoader();
        if (Arming.concerns(messages.get(header.getClass()).value(header))) {
            String obstacle = http.recognition().obstacle(stream.replace('/', '.'), loader);
            if (obstacle != null) {
                throw new IOException("lethe: this client is not recognised, so no reference is sent: " + obstacle);
            }
        }
    }

    private static @Nullable String value(ApacheMessages of, List<?> headers, String name)
            throws ReflectiveOperationException {
        for (Object header : headers) {
            if (of.name(header).equals(name)) {
                return of.value(header);
            }
        }
        return null;
    }

    /** In place of the encoder's method whose first parameters are the buffer and the header. */
    Answer encode() {
        return new Answer() {
            @Override
            public @Nullable Object answer(@Nullable Object[] arguments) throws Throwable {
                Head head = current.get();
                Object buffer = arguments[1];
                Object header = arguments[2];
                String marked = head == null || header == null ? null : head.marked.get(header);
                if (marked == null || header == null || buffer == null) {
                    if (head == null && header != null) {
                        refuseStranger(header);
                    }
                    return null;
                }
                try {
                    http.neverIndexed().take(marked);
                    byte[] literal =
                            NeverIndexed.literal(messages.get(header.getClass()).name(header), marked);
                    buffer.getClass()
                            .getMethod("append", byte[].class, int.class, int.class)
                            .invoke(buffer, literal, 0, literal.length);
                } catch (Throwable fault) {
                    throw Careful.involved(fault);
                }
                return Boolean.TRUE;
            }
        };
    }
}
