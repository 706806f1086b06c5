package io.lethe.jdbc;

import io.lethe.broker.Request;
import io.lethe.broker.Target;
import io.lethe.secret.Reference;
import io.lethe.weave.Scope;
import java.io.File;
import java.lang.reflect.Field;
import java.net.Socket;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the hooks of {@link Hsqldb} do: they begin an attempt where the server or the database in this process is known, give the
 * protocol a stand-in that becomes the password at the last write. What a database in this process digests is {@link
 * HsqldbDigest}'s.
 *
 * <p>Loaded by the agent loader. Called on the application's threads; all state is in {@link Connect}, which belongs to the
 * thread. A connect without a reference passes each of them after one look.
 */
final class HsqldbConnect {

    /** The host in the target of a database in this process; a server of that name gets no reference. */
    private static final String HERE = H2Attempts.HERE;

    private static final int PORT = 9001;

    private final Hsqldb family;
    private final Sinks sinks;
    private final Recognised recognised;

    /** The driver's own thread, on which it connects where there is a loginTimeout: no outermost call is on it. */
    private final ThreadLocal<Object> running = new ThreadLocal<>();

    HsqldbConnect(Hsqldb family, Sinks sinks, Recognised recognised) {
        this.family = family;
        this.sinks = sinks;
        this.recognised = recognised;
    }

    /** {@code JDBCDriver.getConnection}: what begins inside ends with it. */
    Scope connect() {
        return new HsqldbAround();
    }

    /** The thread that connects where there is a loginTimeout. */
    Scope thread() {
        return new HsqldbAround.OnItsThread(running);
    }

    /** The constructor of {@code ClientConnection}, before it opens a socket. */
    Scope server() {
        return new Entry() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Credentials credentials = credentials(arguments[7], arguments[8]);
                if (credentials == null) {
                    return arguments;
                }
                String host = String.valueOf(arguments[1]);
                if (host.equalsIgnoreCase(HERE)) {
                    throw Refusal.denied("a server called '" + HERE
                            + "' gets no reference: in a target that is the name" + " of databases in this process");
                }
                Integer port = (Integer) arguments[2];
                Target target = new Target(
                        family.scheme(), Wording.bareHost(host), port == null ? 0 : port, String.valueOf(arguments[4]));
                begin(credentials, target, !Boolean.TRUE.equals(arguments[5]), "the password");
                return arguments;
            }
        };
    }

    /** {@code newSession(type, path, user, password, ...)}: a database in this process. */
    Scope here() {
        return new Entry() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Credentials credentials = credentials(arguments[3], arguments[4]);
                if (credentials == null) {
                    return arguments;
                }
                String type = String.valueOf(arguments[1]);
                String path = String.valueOf(arguments[2]);
                String absolute = type.equals("file:") ? new File(path).getAbsolutePath() : path;
                Attempt attempt =
                        begin(credentials, new Target(family.scheme(), HERE, PORT, type + absolute), false, "");
                if (credentials.userIsReference()) {
                    arguments[3] = attempt.user();
                }
                return arguments;
            }
        };
    }

    private static @Nullable Credentials credentials(@Nullable Object user, @Nullable Object password) throws Refusal {
        return Credentials.of((String) user, (String) password);
    }

    private Attempt begin(Credentials credentials, Target target, boolean clear, String what) throws Refusal {
        Connect connect = Connect.current();
        if (connect == null) {
            throw Refusal.denied(
                    credentials.reference() + " stays here: HSQLDB connects outside of what Lethe follows");
        }
        String socks = target.host().equals(HERE) ? null : PostgresqlRoute.socks(target);
        List<String> via =
                socks == null ? Collections.<String>emptyList() : Collections.singletonList("socksProxyHost=" + socks);
        Request request = sinks.request(credentials, target, via);
        Object thread = running.get();
        Object driver = thread != null ? thread : Outermost.receiver();
        if (driver != null) {
            recognised.require(credentials, request, driver.getClass().getClassLoader());
        }
        connect.with(credentials);
        Attempt attempt = new Attempt(sinks, request, false);
        connect.begin(attempt);
        if (clear) {
            attempt.requireClearText(what);
        }
        return attempt;
    }

    /** The constructor of the client for HTTP, which keeps what it sends in places of its own. */
    Scope http() {
        return new Entry() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Credentials credentials = credentials(arguments[7], arguments[8]);
                if (credentials != null) {
                    throw Refusal.denied(
                            credentials.reference() + " stays here: HSQLDB over HTTP has no sink; use hsqls:");
                }
                return arguments;
            }
        };
    }

    /** {@code newConnectionAttemptRequest(user, password, ...)}: what the protocol will send. */
    Scope login() {
        return new Entry() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Credentials credentials = credentials(arguments[1], arguments[2]);
                if (credentials == null) {
                    return arguments;
                }
                Connect connect = Connect.current();
                Attempt attempt = connect == null ? null : connect.attempt();
                if (connect == null || attempt == null) {
                    throw Refusal.denied(credentials.reference() + " reached HSQLDB's protocol without a decision");
                }
                if (credentials.userIsReference()) {
                    arguments[1] = attempt.user();
                }
                if (Reference.claims((String) arguments[2])) {
                    StandIn standIn = attempt.standIn();
                    if (standIn == null) {
                        throw attempt.tooShort();
                    }
                    connect.standIn(standIn);
                    arguments[2] = standIn.text();
                    arm(connect, attempt);
                }
                return arguments;
            }
        };
    }

    /** {@code handshake}: the connection is there, and nothing was sent. */
    Scope socket() {
        return new Entry() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Connect connect = Connect.current();
                Attempt attempt = connect == null ? null : connect.attempt();
                if (connect != null && attempt != null) {
                    connect.stream(arguments[0]);
                    arm(connect, attempt);
                }
                return arguments;
            }
        };
    }

    /** As soon as both are known, in whichever order: the socket, and what stands for the password. */
    private static void arm(Connect connect, Attempt attempt) throws Refusal {
        Object client = connect.stream();
        StandIn standIn = connect.standIn();
        if (client == null || standIn == null) {
            return;
        }
        attempt.over((Socket) field(client, "socket"));
        attempt.clear(standIn, Wording.fourBytes(standIn.text().length()));
    }

    static @Nullable Object field(Object on, String name) throws Refusal {
        for (Class<?> type = on.getClass(); type != null; type = type.getSuperclass()) {
            try {
                Field field = type.getDeclaredField(name);
                field.setAccessible(true);
                return field.get(on);
            } catch (NoSuchFieldException e) {
                // Then its superclass has it, or nobody.
            } catch (IllegalAccessException | RuntimeException e) {
                break;
            }
        }
        throw Refusal.denied("HSQLDB's " + name + " cannot be seen; use a version of README's support table");
    }
}
