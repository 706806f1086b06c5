package io.lethe.http;

import java.io.IOException;
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
    private final Method getName;
    private final Method getValue;
    private final @Nullable Method line;
    private final Method method;
    private final Method uri;
    private final Constructor<?> header;
    private final Constructor<?> protocolException;

    private ApacheMessages(ClassLoader loader, String root, boolean four) throws ReflectiveOperationException {
        Class<?> message = Class.forName(root + "HttpMessage", false, loader);
        Class<?> field = Class.forName(root + "Header", false, loader);
        Class<?> fields = Class.forName("[L" + root + "Header;", false, loader);
        request = Class.forName(root + "HttpRequest", false, loader);
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

    void headers(Object message, Object[] headers) throws ReflectiveOperationException {
        setHeaders.invoke(message, (Object) headers);
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
