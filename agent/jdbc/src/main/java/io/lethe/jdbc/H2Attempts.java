package io.lethe.jdbc;

import io.lethe.broker.Request;
import io.lethe.broker.Target;
import io.lethe.secret.Reference;
import io.lethe.weave.Scope;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.Socket;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of H2: one for each server, and one for a database in this process. The tokens in the connection's {@code
 * ConnectionInfo} say what is asked for.
 *
 * <p>Loaded by the agent loader. Called on the application's threads; all state is in {@link Connect}.
 */
final class H2Attempts {

    /** The host in the target of a database in this process. No server of that name is ever connected to with a reference. */
    static final String HERE = "embedded";

    private static final int PORT = 9092;

    private final H2 family;
    private final Sinks sinks;
    private final Recognised recognised;

    H2Attempts(H2 family, Sinks sinks, Recognised recognised) {
        this.family = family;
        this.sinks = sinks;
        this.recognised = recognised;
    }

    /** {@code initTransfer(info, database, server)}: one attempt at one server, before its socket opens. */
    Scope server() {
        return new Attempts() {
            @Override
            Target target(@Nullable Object[] arguments) throws Refusal {
                return H2Attempts.target(String.valueOf(arguments[3]), String.valueOf(arguments[2]));
            }

            @Override
            boolean clear(Object info) throws ReflectiveOperationException {
                return !Boolean.TRUE.equals(call(info, "isSSL"));
            }
        };
    }

    /** {@code createSession(info)}: a database in this process. */
    Scope here() {
        return new Attempts() {
            @Override
            Target target(@Nullable Object[] arguments) throws ReflectiveOperationException {
                String name = String.valueOf(call(arguments[1], "getName"));
                return new Target(family.scheme(), HERE, PORT, name.startsWith("/") ? name.substring(1) : name);
            }

            @Override
            boolean clear(Object info) {
                return false;
            }
        };
    }

    /** Reads {@code host}, {@code host:port} and {@code [address]:port} as the driver does. */
    static Target target(String server, String database) throws Refusal {
        int colon = server.indexOf(':', server.startsWith("[") ? Math.max(0, server.indexOf(']')) : 0);
        String host = colon < 0 ? server : server.substring(0, colon);
        int port;
        try {
            port = colon < 0 ? PORT : Integer.decode(server.substring(colon + 1));
        } catch (NumberFormatException e) {
            throw Refusal.denied("the server's port in the URL is not a number");
        }
        if (host.equalsIgnoreCase(HERE)) {
            throw Refusal.denied("a server called '" + HERE + "' gets no reference: in a target that is the name of"
                    + " databases in this process");
        }
        return new Target("h2", Wording.bareHost(host), port, database);
    }

    /** What both have in common: the tokens in the connection's {@code ConnectionInfo} say what is asked for. */
    private abstract class Attempts implements Scope {

        abstract Target target(@Nullable Object[] arguments) throws Refusal, ReflectiveOperationException;

        /** Whether it goes over a network without TLS. */
        abstract boolean clear(Object info) throws ReflectiveOperationException;

        @Override
        public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
            Object info = arguments[1];
            H2Token user = token(info, "getUserPasswordHash");
            H2Token file = token(info, "getFilePasswordHash");
            if (info == null || (user == null && file == null)) {
                Connect.push(null, null);
                return arguments;
            }
            try {
                begin(arguments, info, user, file);
            } catch (ReflectiveOperationException | RuntimeException e) {
                throw Refusal.denied("an error of Lethe's own (" + e + "); the reference goes no further");
            }
            return arguments;
        }

        private void begin(@Nullable Object[] arguments, Object info, @Nullable H2Token user, @Nullable H2Token file)
                throws Refusal, ReflectiveOperationException {
            if (info.getClass()
                            .getMethod("getProperty", String.class, String.class)
                            .invoke(info, "AUTHREALM", null)
                    != null) {
                throw Refusal.denied("a reference stays here: with AUTHREALM H2 hands on the password itself");
            }
            String name = user != null ? user.user : String.valueOf(call(info, "getUserName"));
            Credentials ofUser = user == null ? null : credentials(user, name);
            Credentials ofFile = file == null ? null : credentials(file, name);
            Target target = target(arguments);
            boolean clear = clear(info);
            Connect connect = Connect.push(ofUser != null ? ofUser : ofFile, null);
            boolean begun = false;
            try {
                if (ofUser != null) {
                    connect.begin(attempt(ofUser, target, clear, info));
                }
                if (ofFile != null) {
                    connect.beginSecond(attempt(ofFile, target, clear, info));
                }
                begun = true;
            } finally {
                if (!begun) {
                    Connect.pop(null);
                }
            }
        }

        private Attempt attempt(Credentials credentials, Target target, boolean clear, Object info) throws Refusal {
            String socks = target.host().equals(HERE) ? null : PostgresqlRoute.socks(target);
            List<String> via = socks == null
                    ? Collections.<String>emptyList()
                    : Collections.singletonList("socksProxyHost=" + socks);
            Request request = sinks.request(credentials, target, via);
            recognised.require(credentials, request, info.getClass().getClassLoader());
            Attempt attempt = new Attempt(sinks, request, false);
            boolean allowed = !clear;
            try {
                if (clear) {
                    attempt.requireClearText("H2's hash");
                    allowed = true;
                }
                return attempt;
            } finally {
                if (!allowed) {
                    attempt.close(null);
                }
            }
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
            Connect connect = Connect.current();
            if (connect != null && Refusal.in(thrown) != null) {
                hangUp(connect);
            }
            // H2 wraps what the application will see.
            Throwable cause = thrown.getCause();
            Connect.pop(cause instanceof SQLException ? cause : thrown);
            return null;
        }
    }

    /** The driver drops the connection without closing it, and has begun a message in its buffer. */
    private static void hangUp(Connect connect) {
        try {
            Socket socket = H2Hashes.socket(connect);
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            // Then its buffer is not sent either.
        }
    }

    static String lower(String user) {
        return user.toLowerCase(Locale.ENGLISH);
    }

    /** @param user as H2 has it, in upper case, a reference too */
    static Credentials credentials(H2Token token, String user) throws Refusal {
        boolean named = Reference.claims(lower(user));
        Credentials credentials = Credentials.of(named ? lower(user) : user, token.reference);
        if (credentials == null) {
            throw new IllegalStateException("a token without a reference");
        }
        return credentials;
    }

    /** Null where there is none, or where H2 does not show it: then what is sent or hashed is refused later. */
    private static @Nullable H2Token token(@Nullable Object info, String method) {
        try {
            return H2Token.in(call(info, method));
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }

    private static @Nullable Object call(@Nullable Object info, String method) throws ReflectiveOperationException {
        if (info == null) {
            return null;
        }
        Method found = info.getClass().getDeclaredMethod(method);
        found.setAccessible(true);
        return found.invoke(info);
    }
}
