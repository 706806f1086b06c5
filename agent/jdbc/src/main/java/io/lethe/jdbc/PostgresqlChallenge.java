package io.lethe.jdbc;

import io.lethe.secret.NotSecret;
import io.lethe.secret.Reference;
import io.lethe.weave.Answer;
import io.lethe.weave.Filter;
import io.lethe.weave.Scope;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the hooks of {@link Postgresql} do where the server asks for the password: they answer SCRAM and md5 from the attempt
 * that {@link PostgresqlConnect} began, let the password itself leave inside TLS, and refuse what would need it elsewhere.
 *
 * <p>Loaded by the agent loader. Called on the application's threads. Stateless; the state of an exchange is in
 * {@link Connect}, which belongs to the thread. A challenge to a connect without a reference passes after one look.
 */
final class PostgresqlChallenge {

    /**
     * What {@code doAuthentication} sends. When a server wants clear text that is what the driver was given: the stand-in, which
     * is armed now, or the reference, which goes no further.
     */
    Filter wire() {
        return new Filter() {
            @Override
            public @Nullable Object filter(@Nullable Object value) throws Refusal {
                if (!(value instanceof byte[])) {
                    return value;
                }
                byte[] sent = (byte[]) value;
                Connect connect = Connect.current();
                StandIn standIn = connect == null ? null : connect.standIn();
                boolean stands = standIn != null && standIn.is(sent);
                if (!stands && !Credentials.claims(sent)) {
                    return value;
                }
                Attempt attempt = connect == null ? null : connect.attempt();
                boolean goes = false;
                try {
                    if (attempt == null) {
                        throw Refusal.denied("a server asked for the password in clear text outside of a connect that"
                                + " Lethe follows");
                    }
                    if (!stands || standIn == null) {
                        throw attempt.clearRefused("use TLS (sslmode=verify-full), or scram-sha-256 in pg_hba.conf");
                    }
                    attempt.clear(standIn, passwordMessage(sent.length));
                    goes = true;
                } finally {
                    if (!goes) {
                        hangUp(connect);
                    }
                }
                return value;
            }
        };
    }

    /** What stands before the password: the message's type, and a length that counts itself and a zero at the end. */
    private static String passwordMessage(int password) {
        return "p" + Wording.fourBytes(4 + password + 1);
    }

    /** The driver has begun a message in its buffer, and would send it when it closes the stream. */
    private static void hangUp(@Nullable Connect connect) {
        Socket socket = connect == null ? null : socket(connect);
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            // Then the server gets an empty message; neither reference nor stand-in is in the buffer yet.
        }
    }

    /** The driver's socket, TLS once it has that; null where it cannot be seen. */
    static @Nullable Socket socket(Connect connect) {
        Object stream = connect.stream();
        try {
            return stream == null
                    ? null
                    : (Socket) stream.getClass().getMethod("getSocket").invoke(stream);
        } catch (ReflectiveOperationException e) {
            return null;
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
                if (password == null
                        || user == null
                        || salt == null
                        || !(isStandIn(password) || Credentials.claims(password))) {
                    return null;
                }
                return Connect.attemptFor(ascii(password)).md5(user, salt);
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
                if (text == null || !(isStandIn(text) || Reference.claims(text))) {
                    return null;
                }
                byte[] salt = (byte[]) arguments[4];
                Integer iterations = (Integer) arguments[5];
                if (salt == null || iterations == null) {
                    return null;
                }
                return Connect.attemptFor(text).scram(String.valueOf(arguments[1]), salt, iterations);
            }
        };
    }

    private static boolean isStandIn(CharSequence text) {
        Connect connect = Connect.current();
        StandIn standIn = connect == null ? null : connect.standIn();
        return standIn != null && standIn.is(text);
    }

    private static boolean isStandIn(byte[] text) {
        Connect connect = Connect.current();
        StandIn standIn = connect == null ? null : connect.standIn();
        return standIn != null && standIn.is(text);
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

    @NotSecret(
            "it is a stand-in or begins like a reference, and the caller refuses what is not the one of this connect")
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
