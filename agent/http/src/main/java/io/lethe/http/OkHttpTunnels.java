package io.lethe.http;

import io.lethe.weave.Scope;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * What OkHttp tells a proxy of which it wants a tunnel: a request of its own, before the call has a connection, through a codec
 * that knows none. Its login is armed here; nothing else that it says may hold a reference.
 *
 * <p>Loaded by the agent loader. Thread-safe: what is open belongs to the thread.
 */
final class OkHttpTunnels {

    /** One tunnel that this thread asks for. */
    private static final class Tunnel {

        /** The {@code RealConnection}, from 5 on the {@code ConnectPlan}: both have the socket to the proxy. */
        final Object connection;
        /** One whose proxy's login an application fetches with a call that wants a tunnel itself. */
        final @Nullable Tunnel outer;

        @Nullable
        Arming arming;

        Tunnel(Object connection, @Nullable Tunnel outer) {
            this.connection = connection;
            this.outer = outer;
        }
    }

    private final Http http;
    private final OkHttpCalls calls;
    private final ThreadLocal<Tunnel> current = new ThreadLocal<>();

    OkHttpTunnels(Http http, OkHttpCalls calls) {
        this.http = http;
        this.calls = calls;
    }

    /** Around what asks for one, and asks again where the proxy wants a login. */
    Scope asking() {
        return Careful.scope(new Sent<Tunnel>(current) {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) {
                Object connection = arguments[0];
                if (connection != null) {
                    current.set(new Tunnel(connection, current.get()));
                }
                return arguments;
            }

            @Override
            @Nullable
            Arming arming(Tunnel open) {
                return open.arming;
            }

            @Override
            @Nullable
            Tunnel outer(Tunnel open) {
                return open.outer;
            }
        });
    }

    /**
     * The proxy at the other end. OkHttp connects to its address and leaves the name out.
     *
     * @param connection has the route to it
     */
    static Destination proxy(Members members, Object connection, @Nullable Object socket)
            throws IOException, ReflectiveOperationException {
        Proxy proxy = (Proxy) members.get(members.field(connection, "route"), "proxy");
        if (proxy.address() instanceof InetSocketAddress && !(socket instanceof SSLSocket)) {
            InetSocketAddress named = (InetSocketAddress) proxy.address();
            InetAddress address = named.getAddress();
            if (address != null && socket != null) {
                return Destination.plain(named.getHostString(), address, named.getPort(), socket);
            }
        }
        return Peek.socket(socket);
    }

    /**
     * The headers to send in place of these; null where this thread asks for no tunnel, or they hold no reference.
     *
     * @param line the request line
     */
    @Nullable
    Object toSend(@Nullable Object headers, @Nullable String line) throws IOException, ReflectiveOperationException {
        Tunnel tunnel = current.get();
        if (tunnel == null || headers == null || line == null || !calls.concerned(headers)) {
            return null;
        }
        try {
            String[] words = line.split(" ", 3);
            Destination proxy =
                    proxy(calls.members, tunnel.connection, calls.members.field(tunnel.connection, "rawSocket"));
            Arming arming = new Arming(http, proxy, words[0], words.length < 2 ? "" : words[1], Arming.PATIENT);
            tunnel.arming = arming;
            Method nameOf = calls.members.method(headers.getClass(), "name", int.class);
            Method valueOf = calls.members.method(headers.getClass(), "value", int.class);
            String[] all = new String[2 * calls.size(headers)];
            for (int i = 0; i < all.length; i += 2) {
                String name = (String) nameOf.invoke(headers, i / 2);
                String value = (String) valueOf.invoke(headers, i / 2);
                all[i] = name;
                all[i + 1] = Arming.concerns(value) ? arming.header(name, value) : value;
            }
            return calls.copy(headers, all);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw Careful.involved(e);
        }
    }
}
