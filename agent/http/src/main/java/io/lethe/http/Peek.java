package io.lethe.http;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Private places of a client's connection, by name, and the {@link Destination} that is found there. Only looked at where a
 * reference is to be sent.
 *
 * <p>Loaded by the agent loader. Stateless. What is not there is a {@link ReflectiveOperationException}, which refuses.
 */
final class Peek {

    /** More than the layers that clients put around a session: TLS, logging, the channel. */
    private static final int LAYERS = 8;

    private Peek() {}

    static @Nullable Object field(Object owner, String name) throws ReflectiveOperationException {
        Field field = find(owner.getClass(), name);
        if (field == null) {
            throw new NoSuchFieldException(owner.getClass().getName() + "." + name);
        }
        return field.get(owner);
    }

    /** The answer of a method without parameters, however it is declared. */
    static @Nullable Object call(Object owner, String name) throws ReflectiveOperationException {
        for (Class<?> type = owner.getClass(); type != null; type = type.getSuperclass()) {
            for (Method method : type.getDeclaredMethods()) {
                if (method.getName().equals(name) && method.getParameterTypes().length == 0) {
                    method.setAccessible(true);
                    return method.invoke(owner);
                }
            }
        }
        throw new NoSuchMethodException(owner.getClass().getName() + "." + name);
    }

    /** Where a blocking client's socket leads; the host is the one that the socket was made for. */
    static Destination socket(@Nullable Object socket) throws IOException {
        if (socket instanceof SSLSocket) {
            SSLSession session = ((SSLSocket) socket).getSession();
            return tls(session.getPeerHost(), session.getPeerPort(), socket, false);
        }
        if (!(socket instanceof Socket)) {
            throw new IOException("lethe: the connection is closed");
        }
        return plain(((Socket) socket).getRemoteSocketAddress());
    }

    /**
     * Where an asynchronous client's session leads, which is wrapped in others.
     *
     * @param inner names of the fields that lead inwards, the first that is there being taken
     * @param multiplexed whether it speaks HTTP/2
     */
    static Destination session(Object session, boolean multiplexed, String... inner)
            throws IOException, ReflectiveOperationException {
        Object at = session;
        for (int i = 0; i < LAYERS; i++) {
            Object next = inside(at, inner);
            if (next instanceof SSLEngine) {
                SSLEngine engine = (SSLEngine) next;
                return tls(engine.getPeerHost(), engine.getPeerPort(), engine, multiplexed);
            }
            if (next == null) {
                break;
            }
            at = next;
        }
        return plain((SocketAddress) call(at, "getRemoteAddress"));
    }

    private static @Nullable Object inside(Object owner, String[] names) throws IllegalAccessException {
        for (String name : names) {
            Field field = find(owner.getClass(), name);
            Object value = field == null ? null : field.get(owner);
            if (value instanceof AtomicReference) {
                value = ((AtomicReference<?>) value).get();
            }
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    private static Destination tls(@Nullable String host, int port, Object tls, boolean multiplexed)
            throws IOException {
        if (host == null || port <= 0) {
            throw new IOException("lethe: this TLS connection does not say which host and port it was made for");
        }
        return new Destination("https", host, port, tls, multiplexed);
    }

    private static Destination plain(@Nullable SocketAddress address) throws IOException {
        if (!(address instanceof InetSocketAddress)) {
            throw new IOException("lethe: the connection is closed, or is none over TCP");
        }
        InetSocketAddress to = (InetSocketAddress) address;
        return new Destination("http", to.getHostString(), to.getPort(), null, false);
    }

    private static @Nullable Field find(Class<?> owner, String name) {
        for (Class<?> type = owner; type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    field.setAccessible(true);
                    return field;
                }
            }
        }
        return null;
    }
}
