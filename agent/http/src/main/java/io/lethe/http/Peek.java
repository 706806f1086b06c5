package io.lethe.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Destination} of a client's connection, as its socket or session says. Only looked at where a reference is to be
 * sent.
 *
 * <p>Loaded by the agent loader. Stateless. What is not there is a {@link ReflectiveOperationException}, which refuses.
 */
final class Peek {

    /** More than the layers that clients put around a session: TLS, logging, the channel. */
    private static final int LAYERS = 8;

    private Peek() {}

    /** Where a blocking client's socket leads; the host is the one that the socket was made for. */
    static Destination socket(@Nullable Object socket) throws IOException {
        if (socket instanceof SSLSocket) {
            SSLSession session = ((SSLSocket) socket).getSession();
            return tls(session.getPeerHost(), session.getPeerPort(), socket, false);
        }
        if (!(socket instanceof Socket)) {
            throw new IOException("lethe: the connection is closed");
        }
        return plain(((Socket) socket).getRemoteSocketAddress(), socket);
    }

    /**
     * Where an asynchronous client's session leads, which is wrapped in others.
     *
     * @param inner names of the fields that lead inwards, the first that is there being taken
     * @param multiplexed whether it speaks HTTP/2
     */
    static Destination session(Members members, Object session, boolean multiplexed, String... inner)
            throws IOException, ReflectiveOperationException {
        Object at = session;
        for (int i = 0; i < LAYERS; i++) {
            Object next = inside(members, at, inner);
            if (next instanceof SSLEngine) {
                SSLEngine engine = (SSLEngine) next;
                return tls(engine.getPeerHost(), engine.getPeerPort(), engine, multiplexed);
            }
            if (next == null) {
                break;
            }
            at = next;
        }
        Object channel = members.fieldIfThere(at, "channel");
        return plain((SocketAddress) members.call(at, "getRemoteAddress"), channel);
    }

    private static @Nullable Object inside(Members members, Object owner, String[] names)
            throws ReflectiveOperationException {
        for (String name : names) {
            Object value = members.fieldIfThere(owner, name);
            if (value instanceof AtomicReference) {
                value = ((AtomicReference<?>) value).get();
            }
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    /** Over TLS, made for this host and port. */
    static Destination tls(@Nullable String host, int port, Object tls, boolean multiplexed) throws IOException {
        if (host == null || port <= 0) {
            throw new IOException("lethe: this TLS connection does not say which host and port it was made for");
        }
        return new Destination("https", host, port, tls, multiplexed);
    }

    private static Destination plain(@Nullable SocketAddress address, @Nullable Object connection) throws IOException {
        if (!(address instanceof InetSocketAddress)) {
            throw new IOException("lethe: the connection is closed, or is none over TCP");
        }
        InetSocketAddress to = (InetSocketAddress) address;
        return Destination.plain(to.getHostString(), to.getPort(), connection, false);
    }
}
