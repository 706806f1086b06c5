package io.lethe.jdbc;

import io.lethe.broker.Request;
import io.lethe.broker.Target;
import io.lethe.secret.Reference;
import io.lethe.weave.Outcome;
import io.lethe.weave.Recognition;
import io.lethe.weave.Scope;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * What the hooks of {@link Postgresql} do on the way to a server and at its end: they begin and close attempts, and name the
 * user. What the server asks in between is {@link PostgresqlChallenge}'s.
 *
 * <p>Loaded by the agent loader. Called on the application's threads; all state is in {@link Connect}, which belongs to the
 * thread. A connect without a reference passes each of them after one look.
 */
final class PostgresqlConnect {

    private static final Postgresql FAMILY = new Postgresql();

    private final Sinks sinks;
    private final Recognition recognition;

    PostgresqlConnect(Sinks sinks, Recognition recognition) {
        this.sinks = sinks;
        this.recognition = recognition;
    }

    /** Around all attempts of one connect: are there references, and is the driver wholly recognised? */
    Scope connect() {
        return new Scope() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Properties info = (Properties) arguments[arguments.length - 1];
                Credentials credentials =
                        info == null ? null : Credentials.of(info.getProperty("user"), info.getProperty("password"));
                String obstacle = credentials == null || !cares(credentials) ? null : obstacle(arguments[0], false);
                if (credentials != null && obstacle != null) {
                    String proof = obstacle(arguments[0], true);
                    if (proof != null || !sinks.mayBreakGlass(credentials.secret())) {
                        throw unrecognised(credentials, proof == null ? obstacle : proof);
                    }
                }
                Connect connect = Connect.push(credentials, info);
                connect.obstacle(obstacle);
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

    /** A reference in the user's place is sent in the first packet, unless what is hooked there is there: no config allows that. */
    private boolean cares(Credentials credentials) {
        return credentials.userIsReference() || sinks.access().strict();
    }

    /**
     * What is not recognised; null where everything is.
     *
     * @param proof whether only that counts which stands between the reference and the server's challenge: without it the
     *     reference itself would be hashed or sent, and no override lets that pass
     */
    private @Nullable String obstacle(@Nullable Object factory, boolean proof) {
        if (factory == null) {
            return null;
        }
        ClassLoader loader = factory.getClass().getClassLoader();
        List<String> required = FAMILY.requiredBeforeConnect();
        List<String> names = new ArrayList<>(required);
        names.addAll(FAMILY.requiredWherePresent());
        for (String name : names) {
            String obstacle = recognition.obstacle(name.replace('/', '.'), loader);
            boolean absent = Recognition.ABSENT.equals(obstacle) && !required.contains(name);
            if (obstacle != null && !absent && (!proof || isAboutTheProof(name, obstacle))) {
                return obstacle;
            }
        }
        return null;
    }

    private static boolean isAboutTheProof(String name, String obstacle) {
        return !FAMILY.onTheWay().contains(name)
                || !obstacle.contains(" is " + Outcome.PARTIAL + ": ")
                || obstacle.contains("doAuthentication");
    }

    private static Refusal unrecognised(Credentials credentials, String obstacle) {
        return Refusal.denied(credentials.reference() + " stays here: this version of pgjdbc is not wholly recognised ("
                + obstacle + "); use one of README's support table");
    }

    /** {@code tryConnect}: one attempt, with its host among the arguments. */
    Scope attempt() {
        return new Scope() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Connect connect = Connect.current();
                if (connect != null && connect.credentials() != null) {
                    begin(connect, arguments);
                    connect.framed(true);
                }
                return arguments;
            }

            @Override
            public void returned() {
                leave(null);
            }

            @Override
            public @Nullable Object @Nullable [] failed(Throwable thrown) {
                leave(thrown);
                return null;
            }

            private void leave(@Nullable Throwable failure) {
                end(failure);
                Connect connect = Connect.current();
                if (connect != null) {
                    connect.framed(false);
                }
            }
        };
    }

    private static void end(@Nullable Throwable failure) {
        Connect connect = Connect.current();
        if (connect != null) {
            connect.end(failure);
        }
    }

    /** The constructor of {@code PGStream}: where 42.2.0 to 42.2.5, which have no {@code tryConnect}, begin an attempt. */
    Scope socket() {
        return new Entry() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Connect connect = Connect.current();
                if (connect != null && connect.credentials() != null && !connect.framed()) {
                    begin(connect, arguments);
                }
                return arguments;
            }
        };
    }

    private void begin(Connect connect, @Nullable Object[] arguments) throws Refusal {
        Credentials credentials = connect.credentials();
        Properties info = connect.info();
        if (credentials == null || info == null) {
            return;
        }
        String endpoint = hostSpec(arguments);
        int colon = endpoint.lastIndexOf(':');
        String database = info.getProperty("PGDBNAME", "");
        if (Reference.claims(database)) {
            throw Refusal.denied("'" + database + "' cannot name the database too; name it in the URL, "
                    + "jdbc:postgresql://host:5432/database");
        }
        String host = endpoint.substring(0, colon);
        Target target = new Target(
                FAMILY.scheme(), Wording.bareHost(host), Integer.parseInt(endpoint.substring(colon + 1)), database);
        Request request = sinks.request(credentials, target, PostgresqlRoute.of(info, target));
        String obstacle = connect.obstacle();
        if (obstacle != null
                && (credentials.userIsReference()
                        || !sinks.breaksGlass(
                                request, "this version of pgjdbc is not wholly recognised (" + obstacle + ")"))) {
            throw unrecognised(credentials, obstacle);
        }
        connect.begin(new Attempt(sinks, request, PostgresqlRoute.verifiedTls(info)));
    }

    /** {@code HostSpec.toString()} is {@code host:port} in all versions. */
    private static String hostSpec(@Nullable Object[] arguments) throws Refusal {
        for (Object argument : arguments) {
            if (argument != null && argument.getClass().getName().equals("org.postgresql.util.HostSpec")) {
                return argument.toString();
            }
        }
        throw Refusal.denied(
                "this version of pgjdbc does not say which host it connects to; use one of README's support table");
    }

    /** The startup packet names the user: the true one, where the reference stood in its place. */
    Scope startup() {
        return new Entry() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                return withUser(arguments, 1);
            }
        };
    }

    private static @Nullable Object[] withUser(@Nullable Object[] arguments, int index) throws Refusal {
        Connect connect = Connect.current();
        Credentials credentials = connect == null ? null : connect.credentials();
        if (connect != null && credentials != null && credentials.userIsReference()) {
            Attempt attempt = connect.attempt();
            if (attempt == null) {
                throw Refusal.denied(credentials.reference() + " reached the server's greeting without a decision");
            }
            arguments[index] = attempt.user();
        }
        return arguments;
    }

    /**
     * The length of a password in clear text is sent before it, from what the driver was given; so with TLS, where it may be
     * asked for, that has the password's length.
     */
    private static void standIn(Connect connect, Credentials credentials, @Nullable Object[] arguments) {
        Attempt attempt = connect.attempt();
        Properties info = (Properties) arguments[4];
        String password = info == null ? null : info.getProperty("password");
        if (attempt == null || info == null || password == null || !credentials.isPassword(password)) {
            return;
        }
        Socket socket = PostgresqlChallenge.socket(connect);
        attempt.over(socket);
        StandIn standIn = socket instanceof SSLSocket ? attempt.standIn() : null;
        connect.standIn(standIn);
        if (standIn != null) {
            Properties copy = new Properties(info);
            copy.setProperty("password", standIn.text());
            arguments[4] = copy;
        }
    }

    /** {@code doAuthentication}: the server accepts by returning from it. */
    Scope authentication() {
        return new Scope() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Connect connect = Connect.current();
                Credentials credentials = connect == null ? null : connect.credentials();
                if (connect != null && credentials != null) {
                    String obstacle = connect.obstacle();
                    if (obstacle != null && connect.attempt() == null) {
                        // An override is for a target, and what would have told it is what is not recognised.
                        throw unrecognised(credentials, obstacle);
                    }
                    connect.stream(arguments[1]);
                    standIn(connect, credentials, arguments);
                }
                return withUser(arguments, 3);
            }

            @Override
            public void returned() {
                Attempt attempt = Connect.currentAttempt();
                if (attempt != null) {
                    attempt.accepted();
                    end(null);
                }
            }

            @Override
            public @Nullable Object @Nullable [] failed(Throwable thrown) {
                end(thrown);
                return null;
            }
        };
    }
}
