package io.lethe.http;

import org.jspecify.annotations.Nullable;

/**
 * Requests of Netty's HTTP/1.1 with another target or another body: copies, since the client's own are the application's too.
 *
 * <p>Loaded by the agent loader. Thread-safe. The bodies of copies lie in plain arrays, which nobody has to release.
 */
final class NettyRequests {

    private static final String FULL = "netty.handler.codec.http.FullHttpRequest";

    private final Members members;
    private final ClassValue<Boolean> full = new ClassValue<Boolean>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return implementing(type, FULL);
        }
    };

    NettyRequests(Members members) {
        this.members = members;
    }

    /** Whether a class or what it extends implements an interface whose name ends so: the package before may be a copy's. */
    static boolean implementing(@Nullable Class<?> type, String end) {
        if (type == null) {
            return false;
        }
        for (Class<?> each : type.getInterfaces()) {
            if (each.getName().endsWith(end) || implementing(each, end)) {
                return true;
            }
        }
        return implementing(type.getSuperclass(), end);
    }

    /** Whether a request has its body with it. */
    boolean isFull(Object request) {
        return full.get(request.getClass());
    }

    /** The form that is a request's content; null where there is none, where it is large, or comes behind in parts. */
    byte @Nullable [] form(Object request) throws ReflectiveOperationException {
        if (!full.get(request.getClass())) {
            return null;
        }
        Object headers = members.get(request, "headers");
        Object type = members.method(headers.getClass(), "get", String.class).invoke(headers, "Content-Type");
        if (type == null || !Forms.isForm(type.toString())) {
            return null;
        }
        byte[] content = content(request);
        return content == null || content.length == 0 ? null : content;
    }

    private byte @Nullable [] content(Object request) throws ReflectiveOperationException {
        return bytes(members, members.get(request, "content"));
    }

    /** What can be read of a {@code ByteBuf}, which is left as it is; null where that is much. */
    static byte @Nullable [] bytes(Members members, Object buffer) throws ReflectiveOperationException {
        int length = (Integer) members.get(buffer, "readableBytes");
        if (length > Forms.LONGEST_FORM) {
            return null;
        }
        byte[] bytes = new byte[length];
        members.method(buffer.getClass(), "getBytes", int.class, byte[].class)
                .invoke(buffer, members.get(buffer, "readerIndex"), bytes);
        return bytes;
    }

    /** Whether {@link #copy} can make a copy without a body of its own. */
    boolean isSmall(Object request) throws ReflectiveOperationException {
        return !full.get(request.getClass()) || content(request) != null;
    }

    /**
     * @param encoder any class of the Netty that the request is one of
     * @param body null where the request's own stays
     */
    Object copy(Class<?> encoder, Object request, String target, byte @Nullable [] body)
            throws ReflectiveOperationException {
        String netty = root(encoder);
        ClassLoader loader = encoder.getClassLoader();
        Class<?> headersType = Class.forName(netty + "handler.codec.http.HttpHeaders", false, loader);
        Class<?> version = Class.forName(netty + "handler.codec.http.HttpVersion", false, loader);
        Class<?> method = Class.forName(netty + "handler.codec.http.HttpMethod", false, loader);
        Object ofVersion = members.get(request, "protocolVersion");
        Object ofMethod = members.get(request, "method");
        Object headers = members.get(members.get(request, "headers"), "copy");
        if (!full.get(request.getClass())) {
            Class<?> type = Class.forName(netty + "handler.codec.http.DefaultHttpRequest", true, loader);
            return members.constructor(type, version, method, String.class, headersType)
                    .newInstance(ofVersion, ofMethod, target, headers);
        }
        byte[] content = body == null ? content(request) : body;
        if (content == null) {
            throw new IllegalStateException("a large body");
        }
        if (body != null) {
            members.method(headers.getClass(), "set", String.class, Object.class)
                    .invoke(headers, "Content-Length", String.valueOf(body.length));
        }
        Class<?> buffer = Class.forName(netty + "buffer.ByteBuf", false, loader);
        Object wrapped = wrapped(members, encoder, content);
        Class<?> type = Class.forName(netty + "handler.codec.http.DefaultFullHttpRequest", true, loader);
        return members.constructor(type, version, method, String.class, buffer, headersType, headersType)
                .newInstance(ofVersion, ofMethod, target, wrapped, headers, members.get(request, "trailingHeaders"));
    }

    /** The package that a class of Netty's codecs lies in: a copy's is another one. */
    static String root(Class<?> encoder) {
        String name = encoder.getName();
        return name.substring(0, name.indexOf("handler.codec"));
    }

    /** A {@code ByteBuf} over these bytes. */
    static Object wrapped(Members members, Class<?> encoder, byte[] bytes) throws ReflectiveOperationException {
        Class<?> buffers = Class.forName(root(encoder) + "buffer.Unpooled", true, encoder.getClassLoader());
        Object wrapped = members.method(buffers, "wrappedBuffer", byte[].class).invoke(null, (Object) bytes);
        if (wrapped == null) {
            throw new IllegalStateException("no buffer");
        }
        return wrapped;
    }
}
