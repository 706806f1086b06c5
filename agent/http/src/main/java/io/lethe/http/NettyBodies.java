package io.lethe.http;

import org.jspecify.annotations.Nullable;

/**
 * Forms that come behind their head, as Reactor Netty sends what it is given as a stream: each part is looked at by itself. One
 * reference has to lie in one part.
 *
 * <p>Loaded by the agent loader. Thread-safe; each encoder on its channel's event loop.
 */
final class NettyBodies {

    private static final String CONTENT = "netty.handler.codec.http.HttpContent";
    private static final String LAST = "netty.handler.codec.http.LastHttpContent";
    private static final String BUFFER = "netty.buffer.ByteBuf";

    /** What a part has to be. */
    private enum Kind {
        OTHER,
        BUFFER,
        CONTENT,
        LAST
    }

    /** The request whose form an encoder is being given. */
    static final class Form {

        final String method;
        final String target;
        /** Whether its length was said before: then it cannot change. */
        final boolean measured;

        Form(String method, String target, boolean measured) {
            this.method = method;
            this.target = target;
            this.measured = measured;
        }
    }

    private final Members members;
    /** By the encoder, which is one connection's. */
    private final InPlace<Form> forms = new InPlace<>();

    private final ClassValue<Kind> kinds = new ClassValue<Kind>() {
        @Override
        protected Kind computeValue(Class<?> type) {
            if (NettyChannel.superclass(type, BUFFER) != null) {
                return Kind.BUFFER;
            }
            return NettyRequests.implementing(type, LAST)
                    ? Kind.LAST
                    : NettyRequests.implementing(type, CONTENT) ? Kind.CONTENT : Kind.OTHER;
        }
    };

    NettyBodies(Members members) {
        this.members = members;
    }

    /** An encoder is given the head of a request that is none with a body of its own. */
    void begin(Object encoder, Object request) throws ReflectiveOperationException {
        forms.take(encoder);
        Object headers = members.get(request, "headers");
        if (Forms.isForm(header(headers, "Content-Type"))) {
            boolean measured = header(headers, "Content-Length") != null;
            forms.put(encoder, new Form(members.text(request, "method"), members.text(request, "uri"), measured));
        }
    }

    private @Nullable String header(Object headers, String name) throws ReflectiveOperationException {
        Object value = members.method(headers.getClass(), "get", String.class).invoke(headers, name);
        return value == null ? null : value.toString();
    }

    /** The form that this is a part of; null where it is none. */
    @Nullable
    Form of(@Nullable Object encoder, Object part) {
        Form form = forms.get(encoder);
        if (form == null) {
            return null;
        }
        Kind kind = kinds.get(part.getClass());
        if (kind == Kind.LAST) {
            forms.take(encoder);
        }
        return kind == Kind.OTHER ? null : form;
    }

    /** What it holds; null where that is nothing or much. */
    byte @Nullable [] bytes(Object part) throws ReflectiveOperationException {
        Object buffer = kinds.get(part.getClass()) == Kind.BUFFER ? part : members.get(part, "content");
        byte[] bytes = NettyRequests.bytes(members, buffer);
        return bytes == null || bytes.length == 0 ? null : bytes;
    }

    /** @param encoder any class of the Netty that the part is one of */
    Object copy(Class<?> encoder, Object part, byte[] bytes) throws ReflectiveOperationException {
        Object wrapped = NettyRequests.wrapped(members, encoder, bytes);
        if (kinds.get(part.getClass()) == Kind.BUFFER) {
            return wrapped;
        }
        Class<?> buffer =
                Class.forName(NettyRequests.root(encoder) + "buffer.ByteBuf", false, encoder.getClassLoader());
        Object copy = members.method(part.getClass(), "replace", buffer).invoke(part, wrapped);
        if (copy == null) {
            throw new IllegalStateException("no copy");
        }
        return copy;
    }
}
