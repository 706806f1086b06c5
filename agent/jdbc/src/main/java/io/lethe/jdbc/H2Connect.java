package io.lethe.jdbc;

import io.lethe.broker.Request;
import io.lethe.broker.Target;
import io.lethe.secret.Reference;
import io.lethe.weave.Answer;
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
 * What the hooks of {@link H2} do on the way to a database: they put tokens where hashes would be kept, and begin and close
 * attempts, one for each server and one for a database in this process. What becomes of the tokens is {@link H2Hashes}'.
 *
 * <p>Loaded by the agent loader. Called on the application's threads; all state is in {@link Connect}, which belongs to the
 * thread. A connect without a reference passes each of them after one look.
 */
final class H2Connect {

    /** The host in the target of a database in this process. No server of that name is ever connected to with a reference. */
    static final String HERE = "embedded";

    private static final int PORT = 9092;

    private final H2 family;
    private final Sinks sinks;
    private final Recognised recognised;

    /** Whose loader's H2 converts passwords on this thread: what does so is static. */
    private final ThreadLocal<Object> converting = new ThreadLocal<>();

    H2Connect(H2 family, Sinks sinks, Recognised recognised) {
        this.family = family;
        this.sinks = sinks;
        this.recognised = recognised;
    }

    /** {@code convertPasswords}, around all that is made of them. */
    Scope conversion() {
        return new Scope() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) {
                converting.set(arguments[0]);
                return arguments;
            }

            @Override
            public void returned() {
                converting.remove();
            }

            @Override
            public @Nullable Object @Nullable [] failed(Throwable thrown) {
                converting.remove();
                return null;
            }
        };
    }

    /** {@code hashPassword(isHash, user, password)}: a token in the hash's place. */
    Answer hashPassword() {
        return new Answer() {
            @Override
            public @Nullable Object answer(@Nullable Object[] arguments) throws Refusal {
                String user = String.valueOf(arguments[2]);
                String reference = Guard.whole(arguments[3]);
                if (reference == null) {
                    if (Reference.claims(lower(user))) {
                        throw Refusal.denied("'" + lower(user) + "' in the user's place needs a reference in the"
                                + " password's too: H2 hashes both as one");
                    }
                    return null;
                }
                boolean file = user.equals(H2Token.FILE_USER);
                H2Token.Kind kind = file
                        ? H2Token.Kind.FILE
                        : Boolean.TRUE.equals(arguments[1]) ? H2Token.Kind.STORED : H2Token.Kind.USER;
                requireKnown(reference);
                H2Token token = new H2Token(kind, reference, user);
                credentials(token, user);
                return token.bytes();
            }
        };
    }

    /** {@code getPasswordBytes}: the text of a file's password. */
    Answer filePassword() {
        return new Answer() {
            @Override
            public @Nullable Object answer(@Nullable Object[] arguments) throws Refusal {
                String reference = Guard.whole(arguments[1]);
                if (reference == null) {
                    return null;
                }
                requireKnown(reference);
                return new H2Token(H2Token.Kind.FILE_KEY, reference, H2Token.FILE_USER).bytes();
            }
        };
    }

    private void requireKnown(String reference) throws Refusal {
        Object info = converting.get();
        // A client of H2's PG server types a password into a connection that nobody here opened.
        if (info == null || !Outermost.isOpen()) {
            throw Refusal.denied("'" + reference + "' stays here: H2 resolves references of connections only that the"
                    + " application opens");
        }
        recognised.require(reference, info.getClass().getClassLoader());
    }

    private static String lower(String user) {
        return user.toLowerCase(Locale.ENGLISH);
    }

    /** @param user as H2 has it, in upper case, a reference too */
    private static Credentials credentials(H2Token token, String user) throws Refusal {
        boolean named = Reference.claims(lower(user));
        Credentials credentials = Credentials.of(named ? lower(user) : user, token.reference);
        if (credentials == null) {
            throw new IllegalStateException("a token without a reference");
        }
        return credentials;
    }

    /** {@code initTransfer(info, database, server)}: one attempt at one server, before its socket opens. */
    Scope server() {
        return new Attempts() {
            @Override
            Target target(@Nullable Object[] arguments) throws Refusal {
                return H2Connect.target(String.valueOf(arguments[3]), String.valueOf(arguments[2]));
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

    /** {@code Transfer.init}: the connection that the attempt under way writes to. */
    Scope transfer() {
        return new Entry() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) {
                Connect connect = Connect.current();
                if (connect != null && connect.credentials() != null) {
                    connect.stream(arguments[0]);
                }
                return arguments;
            }
        };
    }

    /** The true user, where a reference stands in its place. */
    Answer userName() {
        return new Answer() {
            @Override
            public @Nullable Object answer(@Nullable Object[] arguments) throws Refusal {
                Connect connect = Connect.current();
                Credentials credentials = connect == null ? null : connect.credentials();
                Attempt attempt = connect == null ? null : connect.attempt();
                return credentials != null && attempt != null && credentials.userIsReference()
                        ? attempt.user().toUpperCase(Locale.ENGLISH)
                        : null;
            }
        };
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
