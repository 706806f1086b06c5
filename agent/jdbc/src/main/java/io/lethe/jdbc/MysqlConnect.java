package io.lethe.jdbc;

import io.lethe.broker.Target;
import io.lethe.weave.Scope;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the hooks of {@link Mysql} do on the way to a server and at its end: they begin and close attempts, and name the user.
 * What the server asks in between is {@link MysqlChallenge}'s.
 *
 * <p>Loaded by the agent loader. Called on the application's threads and the driver's timers; all state is in {@link Connect},
 * which belongs to the thread. A connect without a reference passes each of them after one look.
 */
final class MysqlConnect {

    static final String SCHEME = "mysql";

    private final Sinks sinks;
    private final Outermost.Check check;

    MysqlConnect(Sinks sinks, Outermost.Check check) {
        this.sinks = sinks;
        this.check = check;
    }

    /** {@code NativeSession.connect(HostInfo, user, password, database, ..)}: an attempt as a whole. */
    Scope session() {
        return new Framed() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                begin(arguments, arguments[1], 2);
                return arguments;
            }
        };
    }

    /** {@code CoreSession.changeUser(user, password, database)}: another login on the connection that is there. */
    Scope changeUser() {
        return new Framed() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Object session = arguments[0];
                begin(arguments, session == null ? null : Peek.hidden(session, "hostInfo"), 1);
                return arguments;
            }
        };
    }

    /** @param user where the user's name stands, with password and database behind it */
    private void begin(@Nullable Object[] arguments, @Nullable Object host, int user) throws Refusal {
        Object options = host == null ? null : Peek.at(host, "hostProperties");
        MysqlRoute.requireNoOther((Map<?, ?>) options);
        Credentials credentials = Credentials.of((String) arguments[user], (String) arguments[user + 1]);
        Attempt attempt = credentials == null
                ? null
                : attempt(
                        credentials,
                        host == null ? null : Peek.text(host, "host"),
                        host == null ? null : Peek.at(host, "port"),
                        arguments[user + 2],
                        (Map<?, ?>) options,
                        host);
        Connect connect = Connect.push(credentials, null);
        if (attempt == null) {
            return;
        }
        connect.begin(attempt);
        try {
            name(connect, arguments, user);
        } catch (Refusal refusal) {
            Connect.pop(refusal);
            throw refusal;
        }
    }

    /**
     * Asks for a login at this server.
     *
     * @param port an Integer
     * @param owner one of the driver's objects
     */
    Attempt attempt(
            Credentials credentials,
            @Nullable String host,
            @Nullable Object port,
            @Nullable Object database,
            @Nullable Map<?, ?> options,
            @Nullable Object owner)
            throws Refusal {
        if (host == null || !(port instanceof Integer) || options == null || owner == null) {
            throw Refusal.denied(
                    credentials.reference() + " goes to a host and port only; use jdbc:mysql://host:3306/database");
        }
        check.require(credentials.reference(), owner.getClass().getClassLoader());
        MysqlRoute.requirePlain(options, credentials);
        Target target = new Target(
                SCHEME, Wording.bareHost(host), (Integer) port, database instanceof String ? (String) database : "");
        return new Attempt(sinks, sinks.request(credentials, target, MysqlRoute.of(options, target)), false);
    }

    /** Puts the true user name where the reference stood in its place. */
    static void name(Connect connect, @Nullable Object[] arguments, int user) throws Refusal {
        Credentials credentials = connect.credentials();
        Attempt attempt = connect.attempt();
        if (credentials != null && credentials.userIsReference()) {
            if (attempt == null) {
                throw Refusal.denied(credentials.reference() + " reached the server's greeting without a decision");
            }
            arguments[user] = attempt.user();
        }
    }

    /** {@code NativeProtocol.connect} and {@code changeUser}: the server accepts by letting this return. */
    Scope authentication() {
        return new Scope() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) {
                Connect connect = Connect.current();
                if (connect != null) {
                    connect.stream(arguments[0]);
                }
                return arguments;
            }

            @Override
            public void returned() {
                accepted();
            }

            @Override
            public @Nullable Object @Nullable [] failed(Throwable thrown) {
                return null;
            }
        };
    }

    static void accepted() {
        Attempt attempt = Connect.currentAttempt();
        if (attempt != null) {
            attempt.accepted();
        }
    }

    /** {@code Connection.changeUser}, which applications call: a refusal is said in their words. */
    Scope outward() {
        return new Scope() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) {
                return arguments;
            }

            @Override
            public void returned() {}

            @Override
            public @Nullable Object @Nullable [] failed(Throwable thrown) throws SQLException {
                Refusal refusal = Refusal.in(thrown);
                if (refusal != null) {
                    throw refusal.outward();
                }
                return null;
            }
        };
    }

    /** What ends with its method, one way or the other. */
    abstract static class Framed implements Scope {

        /** Before it ends. */
        void succeeded() {}

        @Override
        public final void returned() {
            succeeded();
            Connect.pop(null);
        }

        @Override
        public final @Nullable Object @Nullable [] failed(Throwable thrown) {
            Connect.pop(withState(thrown));
            return null;
        }
    }

    /** The driver's own exceptions say the server's SQLState, and become those of JDBC further out only. */
    private static Throwable withState(Throwable thrown) {
        if (thrown instanceof SQLException || !thrown.getClass().getName().startsWith("com.mysql.cj.")) {
            return thrown;
        }
        Object state = Peek.at(thrown, "SQLState");
        return state instanceof String ? new SQLException("refused", (String) state, thrown) : thrown;
    }
}
