package io.lethe.http;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.Proxy;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * What is armed of OkHttp's calls: a copy of the request's headers with markers, path and form beside it.
 *
 * <p>Loaded by the agent loader. Thread-safe: what is open belongs to the thread.
 */
final class OkHttpCalls {

    /** What {@code :method}, {@code :scheme}, {@code :authority} and {@code :path} take at most, without the path itself. */
    private static final int PSEUDO_FIELDS = 512;

    final Http http;
    final Members members;
    final OkHttpBodies bodies;
    final ThreadLocal<OkHttpCall> current = new ThreadLocal<>();

    OkHttpCalls(Http http) {
        this.http = http;
        this.members = new Members(http.recognition());
        this.bodies = new OkHttpBodies(members);
    }

    boolean concerned(Object headers) throws ReflectiveOperationException {
        Method value = members.method(headers.getClass(), "value", int.class);
        for (int i = size(headers) - 1; i >= 0; i--) {
            if (Arming.concerns((String) value.invoke(headers, i))) {
                return true;
            }
        }
        return false;
    }

    /** Other headers: name, value, name, value. */
    Object copy(Object headers, String[] all) throws ReflectiveOperationException {
        return members.constructor(headers.getClass(), String[].class).newInstance((Object) all);
    }

    int size(Object headers) throws ReflectiveOperationException {
        return (Integer) members.get(headers, "size");
    }

    /** Whether these are the headers of the call that this thread sends. */
    @SuppressWarnings("ReferenceEquality")
    boolean sends(@Nullable Object headers) {
        OkHttpCall call = current.get();
        return call != null && call.headers == headers;
    }

    /** What a codec is to send in place of these headers; null where it is to send them. */
    @Nullable
    Object toSend(@Nullable Object headers) throws IOException, ReflectiveOperationException {
        OkHttpCall call = current.get();
        if (headers == null || sends(headers)) {
            return call == null ? null : call.copy;
        }
        if (concerned(headers)) {
            throw new IOException(
                    "lethe: a reference in a request that no call of OkHttp's sends, or in a version before 3.5, "
                            + "has no sink; nothing was sent");
        }
        return null;
    }

    /** Path and query, as they will be sent. */
    String target(Object request) throws ReflectiveOperationException {
        Object url = members.get(request, "url");
        Object query = members.call(url, "encodedQuery");
        String path = members.text(url, "encodedPath");
        return query == null ? path : path + '?' + query;
    }

    /** With a copy of the headers that holds markers. */
    OkHttpCall armed(Object chain, Object request, Object headers, byte @Nullable [] form) throws IOException {
        Arming arming = null;
        try {
            Object connection = members.get(chain, "connection");
            String target = target(request);
            boolean whole = sendsWholeUrls(connection);
            arming = arming(request, whole ? members.text(request, "url") : target, connection);
            String path = target;
            if (whole) {
                arming.unarmed().url(target);
            } else if (Arming.concernsUrl(target)) {
                path = arming.requestTarget();
            }
            byte[] body = form == null ? null : arming.form(form);
            Method nameOf = members.method(headers.getClass(), "name", int.class);
            Method valueOf = members.method(headers.getClass(), "value", int.class);
            String[] all = new String[2 * size(headers)];
            int bytes = PSEUDO_FIELDS + path.length();
            for (int i = 0; i < all.length; i += 2) {
                String name = (String) nameOf.invoke(headers, i / 2);
                String value = (String) valueOf.invoke(headers, i / 2);
                all[i] = name;
                all[i + 1] = Arming.concerns(value) ? arming.header(name, value) : value;
                if (body != null && name.equalsIgnoreCase("Content-Length")) {
                    all[i + 1] = String.valueOf(body.length);
                }
                bytes += Arming.size(name, all[i + 1]);
            }
            arming.requireOneFrame(bytes);
            Object copy = copy(headers, all);
            OkHttpCall call = new OkHttpCall(current.get(), headers, copy, arming);
            call.path = path.equals(target) ? null : path;
            call.body = body == form ? null : body;
            return call;
        } catch (Throwable e) {
            if (arming != null) {
                arming.abandon();
            }
            throw e instanceof IOException ? (IOException) e : Careful.involved(e);
        }
    }

    /**
     * The request's URL is where OkHttp itself routes it. Where HTTP/2 shares one connection among hosts (RFC 7540, 9.1.1)
     * it says more than the connection's own, and the peer's certificate has to hold its name.
     */
    private Arming arming(Object request, String target, Object connection)
            throws IOException, ReflectiveOperationException {
        Object url = members.get(request, "url");
        Object socket = members.call(connection, "socket");
        boolean multiplexed = members.text(connection, "protocol").startsWith("h2");
        String method = members.text(request, "method");
        if (socket instanceof SSLSocket) {
            String host = members.text(url, "host");
            Destination where = new Destination("https", host, (Integer) members.get(url, "port"), socket, multiplexed);
            return new Arming(http, where, method, target, Arming.PATIENT);
        }
        if (sendsWholeUrls(connection)) {
            return new Arming(http, OkHttpTunnels.proxy(members, connection, socket), method, target, Arming.PATIENT);
        }
        // In clear text nothing but the socket tells whom it talks to.
        Destination there = Peek.socket(socket);
        Destination where = Destination.plain(there.host, there.port, socket, multiplexed);
        return new Arming(http, where, method, target, Arming.PATIENT);
    }

    /** To a proxy, in clear text. */
    private boolean sendsWholeUrls(Object connection) throws ReflectiveOperationException {
        Proxy proxy = (Proxy) members.get(members.get(connection, "route"), "proxy");
        return proxy.type() == Proxy.Type.HTTP && !(members.call(connection, "socket") instanceof SSLSocket);
    }
}
