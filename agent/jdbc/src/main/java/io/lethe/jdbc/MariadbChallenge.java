package io.lethe.jdbc;

import io.lethe.secret.Reference;
import io.lethe.weave.Answer;
import io.lethe.weave.Filter;
import io.lethe.weave.Scope;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the hooks of {@link Mariadb} do where the server asks for the password: they answer mysql_native_password and
 * client_ed25519 from the attempt that {@link MariadbConnect} began, let the password itself leave inside TLS, and refuse every
 * other plugin.
 *
 * <p>Loaded by the agent loader. Called on the application's threads. Stateless; the state of an exchange is in
 * {@link Connect}, which belongs to the thread. A challenge to a connect without a reference passes after one look.
 */
final class MariadbChallenge {

    private static final List<String> CLEAR = Arrays.asList("mysql_clear_password", "dialog");
    private static final List<String> ANSWERED = Arrays.asList("mysql_native_password", "client_ed25519");

    /** The client's third message: TLS, the handshake's answer, and this, with the server's two between. */
    private static final int SEQUENCE_AFTER_SWITCH = 4;

    private static final String ADVICE = "use TLS (sslMode=verify-full, before 3.0 useSsl=true), or client_ed25519";

    /** {@code encryptPassword(password, seed, ..)}. */
    Answer nativePassword() {
        return new Answer() {
            @Override
            public @Nullable Object answer(@Nullable Object[] arguments) throws Refusal {
                byte[] seed = (byte[]) arguments[2];
                Attempt attempt = attempt(arguments[1]);
                return attempt == null || seed == null ? null : attempt.answer(Scramble.nativePassword(seed));
            }
        };
    }

    /** {@code ed25519SignWithPassword(password, seed, ..)}. */
    Answer ed25519() {
        return new Answer() {
            @Override
            public @Nullable Object answer(@Nullable Object[] arguments) throws Refusal {
                byte[] seed = (byte[]) arguments[2];
                Attempt attempt = attempt(arguments[1]);
                return attempt == null || seed == null ? null : attempt.answer(Scramble.ed25519(seed));
            }
        };
    }

    /** The attempt that has to answer for this password; null where it is none of ours. */
    private static @Nullable Attempt attempt(@Nullable Object password) throws Refusal {
        return password instanceof CharSequence && Reference.claims((CharSequence) password)
                ? Connect.attemptFor((CharSequence) password)
                : null;
    }

    /** {@code mysql_old_password} can be turned back into what logs in by whoever listens. */
    Scope oldPassword() {
        return new Entry() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Attempt attempt = attempt(arguments[1]);
                if (attempt != null) {
                    throw refused(attempt, "mysql_old_password");
                }
                return arguments;
            }
        };
    }

    /** The server has named the plugin that is to give the proof: the first text among the arguments. */
    Scope plugin() {
        return new Entry() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Connect connect = Connect.current();
                Credentials credentials = connect == null ? null : connect.credentials();
                Attempt attempt = connect == null ? null : connect.attempt();
                if (attempt == null || credentials == null || !credentials.passwordIsReference()) {
                    return arguments;
                }
                String plugin = firstText(arguments);
                if (!ANSWERED.contains(plugin) && !CLEAR.contains(plugin)) {
                    throw refused(attempt, plugin);
                }
                return arguments;
            }
        };
    }

    private static Refusal refused(Attempt attempt, String plugin) {
        return Refusal.denied("the server at " + attempt.request().target() + " asked for " + plugin + " for "
                + attempt.reference() + "; only " + ANSWERED + " and, over TLS, " + CLEAR + " are supported");
    }

    private static String firstText(@Nullable Object[] arguments) {
        for (Object argument : arguments) {
            if (argument instanceof String) {
                return (String) argument;
            }
        }
        return "an unnamed plugin";
    }

    /**
     * A plugin that sends the password as it is gets a stand-in.
     *
     * @param parameter where it gets it, counted from 0
     */
    Scope clear(int parameter) {
        return new Entry() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Attempt attempt = attempt(arguments[parameter + 1]);
                Connect connect = Connect.current();
                if (attempt != null && connect != null) {
                    StandIn standIn = attempt.isOverTls() ? attempt.standIn() : null;
                    if (standIn == null) {
                        throw attempt.clearRefused(ADVICE);
                    }
                    connect.standIn(standIn);
                    arguments[parameter + 1] = standIn.text();
                }
                return arguments;
            }
        };
    }

    /** Now it sends it: the stand-in becomes the password in this message and in no other. */
    Scope clearSent() {
        return new Entry() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Connect connect = Connect.current();
                Credentials credentials = connect == null ? null : connect.credentials();
                Attempt attempt = connect == null ? null : connect.attempt();
                if (connect == null || attempt == null || credentials == null || !credentials.passwordIsReference()) {
                    return arguments;
                }
                StandIn standIn = connect.standIn();
                if (standIn == null) {
                    throw attempt.clearRefused(ADVICE);
                }
                attempt.clear(standIn, header(standIn.text().length() + 1));
                return arguments;
            }
        };
    }

    /** What stands before the password: the message's length, which counts a zero at its end, and its number. */
    private static String header(int length) {
        StringBuilder header = new StringBuilder();
        header.append((char) (length & 0xff))
                .append((char) (length >> 8 & 0xff))
                .append((char) 0);
        return header.append((char) SEQUENCE_AFTER_SWITCH).toString();
    }

    /** The first message: a server may have named mysql_clear_password in its greeting. */
    Filter wire() {
        return new Filter() {
            @Override
            public @Nullable Object filter(@Nullable Object value) throws Refusal {
                if (value instanceof byte[] && Credentials.claims((byte[]) value)) {
                    throw Refusal.denied("the server asked for a reference's secret in clear text in its greeting, as"
                            + " no MariaDB does; " + ADVICE);
                }
                return value;
            }
        };
    }
}
