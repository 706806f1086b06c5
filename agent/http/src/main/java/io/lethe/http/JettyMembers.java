package io.lethe.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * What is read of Jetty's requests, fields and connections, which have the same methods from 9.4 to 12.1.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
final class JettyMembers {

    private final Members members;

    JettyMembers(Members members) {
        this.members = members;
    }

    Object request(Object exchange) throws ReflectiveOperationException {
        return members.get(exchange, "getRequest");
    }

    String method(Object request) throws ReflectiveOperationException {
        return members.text(request, "getMethod");
    }

    String host(Object request) throws ReflectiveOperationException {
        return members.text(request, "getHost");
    }

    /** Where a request is meant to go, before it has a connection. */
    Destination meant(Object request) throws ReflectiveOperationException {
        return new Destination(
                members.text(request, "getScheme"),
                host(request),
                (Integer) members.get(request, "getPort"),
                null,
                false);
    }

    /** The TLS nearest to the connection encrypts; whom its engine was made for is where the request goes, through proxies too. */
    Destination destination(Object sender, boolean http2) throws IOException, ReflectiveOperationException {
        Object channel = members.get(sender, "getHttpChannel");
        Object connection = members.get(channel, http2 ? "getSession" : "getHttpConnection");
        Object endPoint = members.get(connection, "getEndPoint");
        if (endPoint.getClass().getName().startsWith("org.eclipse.jetty.io.ssl.SslConnection$")) {
            SSLEngine engine = (SSLEngine) members.get(members.get(endPoint, "getSslConnection"), "getSSLEngine");
            return Peek.tls(engine.getPeerHost(), engine.getPeerPort(), engine, http2);
        }
        Object address = remote(endPoint);
        if (!(address instanceof InetSocketAddress)) {
            throw new IOException("lethe: the connection is closed, or is none over TCP");
        }
        InetSocketAddress to = (InetSocketAddress) address;
        return Destination.plain(to.getHostString(), to.getPort(), members.call(endPoint, "getTransport"), http2);
    }

    private @Nullable Object remote(Object endPoint) throws ReflectiveOperationException {
        try {
            return members.call(endPoint, "getRemoteSocketAddress");
        } catch (NoSuchMethodException e) {
            // Before 11.
            return members.call(endPoint, "getRemoteAddress");
        }
    }

    /** As if a request could not have been sent. */
    void fail(Object callback, IOException refusal) throws ReflectiveOperationException {
        members.method(callback.getClass(), "failed", Throwable.class).invoke(callback, refusal);
    }

    /** Whether a frame's content is a request's. */
    boolean isRequest(Object data) throws ReflectiveOperationException {
        return Boolean.TRUE.equals(members.call(data, "isRequest"));
    }

    /** Path and query of a frame's request; null where there are none. */
    @Nullable
    String pathOf(Object data) throws ReflectiveOperationException {
        return (String) members.call(uri(data), "getPathQuery");
    }

    /** Where a frame's request says that it goes, which nobody has looked at. */
    Destination said(Object data) throws ReflectiveOperationException {
        Object uri = uri(data);
        Object host = members.call(uri, "getHost");
        Object scheme = members.call(uri, "getScheme");
        return new Destination(
                scheme == null ? "https" : scheme.toString(),
                host == null ? "" : host.toString(),
                (Integer) members.get(uri, "getPort"),
                null,
                true);
    }

    private Object uri(Object data) throws ReflectiveOperationException {
        try {
            return members.get(data, "getHttpURI");
        } catch (NoSuchMethodException e) {
            // Before 12.
            return members.get(data, "getURI");
        }
    }

    /** The same field with another value. */
    Object copy(Object field, String value) throws ReflectiveOperationException {
        Class<?> type = NettyChannel.superclass(field.getClass(), "org.eclipse.jetty.http.HttpField");
        if (type == null) {
            throw new ClassNotFoundException("org.eclipse.jetty.http.HttpField");
        }
        Class<?> header = members.method(type, "getHeader").getReturnType();
        return members.constructor(type, header, String.class, String.class)
                .newInstance(members.call(field, "getHeader"), name(field), value);
    }

    /** Path and query, as they will be sent. */
    String target(Object request) throws ReflectiveOperationException {
        Object query = members.call(request, "getQuery");
        Object path = members.call(request, "getPath");
        return query == null ? String.valueOf(path) : path + "?" + query;
    }

    Iterable<?> fields(Object request) throws ReflectiveOperationException {
        return (Iterable<?>) members.get(request, "getHeaders");
    }

    boolean concerned(Iterable<?> fields) throws ReflectiveOperationException {
        for (Object field : fields) {
            if (Arming.concerns(value(field))) {
                return true;
            }
        }
        return false;
    }

    @Nullable
    String value(Object field) throws ReflectiveOperationException {
        return (String) members.call(field, "getValue");
    }

    String name(Object field) throws ReflectiveOperationException {
        return members.text(field, "getName");
    }

    /** As HTTP/1.1 writes it: names that Jetty knows have one spelling. */
    String spelling(Object field) throws ReflectiveOperationException {
        Object header = members.call(field, "getHeader");
        return header == null ? name(field) : members.text(header, "asString");
    }
}
