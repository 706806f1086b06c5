package io.lethe.http;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Forms that come behind their head, as Reactor Netty sends what it is given as a stream: each part is looked at by itself. One
 * reference has to lie in one part with its field's name. What ends a part may go on in the next one: a reference there waits for
 * that, and goes out in front of it.
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
        /** What did not go out yet: a field whose reference may go on. */
        private byte[] held = {};
        /** Whether what went out ends in the midst of a field. */
        private boolean within;

        Form(String method, String target, boolean measured) {
            this.method = method;
            this.target = target;
            this.measured = measured;
        }

        boolean holds() {
            return held.length > 0;
        }

        /** A part goes out that is not looked at, and may end anywhere. */
        void skip() {
            within = true;
        }

        /** What goes out with a part, and in its place where that is not the part's own. */
        Part next(byte[] own, boolean last) {
            byte[] all = Arrays.copyOf(held, held.length + own.length);
            System.arraycopy(own, 0, all, held.length, own.length);
            int from = 0;
            while (within && from < all.length) {
                within = all[from++] != '&';
            }
            int to = last || measured || within ? all.length : wholeUntil(all, from);
            held = Arrays.copyOfRange(all, to, all.length);
            if (to > 0) {
                within = all[to - 1] != '&';
            }
            return new Part(Arrays.copyOf(all, to), from);
        }

        private static int wholeUntil(byte[] all, int from) {
            List<Pairs.Value> references = Pairs.references(Pairs.latin1(all), from, all.length);
            Pairs.Value end = references.isEmpty() ? null : references.get(references.size() - 1);
            return end == null || end.end < all.length ? all.length : end.start - 1 - end.name.length();
        }
    }

    /** Bytes of a form, of which whole fields begin somewhere. */
    static final class Part {

        final byte[] bytes;
        final int from;

        Part(byte[] bytes, int from) {
            this.bytes = bytes;
            this.from = from;
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
        return form;
    }

    boolean isLast(Object part) {
        return kinds.get(part.getClass()) == Kind.LAST;
    }

    /** What it holds; null where that is much, or is in no buffer. */
    byte @Nullable [] bytes(Object part) throws ReflectiveOperationException {
        Kind kind = kinds.get(part.getClass());
        if (kind == Kind.OTHER) {
            return null;
        }
        return NettyRequests.bytes(members, kind == Kind.BUFFER ? part : members.get(part, "content"));
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
