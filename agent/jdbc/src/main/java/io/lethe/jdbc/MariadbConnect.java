package io.lethe.jdbc;

import io.lethe.broker.Request;
import io.lethe.broker.Target;
import io.lethe.secret.Reference;
import io.lethe.weave.Scope;
import java.net.Socket;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What the hooks of {@link Mariadb} do on the way to a server and at its end: they begin and close attempts, and name the user.
 * What the server asks in between is {@link MariadbChallenge}'s.
 *
 * <p>Loaded by the agent loader. Called on the application's threads; all state is in {@link Connect}, which belongs to the
 * thread. A connect without a reference passes each of them after one look.
 */
final class MariadbConnect {

    private static final Mariadb FAMILY = new Mariadb();

    private final Sinks sinks;
    private final MariadbVersions versions;

    MariadbConnect(Sinks sinks, MariadbVersions versions) {
        this.sinks = sinks;
        this.versions = versions;
    }

    /** 3.x, {@code ConnectionHelper.connectSocket(Configuration, HostAddress)}: an attempt, which nothing frames as a whole. */
    Scope attempt() {
        return new Scope() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Connect.popLoose(null);
                Object conf = arguments[1];
                Object host = arguments[2];
                if (conf == null) {
                    return arguments;
                }
                requireNoOther(conf);
                Credentials credentials = credentials(conf);
                Attempt attempt = credentials == null
                        ? null
                        : begin(credentials, false, conf, host, host == null ? null : Peek.at(host, "port"));
                if (attempt != null || Connect.current() != null) {
                    Connect connect = Connect.push(credentials, null);
                    connect.loose();
                    if (attempt != null) {
                        connect.begin(attempt);
                    }
                }
                return arguments;
            }

            @Override
            public void returned() {}

            @Override
            public @Nullable Object @Nullable [] failed(Throwable thrown) {
                Connect.popLoose(thrown);
                return null;
            }
        };
    }

    /** {@code StandardClient.destroySocket}: whatever came between socket and authentication has failed. */
    Scope abandoned() {
        return new Entry() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) {
                Connect.popLoose(null);
                return arguments;
            }
        };
    }

    /** 2.x, {@code createConnection} or {@code connect(String, int)}: an attempt, from before the socket to after the login. */
    Scope protocol() {
        return new Scope() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Object protocol = arguments[0];
                Object parser = protocol == null ? null : Peek.at(protocol, "urlParser");
                Object options = parser == null ? null : Peek.at(parser, "options");
                requireNoOther(options);
                Credentials credentials = parser == null ? null : credentials(parser);
                Attempt attempt = null;
                if (credentials != null && parser != null) {
                    Object host = arguments[1];
                    Object port = arguments[2] instanceof Integer
                            ? arguments[2]
                            : host == null ? null : Peek.at(host, "port");
                    attempt = begin(credentials, true, parser, host, port);
                }
                Connect connect = Connect.push(credentials, null);
                if (attempt != null) {
                    connect.begin(attempt);
                }
                return arguments;
            }

            @Override
            public void returned() {
                Connect.pop(null);
            }

            @Override
            public @Nullable Object @Nullable [] failed(Throwable thrown) {
                Connect.pop(thrown);
                return null;
            }
        };
    }

    /** The driver sends {@code password2} and so on as they are where PAM asks again. */
    private static void requireNoOther(@Nullable Object options) throws Refusal {
        Object others = options == null ? null : Peek.at(options, "nonMappedOptions");
        String found = others instanceof Properties ? Guard.inProperties((Properties) others) : null;
        if (found != null) {
            throw Refusal.denied(
                    "'" + found + "' stays here: a reference resolves as user and password, not as password2"
                            + " or another option");
        }
    }

    private static void requireAscii(Object options, Credentials credentials) throws Refusal {
        String charset = Peek.text(options, "passwordCharacterEncoding");
        if (charset != null && !charset.isEmpty() && !credentials.isPlainIn(charset, false)) {
            throw Refusal.denied(credentials.reference() + " goes nowhere with passwordCharacterEncoding=" + charset
                    + "; leave that out");
        }
    }

    private static @Nullable Credentials credentials(Object settings) throws Refusal {
        String user = Peek.text(settings, "user");
        // 2.x has another name for it.
        return Credentials.of(user == null ? Peek.text(settings, "username") : user, Peek.text(settings, "password"));
    }

    private Attempt begin(
            Credentials credentials, boolean old, Object settings, @Nullable Object host, @Nullable Object port)
            throws Refusal {
        String name = host == null || host instanceof String ? (String) host : Peek.text(host, "host");
        if (name == null || !(port instanceof Integer)) {
            throw Refusal.denied(credentials.reference() + " goes to a host and port only, not through a socket file or"
                    + " a pipe; use jdbc:mariadb://host:3306/database");
        }
        String database = Peek.text(settings, "database");
        Object options = old ? Peek.at(settings, "options") : settings;
        if (options != null) {
            requireAscii(options, credentials);
        }
        Target target =
                new Target(FAMILY.scheme(), Wording.bareHost(name), (Integer) port, database == null ? "" : database);
        Request request =
                sinks.request(credentials, target, MariadbRoute.of(options == null ? settings : options, host, target));
        versions.require(old, settings.getClass().getClassLoader(), credentials, request);
        return new Attempt(sinks, request, false);
    }

    /** Where the driver has a TLS socket and has not spoken TLS yet. */
    Scope tls() {
        return new Entry() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) {
                Attempt attempt = Connect.currentAttempt();
                if (attempt != null) {
                    attempt.over((Socket) arguments[1]);
                }
                return arguments;
            }
        };
    }

    /**
     * The user name on its way into the first message: the true one, where the reference stood in its place.
     *
     * @param parameter which one it is, counted from 0
     */
    Scope user(int parameter) {
        return new Entry() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Connect connect = Connect.current();
                Credentials credentials = connect == null ? null : connect.credentials();
                Object user = arguments[parameter + 1];
                if (connect != null
                        && credentials != null
                        && credentials.userIsReference()
                        && user instanceof String
                        && Reference.claims((String) user)) {
                    Attempt attempt = connect.attempt();
                    if (attempt == null) {
                        throw Refusal.denied(
                                credentials.reference() + " reached the server's greeting without a decision");
                    }
                    arguments[parameter + 1] = attempt.user();
                }
                return arguments;
            }
        };
    }

    /** Around the server's answers: it accepts by letting this return. */
    Scope authentication() {
        return new Scope() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) {
                Connect connect = Connect.current();
                if (connect != null) {
                    connect.authenticating(true);
                }
                return arguments;
            }

            @Override
            public void returned() {
                Attempt attempt = Connect.currentAttempt();
                if (attempt != null) {
                    attempt.accepted();
                }
                end(null);
            }

            @Override
            public @Nullable Object @Nullable [] failed(Throwable thrown) {
                end(thrown);
                return null;
            }
        };
    }

    private static void end(@Nullable Throwable failure) {
        Connect connect = Connect.current();
        if (connect != null) {
            connect.authenticating(false);
            connect.end(failure);
            Connect.popLoose(failure);
        }
    }
}
