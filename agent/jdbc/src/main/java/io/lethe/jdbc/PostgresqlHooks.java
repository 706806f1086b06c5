package io.lethe.jdbc;

import io.lethe.broker.Request;
import io.lethe.broker.Target;
import io.lethe.secret.NotSecret;
import io.lethe.secret.Reference;
import io.lethe.weave.Answer;
import io.lethe.weave.Filter;
import io.lethe.weave.Recognition;
import io.lethe.weave.Scope;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What the hooks of {@link Postgresql} do.
 *
 * <p>Loaded by the agent loader. Called on the application's threads; all state is in {@link Connect}, which belongs to the
 * thread. A connect without a reference passes each of them after one look.
 */
final class PostgresqlHooks {

    private static final Postgresql FAMILY = new Postgresql();

    private final Sinks sinks;
    private final Recognition recognition;

    PostgresqlHooks(Sinks sinks, Recognition recognition) {
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
                if (credentials != null) {
                    requireRecognised(arguments[0], credentials);
                }
                Connect.push(credentials, info);
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

    private void requireRecognised(@Nullable Object factory, Credentials credentials) throws Refusal {
        if (factory == null || !sinks.access().strict()) {
            return;
        }
        ClassLoader loader = factory.getClass().getClassLoader();
        for (String name : FAMILY.requiredBeforeConnect()) {
            refuseUnless(recognition.obstacle(name.replace('/', '.'), loader), credentials);
        }
        for (String name : FAMILY.requiredWherePresent()) {
            String obstacle = recognition.obstacle(name.replace('/', '.'), loader);
            if (!Recognition.ABSENT.equals(obstacle)) {
                refuseUnless(obstacle, credentials);
            }
        }
    }

    private static void refuseUnless(@Nullable String obstacle, Credentials credentials) throws Refusal {
        if (obstacle != null) {
            throw Refusal.denied(
                    credentials.reference() + " stays here: this version of pgjdbc is not wholly recognised ("
                            + obstacle + "); use one of README's support table");
        }
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
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        Target target = new Target(
                FAMILY.scheme(),
                bracketed ? host.substring(1, host.length() - 1) : host,
                Integer.parseInt(endpoint.substring(colon + 1)),
                database);
        Request request = new Request(
                sinks.access().leases().workload(),
                credentials.secret(),
                credentials.field(),
                target,
                "connect",
                credentials.plainUser(),
                PostgresqlRoute.of(info, target));
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

    /** {@code doAuthentication}: the server accepts by returning from it. */
    Scope authentication() {
        return new Scope() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Connect connect = Connect.current();
                if (connect != null && connect.credentials() != null) {
                    connect.stream(arguments[1]);
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

    /** What {@code doAuthentication} sends: never the reference, which is what stands there when a server wants clear text. */
    Filter wire() {
        return new Filter() {
            @Override
            public @Nullable Object filter(@Nullable Object value) throws Refusal {
                if (value instanceof byte[] && claims((byte[]) value)) {
                    hangUp();
                    Attempt attempt = Connect.currentAttempt();
                    String who = attempt == null
                            ? "the server"
                            : "the server at " + attempt.request().target();
                    String what = attempt == null ? "the password" : attempt.reference();
                    throw Refusal.denied(who + " asked for " + what + " in clear text, which is not supported yet; use "
                            + "scram-sha-256 in pg_hba.conf");
                }
                return value;
            }
        };
    }

    /** The driver has begun a message in its buffer, and would send it when it closes the stream. */
    private static void hangUp() {
        Connect connect = Connect.current();
        Object stream = connect == null ? null : connect.stream();
        if (stream == null) {
            return;
        }
        try {
            ((Socket) stream.getClass().getMethod("getSocket").invoke(stream)).close();
        } catch (ReflectiveOperationException | IOException e) {
            // Then the server gets an empty message; the reference is not in the buffer yet.
        }
    }

    /** Kerberos with a password would hand the reference to a KDC. */
    Scope kerberos() {
        return new Entry() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Connect connect = Connect.current();
                Credentials credentials = connect == null ? null : connect.credentials();
                if (credentials != null) {
                    throw Refusal.denied("the server asked for Kerberos, where " + credentials.reference()
                            + " is of no use; set gssEncMode=disable, or use scram-sha-256 in pg_hba.conf");
                }
                return arguments;
            }
        };
    }

    Answer md5() {
        return new Answer() {
            @Override
            public @Nullable Object answer(@Nullable Object[] arguments) throws Refusal {
                byte[] password = (byte[]) arguments[2];
                byte[] user = (byte[]) arguments[1];
                byte[] salt = (byte[]) arguments[3];
                if (password == null || user == null || salt == null || !claims(password)) {
                    return null;
                }
                return attemptFor(ascii(password)).md5(user, salt);
            }
        };
    }

    /** {@code saltedPassword(mechanism, preparation, password, salt, iterations)}; the password is a String until 42.7.3. */
    Answer saltedPassword() {
        return new Answer() {
            @Override
            public @Nullable Object answer(@Nullable Object[] arguments) throws Refusal {
                Object password = arguments[3];
                CharSequence text = password instanceof char[] ? new Chars((char[]) password) : (CharSequence) password;
                if (text == null || !Reference.claims(text)) {
                    return null;
                }
                byte[] salt = (byte[]) arguments[4];
                Integer iterations = (Integer) arguments[5];
                if (salt == null || iterations == null) {
                    return null;
                }
                return attemptFor(text).scram(String.valueOf(arguments[1]), salt, iterations);
            }
        };
    }

    /** The attempt that this text belongs to. A reference that turns up anywhere else goes no further. */
    private static Attempt attemptFor(CharSequence text) throws Refusal {
        Connect connect = Connect.current();
        Credentials credentials = connect == null ? null : connect.credentials();
        Attempt attempt = connect == null ? null : connect.attempt();
        if (credentials == null || attempt == null || !credentials.isPassword(text)) {
            throw Refusal.denied(
                    "a reference reached the driver's cryptography outside of a connect that Lethe follows");
        }
        return attempt;
    }

    Answer clientKey() {
        return new ScramAnswer() {
            @Override
            @Nullable
            Object answer(Scram scram, @Nullable Object[] arguments) {
                return Scram.same(scram.saltedToken, arguments[2]) ? scram.clientToken.clone() : null;
            }
        };
    }

    Answer storedKey() {
        return new ScramAnswer() {
            @Override
            @Nullable
            Object answer(Scram scram, @Nullable Object[] arguments) {
                return Scram.same(scram.clientToken, arguments[2]) ? scram.storedToken.clone() : null;
            }
        };
    }

    Answer serverKey() {
        return new ScramAnswer() {
            @Override
            @Nullable
            Object answer(Scram scram, @Nullable Object[] arguments) {
                return Scram.same(scram.saltedToken, arguments[2]) ? scram.serverToken.clone() : null;
            }
        };
    }

    Answer clientSignature() {
        return new ScramAnswer() {
            @Override
            @Nullable
            Object answer(Scram scram, @Nullable Object[] arguments) {
                boolean ours = Scram.same(scram.storedToken, arguments[2]);
                return ours ? scram.clientSignature(String.valueOf(arguments[3])) : null;
            }
        };
    }

    Answer clientProof() {
        return new ScramAnswer() {
            @Override
            @Nullable
            Object answer(Scram scram, @Nullable Object[] arguments) {
                return Scram.same(scram.clientToken, arguments[1]) ? scram.clientProof() : null;
            }
        };
    }

    Answer serverSignature() {
        return new ScramAnswer() {
            @Override
            @Nullable
            Object answer(Scram scram, @Nullable Object[] arguments) {
                boolean ours = Scram.same(scram.serverToken, arguments[2]);
                return ours ? scram.serverSignature(String.valueOf(arguments[3])) : null;
            }
        };
    }

    private static boolean claims(byte[] bytes) {
        if (bytes.length < Reference.PREFIX.length()) {
            return false;
        }
        for (int i = 0; i < Reference.PREFIX.length(); i++) {
            if (bytes[i] != Reference.PREFIX.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    @NotSecret("it begins like a reference, and the caller refuses it unless it is the one of this connect")
    private static String ascii(byte[] reference) {
        return new String(reference, StandardCharsets.UTF_8);
    }

    /** One step of SCRAM that concerns us only while keys of ours stand behind the driver's tokens. */
    private abstract static class ScramAnswer implements Answer {
        @Override
        public final @Nullable Object answer(@Nullable Object[] arguments) {
            Attempt attempt = Connect.currentAttempt();
            Scram scram = attempt == null ? null : attempt.scram();
            return scram == null ? null : answer(scram, arguments);
        }

        abstract @Nullable Object answer(Scram scram, @Nullable Object[] arguments);
    }
}
