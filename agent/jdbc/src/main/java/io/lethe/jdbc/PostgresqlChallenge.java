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
 * that {@link PostgresqlConnect} began, and refuse what would need the password itself.
 *
 * <p>Loaded by the agent loader. Called on the application's threads. Stateless; the state of an exchange is in
 * {@link Connect}, which belongs to the thread. A challenge to a connect without a reference passes after one look.
 */
final class PostgresqlChallenge {

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
