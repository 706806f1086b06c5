package io.lethe.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * The messages of Apache's clients, through the public interfaces that one loader's copy of the library has.
 *
 * <p>Loaded by the agent loader. Immutable; thread-safe. What it does not find is a {@link ReflectiveOperationException}.
 */
final class ApacheMessages {

    private final Class<?> request;
    private final Method getHeaders;
    private final Method setHeaders;
    private final Method version;
    private final Method getName;
    private final Method getValue;
    private final @Nullable Method line;
    private final Method method;
    private final Method uri;
    private final Constructor<?> header;
    private final Constructor<?> protocolException;

    private final ClassLoader loader;
    private final String root;
    private final boolean four;
    /** What only a request with a form or a reference needs: a loader may have the library in parts. */
    private volatile @Nullable Copies copies;

    private ApacheMessages(ClassLoader loader, String root, boolean four) throws ReflectiveOperationException {
        this.loader = loader;
        this.root = root;
        this.four = four;
        Class<?> message = Class.forName(root + "HttpMessage", false, loader);
        Class<?> field = Class.forName(root + "Header", false, loader);
        Class<?> fields = Class.forName("[L" + root + "Header;", false, loader);
        request = Class.forName(root + "HttpRequest", false, loader);
        version = message.getMethod(four ? "getProtocolVersion" : "getVersion");
        getHeaders = message.getMethod(four ? "getAllHeaders" : "getHeaders");
        setHeaders = message.getMethod("setHeaders", fields);
        getName = field.getMethod("getName");
        getValue = field.getMethod("getValue");
        line = four ? request.getMethod("getRequestLine") : null;
        Class<?> target = line == null ? request : line.getReturnType();
        method = target.getMethod("getMethod");
        uri = target.getMethod(four ? "getUri" : "getRequestUri");
        header = Class.forName(root + "message.BasicHeader", true, loader)
                .getConstructor(String.class, four ? String.class : Object.class);
        protocolException =
                Class.forName(root + "ProtocolException", true, loader).getConstructor(String.class);
    }

    /** Those of HttpCore 4. */
    static ApacheMessages four(ClassLoader loader) throws ReflectiveOperationException {
        return new ApacheMessages(loader, "org.apache.http.", true);
    }

    /** Those of HttpCore 5. */
    static ApacheMessages five(ClassLoader loader) throws ReflectiveOperationException {
        return new ApacheMessages(loader, "org.apache.hc.core5.http.", false);
    }

    boolean isRequest(Object message) {
        return request.isInstance(message);
    }

    String method(Object message) throws ReflectiveOperationException {
        return (String) method.invoke(line == null ? message : line.invoke(message));
    }

    /** As in the request line. */
    String uri(Object message) throws ReflectiveOperationException {
        return (String) uri.invoke(line == null ? message : line.invoke(message));
    }

    Object[] headers(Object message) throws ReflectiveOperationException {
        return (Object[]) getHeaders.invoke(message);
    }

    /** A request that says the same with another target, other headers and, where there is one, another body. */
    Object copy(Object message, String target, Object[] headers, byte @Nullable [] body)
            throws ReflectiveOperationException {
        return copies().copy(this, message, target, headers, body);
    }

    /** The body of a request where it is in memory, or can be made again: null where there is none, or it is large. */
    byte @Nullable [] body(Object message) throws ReflectiveOperationException {
        Copies of;
        try {
            of = copies();
        } catch (ClassNotFoundException e) {
            // Then it is in no request either, or in one that could not be copied.
            return null;
        }
        return of.body(message);
    }

    private Copies copies() throws ReflectiveOperationException {
        Copies made = copies;
        if (made == null) {
            made = new Copies(loader, root, four, request, version.getReturnType());
            copies = made;
        }
        return made;
    }

    /** How a request is read and made again. */
    private static final class Copies {

        private final Constructor<?> copy;
        private final Method setEntity;
        private final @Nullable Method setPath;
        private final @Nullable Method setVersion;
        private final Class<?> carrier;
        private final Method getEntity;
        private final Method isRepeatable;
        private final Method isChunked;
        private final Method getContentLength;
        private final Method writeTo;
        private final Constructor<?> bytes;

        Copies(ClassLoader loader, String root, boolean four, Class<?> request, Class<?> version)
                throws ReflectiveOperationException {
            String carries = four ? "HttpEntityEnclosingRequest" : "HttpEntityContainer";
            carrier = Class.forName(root + carries, false, loader);
            Class<?> entity = Class.forName(root + "HttpEntity", false, loader);
            getEntity = carrier.getMethod("getEntity");
            setEntity = carrier.getMethod("setEntity", entity);
            isRepeatable = entity.getMethod("isRepeatable");
            isChunked = entity.getMethod("isChunked");
            getContentLength = entity.getMethod("getContentLength");
            writeTo = entity.getMethod("writeTo", OutputStream.class);
            String own = root + "message." + (four ? "BasicHttpEntityEnclosingRequest" : "BasicClassicHttpRequest");
            Class<?> copied = Class.forName(own, true, loader);
            if (four) {
                copy = copied.getConstructor(String.class, String.class, version);
                setPath = null;
                setVersion = null;
                bytes = Class.forName(root + "entity.ByteArrayEntity", true, loader)
                        .getConstructor(byte[].class);
            } else {
                copy = copied.getConstructor(String.class, String.class);
                setPath = request.getMethod("setPath", String.class);
                setVersion = request.getMethod("setVersion", version);
                bytes = Class.forName(root + "io.entity.ByteArrayEntity", true, loader)
                        .getConstructor(byte[].class, Class.forName(root + "ContentType", false, loader));
            }
        }

        Object copy(ApacheMessages of, Object message, String target, Object[] headers, byte @Nullable [] body)
                throws ReflectiveOperationException {
            Object made;
            if (setPath != null && setVersion != null) {
                // Its constructor would take the target apart.
                made = copy.newInstance(of.method(message), null);
                setPath.invoke(made, target);
                setVersion.invoke(made, of.version.invoke(message));
            } else {
                made = copy.newInstance(of.method(message), target, of.version.invoke(message));
            }
            of.setHeaders.invoke(made, (Object) headers);
            if (body != null) {
                Object entity = setPath == null ? bytes.newInstance((Object) body) : bytes.newInstance(body, null);
                setEntity.invoke(made, entity);
            }
            return made;
        }

        byte @Nullable [] body(Object message) throws ReflectiveOperationException {
            Object entity = carrier.isInstance(message) ? getEntity.invoke(message) : null;
            if (entity == null || !(Boolean) isRepeatable.invoke(entity) || (Boolean) isChunked.invoke(entity)) {
                return null;
            }
            long length = (Long) getContentLength.invoke(entity);
            if (length <= 0 || length > Forms.LONGEST_FORM) {
                return null;
            }
            ByteArrayOutputStream body = new ByteArrayOutputStream((int) length);
            writeTo.invoke(entity, body);
            return body.toByteArray();
        }
    }

    String name(Object field) throws ReflectiveOperationException {
        return (String) getName.invoke(field);
    }

    @Nullable
    String value(Object field) throws ReflectiveOperationException {
        return (String) getValue.invoke(field);
    }

    /** HttpCore 5's own refusal of one exchange. */
    Exception protocolException(IOException e) throws ReflectiveOperationException {
        Exception made = (Exception) protocolException.newInstance(e.getMessage());
        made.initCause(e);
        return made;
    }

    Object header(String name, String value) throws ReflectiveOperationException {
        return header.newInstance(name, value);
    }
}
