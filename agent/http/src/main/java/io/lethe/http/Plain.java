package io.lethe.http;

import java.io.IOException;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Whether a connection without TLS can carry a reference, which only a grant for {@code http://} allows: the JDK's own socket or
 * channel, connected to the host and port that the client says, by no way around.
 *
 * <p>Nobody proves in clear text who he is: what answers under that name and address gets the secret.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
final class Plain {

    private static final String OLD_STREAM = "java.net.SocketOutputStream";
    private static final String NEW_STREAM = "java.net.Socket$SocketOutputStream";
    private static final String OLD_SOCKET = "java.net.AbstractPlainSocketImpl";
    private static final String NEW_SOCKET = "sun.nio.ch.NioSocketImpl";
    private static final String CHANNEL = "sun.nio.ch.SocketChannelImpl";
    private static final String SOCKS = "java.net.SocksSocketImpl";
    /** More than the sockets that the JDK puts around one another. */
    private static final int LAYERS = 8;

    private final Http http;
    private final Once once;
    private final Patience patience = new Patience();
    private volatile @Nullable String obstacle;
    private volatile @Nullable Field impl;

    Plain(Http http) {
        this.http = http;
        this.once = new Once(http, this::prepare);
    }

    /** As {@link Http#hasty}. */
    long hasty() {
        return patience.nanos(once.isOver(), System.nanoTime());
    }

    boolean await(long wait) {
        return once.await(wait);
    }

    /** Why no connection of this kind has a sink, whatever a grant says; null where that depends. */
    static @Nullable String noSink(Destination where) {
        if (where.plain == null) {
            return "this client's plain HTTP has no sink; use https";
        }
        return where.multiplexed ? "HTTP/2 without TLS has no sink; use https, or HTTP/1.1" : null;
    }

    /** Why no marker may be armed on this connection, which {@link #noSink} lets pass; null where it may. */
    @Nullable
    String obstacle(Destination where, long wait) {
        Object connection = where.plain;
        if (connection == null) {
            return noSink(where);
        }
        if (!once.await(wait)) {
            return "sockets are being hooked, which takes a moment the first time; try again";
        }
        if (obstacle != null) {
            return obstacle;
        }
        try {
            String strange =
                    end(connection) == null ? "its socket is not the JDK's own, and what it copies is not known" : null;
            return strange != null ? strange : elsewhere(connection, where);
        } catch (IOException | ReflectiveOperationException | RuntimeException e) {
            return "its socket cannot be looked at: " + e;
        }
    }

    /** The wire of a connection, once {@link #obstacle} has found nothing. */
    Wire wire(Destination where) throws IOException {
        try {
            Object end = where.plain == null ? null : end(where.plain);
            if (end == null) {
                throw new IOException("lethe: the connection is closed");
            }
            return http.wires().of(end, end);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the hooks see of it; null where they do not. */
    private @Nullable Object end(Object connection) throws IOException, ReflectiveOperationException {
        if (connection.getClass().getName().equals(CHANNEL)) {
            return connection;
        }
        if (!(connection instanceof Socket)) {
            return null;
        }
        // A subclass may write elsewhere than to its own end.
        String stream = ((Socket) connection).getOutputStream().getClass().getName();
        if (!stream.equals(OLD_STREAM) && !stream.equals(NEW_STREAM)) {
            return null;
        }
        Object at = implOf((Socket) connection);
        for (int i = 0; at != null && i < LAYERS; i++) {
            if (is(at, OLD_SOCKET) || is(at, NEW_SOCKET)) {
                return at;
            }
            at = field(at, "delegate");
        }
        return null;
    }

    /** Whether it leads elsewhere than the client believes, or by way of a SOCKS proxy, which could read all. */
    private @Nullable String elsewhere(Object connection, Destination where)
            throws IOException, ReflectiveOperationException {
        SocketAddress remote = connection instanceof Socket
                ? ((Socket) connection).getRemoteSocketAddress()
                : ((SocketChannel) connection).getRemoteAddress();
        if (!(remote instanceof InetSocketAddress)) {
            return "the connection is closed";
        }
        if (connection instanceof Socket) {
            Object at = implOf((Socket) connection);
            if (at != null && is(at, SOCKS) && field(at, "external_address") != null) {
                return "it goes through a SOCKS proxy in clear text, which could read it; use https";
            }
        }
        InetSocketAddress to = (InetSocketAddress) remote;
        return to.getPort() == where.port && (to.getAddress().equals(where.address) || isNamed(to, where.host))
                ? null
                : "the connection leads to " + to.getHostString() + ":" + to.getPort();
    }

    private static boolean isNamed(InetSocketAddress address, String host) throws IOException {
        if (address.getHostString().equalsIgnoreCase(host)) {
            return true;
        }
        // Text of IPv6 has many forms; with a colon in it nothing is looked up.
        return host.indexOf(':') >= 0 && InetAddress.getByName(host).equals(address.getAddress());
    }

    private @Nullable Object implOf(Socket socket) throws IllegalAccessException {
        Field field = impl;
        if (field == null) {
            throw new IllegalStateException("not ready");
        }
        return field.get(socket);
    }

    private static @Nullable Object field(Object on, String name) throws ReflectiveOperationException {
        for (Class<?> type = on.getClass(); type != null; type = type.getSuperclass()) {
            for (Field declared : type.getDeclaredFields()) {
                if (declared.getName().equals(name)) {
                    declared.setAccessible(true);
                    return declared.get(on);
                }
            }
        }
        return null;
    }

    private static boolean is(Object object, String name) {
        for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
            if (type.getName().equals(name) && type.getClassLoader() == null) {
                return true;
            }
        }
        return false;
    }

    private void prepare() {
        try {
            http.recognition().alsoWeave(PlainSockets.names());
            obstacle = PlainSockets.obstacle(http.recognition());
            if (obstacle == null) {
                http.recognition().open(Object.class, "java.net", "sun.nio.ch");
                Field field = Socket.class.getDeclaredField("impl");
                field.setAccessible(true);
                impl = field;
                http.sink().ready();
                http.wires().keepSweeping();
            }
        } catch (Throwable e) {
            obstacle = "sockets could not be hooked: " + e;
        }
        if (obstacle != null) {
            System.err.println("lethe: references over plain HTTP are refused: " + obstacle);
        }
    }
}
