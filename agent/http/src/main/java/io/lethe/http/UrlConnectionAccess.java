package io.lethe.http;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The private places of the JDK's {@code HttpURLConnection} that are read and written.
 *
 * <p>Loaded by the agent loader. Immutable.
 */
final class UrlConnectionAccess {

    private final Method getKey;
    private final Method getValue;
    private final Method set;
    private final Field socket;
    private final Field host;
    private final Field port;
    private final Method proxyHost;
    private final Method proxyPort;
    private final Method close;
    private final Method findValue;
    private final Field poster;
    private final Constructor<?> newPoster;

    UrlConnectionAccess() throws ReflectiveOperationException {
        Class<?> header = Class.forName("sun.net.www.MessageHeader", true, null);
        getKey = open(header.getMethod("getKey", int.class));
        getValue = open(header.getMethod("getValue", int.class));
        set = open(header.getMethod("set", int.class, String.class, String.class));
        Class<?> client = Class.forName("sun.net.www.http.HttpClient", true, null);
        socket = open(client.getSuperclass().getDeclaredField("serverSocket"));
        host = open(client.getDeclaredField("host"));
        port = open(client.getDeclaredField("port"));
        proxyHost = open(client.getMethod("getProxyHostUsed"));
        proxyPort = open(client.getMethod("getProxyPortUsed"));
        close = open(client.getMethod("closeServer"));
        findValue = open(header.getMethod("findValue", String.class));
        poster = open(client.getDeclaredField("poster"));
        newPoster = poster.getType().getConstructor();
        newPoster.setAccessible(true);
    }

    @Nullable
    String key(Object head, int index) throws ReflectiveOperationException {
        return (String) getKey.invoke(head, index);
    }

    @Nullable
    String value(Object head, int index) throws ReflectiveOperationException {
        return (String) getValue.invoke(head, index);
    }

    void set(Object head, int index, @Nullable String name, @Nullable String value)
            throws ReflectiveOperationException {
        set.invoke(head, index, name, value);
    }

    /** The body that is kept in memory where it is a form; null where there is none. */
    byte @Nullable [] form(Object head, @Nullable Object poster) throws ReflectiveOperationException {
        if (!(poster instanceof ByteArrayOutputStream)) {
            return null;
        }
        String type = (String) findValue.invoke(head, "Content-Type");
        return Forms.isForm(type) ? ((ByteArrayOutputStream) poster).toByteArray() : null;
    }

    Object poster(byte[] body) throws ReflectiveOperationException {
        ByteArrayOutputStream made = (ByteArrayOutputStream) newPoster.newInstance();
        made.write(body, 0, body.length);
        return made;
    }

    void setPoster(Object client, @Nullable Object poster) throws ReflectiveOperationException {
        this.poster.set(client, poster);
    }

    void close(Object client) throws ReflectiveOperationException {
        close.invoke(client);
    }

    Destination destination(Object client, String method) throws ReflectiveOperationException {
        Object connected = socket.get(client);
        if (connected instanceof SSLSocket) {
            return new Destination("https", (String) host.get(client), port.getInt(client), connected, false);
        }
        String proxy = (String) proxyHost.invoke(client);
        return proxy == null
                ? Destination.plain((String) host.get(client), port.getInt(client), connected, false)
                : Destination.plain(proxy, (Integer) proxyPort.invoke(client), connected, false);
    }

    private static Method open(Method method) {
        method.setAccessible(true);
        return method;
    }

    private static Field open(Field field) {
        field.setAccessible(true);
        return field;
    }
}
