package io.lethe.jdbc;

import io.lethe.broker.Request;
import io.lethe.broker.Target;
import io.lethe.weave.Scope;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.Socket;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the hooks of {@link Derby} do: they begin an attempt where the connection knows its server and has said nothing. {@link
 * DerbySubstitute} answers the server's seed.
 *
 * <p>Loaded by the agent loader. Called on the application's threads; all state is in {@link Connect}, which belongs to the
 * thread. A connect without a reference passes each of them after one look.
 */
final class DerbyConnect {

    /** {@code SECMEC_USRSSBPWD} of DRDA. */
    private static final int SUBSTITUTE = 8;

    private final Sinks sinks;
    private final Recognised recognised;

    DerbyConnect(Sinks sinks, Recognised recognised) {
        this.sinks = sinks;
        this.recognised = recognised;
    }

    /** {@code flowConnect(password, mechanism)}, and {@code flowReconnect}, by which pools reset a connection. */
    Scope flow() {
        return new Scope() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Object connection = arguments[0];
                boolean begun = false;
                try {
                    Credentials credentials = Credentials.of(user(connection), (String) arguments[1]);
                    if (connection == null || credentials == null) {
                        Connect.push(null, null);
                    } else {
                        begin(connection, credentials, arguments[2]);
                    }
                    begun = true;
                } finally {
                    if (!begun && connection != null) {
                        hangUp(connection);
                    }
                }
                return arguments;
            }

            @Override
            public void returned() {
                Connect connect = Connect.current();
                if (connect != null) {
                    connect.accepted();
                }
                Connect.pop(null);
            }

            @Override
            public @Nullable Object @Nullable [] failed(Throwable thrown) {
                Connect.pop(asSeen(thrown));
                return null;
            }
        };
    }

    /** Null where it cannot be seen: then it is no reference of which anything could become. */
    private static @Nullable String user(@Nullable Object connection) {
        try {
            return connection == null ? null : (String) field(connection, "user_");
        } catch (Refusal e) {
            return null;
        }
    }

    private void begin(Object connection, Credentials credentials, @Nullable Object mechanism) throws Refusal {
        if (!Integer.valueOf(SUBSTITUTE).equals(mechanism) || !credentials.passwordIsReference()) {
            throw Refusal.denied(credentials.reference() + " stays here: Derby would send the password itself; add"
                    + " securityMechanism=" + SUBSTITUTE
                    + " to the connection's properties or URL, and a reference in the"
                    + " password's place");
        }
        String database = String.valueOf(field(connection, "databaseName_"));
        int attributes = database.indexOf(';');
        Target target = new Target(
                "derby",
                String.valueOf(field(connection, "serverNameIP_")),
                port(connection),
                attributes < 0 ? database : database.substring(0, attributes));
        String socks = PostgresqlRoute.socks(target);
        List<String> via =
                socks == null ? Collections.<String>emptyList() : Collections.singletonList("socksProxyHost=" + socks);
        Request request = sinks.request(credentials, target, via);
        recognised.require(credentials, request, connection.getClass().getClassLoader());
        Attempt attempt = new Attempt(sinks, request, false);
        Connect connect = Connect.push(credentials, null);
        connect.begin(attempt);
        boolean named = false;
        try {
            if (credentials.userIsReference()) {
                Field user = declared(connection, "user_");
                user.set(connection, attempt.user());
            }
            attempt.over(socket(connection));
            named = true;
        } catch (IllegalAccessException e) {
            throw Refusal.denied(
                    credentials.reference() + " cannot stand in the user's place with this version of Derby");
        } finally {
            if (!named) {
                Connect.pop(null);
            }
        }
    }

    /** Nothing was said on it. */
    private static void hangUp(Object connection) {
        try {
            Socket socket = socket(connection);
            if (socket != null) {
                socket.close();
            }
        } catch (IOException | Refusal e) {
            // Then the server will.
        }
    }

    private static @Nullable Socket socket(Object connection) throws Refusal {
        Object agent = field(connection, "agent_");
        return agent == null ? null : (Socket) field(agent, "socket_");
    }

    private static int port(Object connection) throws Refusal {
        Integer port = (Integer) field(connection, "portNumber_");
        return port == null ? 0 : port;
    }

    private static @Nullable Object field(Object on, String name) throws Refusal {
        try {
            return declared(on, name).get(on);
        } catch (IllegalAccessException e) {
            throw unknown(name);
        }
    }

    private static Field declared(Object on, String name) throws Refusal {
        for (Class<?> type = on.getClass(); type != null; type = type.getSuperclass()) {
            try {
                Field field = type.getDeclaredField(name);
                field.setAccessible(true);
                return field;
            } catch (NoSuchFieldException e) {
                // Then a superclass has it, or nobody.
            } catch (RuntimeException e) {
                break;
            }
        }
        throw unknown(name);
    }

    private static Refusal unknown(String name) {
        return Refusal.denied("Derby's " + name + " cannot be seen; use a version of README's support table");
    }

    /** Derby's own exception inside becomes an {@code SQLException} later; 08004 is its word for a login that was refused. */
    private static Throwable asSeen(Throwable thrown) {
        try {
            Object state = thrown instanceof SQLException
                    ? ((SQLException) thrown).getSQLState()
                    : thrown.getClass().getMethod("getSQLState").invoke(thrown);
            return new SQLException(null, "08004".equals(state) ? "28000" : String.valueOf(state), thrown);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return thrown;
        }
    }
}
