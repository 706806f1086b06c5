package io.lethe.http;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.InetSocketAddress;
import java.util.Map;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * Where a Netty channel leads, seen from one handler in its pipeline: the TLS nearest to that handler is the one that encrypts what
 * it writes, and what its engine was told is whom it talks to, through proxies too. Whether that is true is for the
 * certificate to say.
 *
 * <p>Loaded by the agent loader. Stateless. On the channel's event loop.
 */
final class NettyChannel {

    private static final String TLS = "netty.handler.ssl.SslHandler";
    private static final String NIO = "netty.channel.nio.AbstractNioChannel";
    private static final String JDK_ENGINE = "netty.handler.ssl.JdkSslEngine";

    private NettyChannel() {}

    /** @param context the {@code ChannelHandlerContext} of the handler */
    static Destination destination(Members members, Object context, boolean multiplexed)
            throws IOException, ReflectiveOperationException {
        SSLEngine engine = engine(members, context);
        String host = engine == null ? null : engine.getPeerHost();
        int port = engine == null ? -1 : engine.getPeerPort();
        Object address = members.call(members.get(context, "channel"), "remoteAddress");
        if (address instanceof InetSocketAddress) {
            InetSocketAddress remote = (InetSocketAddress) address;
            host = host == null ? remote.getHostString() : host;
            port = port <= 0 ? remote.getPort() : port;
        }
        if (host == null) {
            throw new IOException("lethe: a reference in a request to " + address
                    + ", whose host is not known, is refused: give the TLS handler the peer's host and port");
        }
        return engine == null
                ? Destination.plain(host, port, plain(members, members.get(context, "channel")), multiplexed)
                : new Destination("https", host, port, unwrapped(members, engine), multiplexed);
    }

    /** The JDK's channel; null for the transports that have code of their own (epoll, kqueue, io_uring). */
    private static @Nullable Object plain(Members members, Object channel) throws ReflectiveOperationException {
        return superclass(channel.getClass(), NIO) == null ? null : members.call(channel, "javaChannel");
    }

    private static @Nullable SSLEngine engine(Members members, Object context) throws ReflectiveOperationException {
        String own = members.text(context, "name");
        SSLEngine engine = null;
        for (Object entry : (Iterable<?>) members.get(context, "pipeline")) {
            Map.Entry<?, ?> named = (Map.Entry<?, ?>) entry;
            if (own.equals(named.getKey())) {
                return engine;
            }
            Object handler = named.getValue();
            if (handler != null && superclass(handler.getClass(), TLS) != null) {
                engine = (SSLEngine) members.get(handler, "engine");
            }
        }
        throw new IllegalStateException("the handler has left its pipeline");
    }

    /** Netty wraps the JDK's engine where it negotiates protocols. */
    private static Object unwrapped(Members members, SSLEngine engine) throws ReflectiveOperationException {
        return superclass(engine.getClass(), JDK_ENGINE) == null ? engine : members.get(engine, "getWrappedEngine");
    }

    /** The class or superclass whose name ends so: the package before may be a shaded copy's. */
    static @Nullable Class<?> superclass(Class<?> type, String end) {
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
            if (at.getName().endsWith(end)) {
                return at;
            }
        }
        return null;
    }

    /** What a method or constructor of Netty's threw, without the reflection around it. */
    static Throwable cause(Throwable thrown) {
        Throwable cause = thrown.getCause();
        return thrown instanceof InvocationTargetException && cause != null ? cause : thrown;
    }
}
