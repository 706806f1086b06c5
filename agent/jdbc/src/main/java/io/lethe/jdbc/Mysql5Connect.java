package io.lethe.jdbc;

import io.lethe.weave.Scope;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the hooks of {@link Mysql5} do that those of {@link Mysql} do elsewhere: they begin and close attempts, name the user,
 * and see the messages that leave.
 *
 * <p>Loaded by the agent loader. Called on the application's threads and the driver's timers; all state is in {@link Connect},
 * which belongs to the thread. A connect without a reference passes each of them after one look.
 */
final class Mysql5Connect {

    /** The driver writes a message behind room for its header. */
    private static final int HEADER = 4;

    private final MysqlConnect mysql;

    Mysql5Connect(MysqlConnect mysql) {
        this.mysql = mysql;
    }

    /** {@code ConnectionImpl.coreConnect(properties)}: from before the socket to after the login. */
    Scope attempt() {
        return new MysqlConnect.Framed() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Object connection = arguments[0];
                MysqlRoute.requireNoOther((Map<?, ?>) arguments[1]);
                Credentials credentials = connection == null
                        ? null
                        : Credentials.of(
                                (String) Peek.hidden(connection, "user"), (String) Peek.hidden(connection, "password"));
                Connect connect = Connect.push(credentials, null);
                if (credentials != null) {
                    connect.stream(connection);
                }
                return arguments;
            }
        };
    }

    /** {@code new MysqlIO(host, port, properties, ..)}: now it is known where to, and no socket is open. */
    Scope socket() {
        return new Entry() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Connect connect = Connect.current();
                Credentials credentials = connect == null ? null : connect.credentials();
                Object connection = connect == null ? null : connect.stream();
                if (connect != null && credentials != null && connection != null) {
                    connect.begin(mysql.attempt(
                            credentials,
                            (String) arguments[1],
                            arguments[2],
                            Peek.hidden(connection, "database"),
                            (Map<?, ?>) arguments[3],
                            connection));
                }
                return arguments;
            }
        };
    }

    /** {@code MysqlIO.doHandshake(user, password, database)}: the server accepts by letting this return. */
    Scope login() {
        return new Scope() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Connect connect = Connect.current();
                if (connect != null) {
                    connect.stream(arguments[0]);
                    MysqlConnect.name(connect, arguments, 1);
                }
                return arguments;
            }

            @Override
            public void returned() {
                MysqlConnect.accepted();
            }

            @Override
            public @Nullable Object @Nullable [] failed(Throwable thrown) {
                return null;
            }
        };
    }

    /** {@code MysqlIO.changeUser(user, password, database)}: another login on the connection that is there. */
    Scope changeUser() {
        return new MysqlConnect.Framed() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Object io = arguments[0];
                Credentials credentials = Credentials.of((String) arguments[1], (String) arguments[2]);
                if (credentials == null || io == null) {
                    Connect.push(null, null);
                    return arguments;
                }
                Object connection = Peek.hidden(io, "connection");
                Object options = connection == null ? null : Peek.at(connection, "properties");
                Attempt attempt = mysql.attempt(
                        credentials,
                        (String) Peek.hidden(io, "host"),
                        Peek.hidden(io, "port"),
                        arguments[3],
                        (Map<?, ?>) options,
                        io);
                Connect connect = Connect.push(credentials, null);
                connect.begin(attempt);
                connect.stream(io);
                try {
                    MysqlConnect.name(connect, arguments, 1);
                } catch (Refusal refusal) {
                    Connect.pop(refusal);
                    throw refusal;
                }
                return arguments;
            }

            @Override
            void succeeded() {
                MysqlConnect.accepted();
            }
        };
    }

    /** {@code MysqlIO.send(packet, length)}: the stand-in becomes the password in this message and in no other. */
    Scope sent() {
        return new Entry() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Connect connect = Connect.current();
                Object io = arguments[0];
                Object packet = arguments[1];
                if (connect == null || connect.credentials() == null || io == null || packet == null) {
                    return arguments;
                }
                byte[] bytes = (byte[]) Peek.at(packet, "byteBuffer");
                Object length = arguments[2];
                MysqlChallenge.requireNoReference(connect, bytes, length);
                StandIn standIn = connect.standIn();
                if (standIn == null) {
                    return arguments;
                }
                if (Boolean.TRUE.equals(Peek.hidden(io, "useCompression"))) {
                    MysqlChallenge.refuseCompressed(connect);
                }
                Object last = Peek.hidden(io, "packetSequence");
                if (bytes == null || !(length instanceof Integer) || !(last instanceof Byte)) {
                    throw Refusal.denied("the driver's message cannot be seen; the reference stays here");
                }
                MysqlChallenge.arm(connect, standIn, bytes, HEADER, (Integer) length, (Byte) last + 1);
                return arguments;
            }
        };
    }
}
