package io.lethe.jdbc;

import io.lethe.secret.Reference;
import io.lethe.weave.Answer;
import io.lethe.weave.Filter;
import io.lethe.weave.Scope;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the hooks of {@link Mysql} and {@link Mysql5} do where the server asks for the password: they answer mysql_native_password and the fast
 * way of caching_sha2_password from the attempt that {@link MysqlConnect} began, let the password itself leave inside TLS, and
 * refuse all else, first of all what is encrypted with a key that came with the question.
 *
 * <p>Loaded by the agent loader. Called on the application's threads and the driver's timers. Stateless; the state of an
 * exchange is in {@link Connect}, which belongs to the thread. A challenge to a connect without a reference passes after one
 * look.
 */
final class MysqlChallenge {

    /** As much of what stands before the password as makes its place known. */
    private static final int BEFORE = 16;

    private static final String ADVICE = "use TLS (sslMode=REQUIRED, in 5.1 useSSL=true&requireSSL=true)";

    /** {@code scramble411(password, seed, encoding)}. */
    Answer nativePassword() {
        return new Answer() {
            @Override
            public @Nullable Object answer(@Nullable Object[] arguments) throws Refusal {
                Object password = arguments[1];
                Object seed = arguments[2];
                if (!(password instanceof String) || !Reference.claims((String) password) || seed == null) {
                    return null;
                }
                Attempt attempt = asked(Connect.attemptFor((String) password));
                return attempt.answer(Scramble.nativePassword(
                        seed instanceof byte[]
                                ? (byte[]) seed
                                : ((String) seed).getBytes(StandardCharsets.ISO_8859_1)));
            }
        };
    }

    /** {@code scrambleCachingSha2(password, seed)}. */
    Answer cachingSha2() {
        return new Answer() {
            @Override
            public @Nullable Object answer(@Nullable Object[] arguments) throws Refusal {
                Attempt attempt = attempt(arguments[1]);
                byte[] seed = (byte[]) arguments[2];
                return attempt == null || seed == null ? null : attempt.answer(Scramble.cachingSha2(seed));
            }
        };
    }

    /** A message that a plugin makes of the password's own bytes: a stand-in takes their place. */
    Filter message() {
        return new Filter() {
            @Override
            public @Nullable Object filter(@Nullable Object value) throws Refusal {
                Attempt attempt = attempt(value);
                Connect connect = Connect.current();
                if (attempt == null || connect == null) {
                    return value;
                }
                StandIn standIn = attempt.isOverTls() ? attempt.standIn() : null;
                if (standIn == null) {
                    throw attempt.clearRefused(ADVICE);
                }
                connect.standIn(standIn);
                return standIn.text().getBytes(StandardCharsets.US_ASCII);
            }
        };
    }

    /** {@code SimplePacketSender.send(packet, length, sequence)}: the stand-in becomes the password in this message and in no other. */
    Scope sent() {
        return new Entry() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Connect connect = Connect.current();
                StandIn standIn = connect == null ? null : connect.standIn();
                byte[] packet = (byte[]) arguments[1];
                Object length = arguments[2];
                Object sequence = arguments[3];
                requireNoReference(connect, packet, length);
                if (connect != null
                        && standIn != null
                        && packet != null
                        && length instanceof Integer
                        && sequence instanceof Byte) {
                    arm(connect, standIn, packet, 0, (Integer) length, (Byte) sequence);
                }
                return arguments;
            }
        };
    }

    /** {@code CompressedPacketSender.send(packet, length, sequence)}: the place of the password cannot be told there. */
    Scope compressed() {
        return new Entry() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Connect connect = Connect.current();
                requireNoReference(connect, (byte[]) arguments[1], arguments[2]);
                refuseCompressed(connect);
                return arguments;
            }
        };
    }

    /** Where the password itself would leave in a compressed message. */
    static void refuseCompressed(@Nullable Connect connect) throws Refusal {
        if (connect != null && connect.standIn() != null) {
            throw Refusal.denied(
                    "the server asked for the password itself on a connection with useCompression, where it"
                            + " cannot be sent; do without that, or without changeUser");
        }
    }

    /** What a plugin of a later version may make of it. */
    static void requireNoReference(@Nullable Connect connect, byte @Nullable [] packet, @Nullable Object length)
            throws Refusal {
        Credentials credentials = connect == null ? null : connect.credentials();
        if (credentials != null
                && packet != null
                && length instanceof Integer
                && credentials.sends(packet, (Integer) length)) {
            throw Refusal.denied(credentials.reference() + " stays here: the driver was about to send it as it stands");
        }
    }

    /**
     * What stands before the password: the message's length, its number, and what the message says first.
     *
     * @param from where the message begins among these bytes
     * @param end where it ends
     */
    static void arm(Connect connect, StandIn standIn, byte[] packet, int from, int end, int sequence) throws Refusal {
        Attempt attempt = connect.attempt();
        int at = standIn.in(packet, end);
        int length = end - from;
        if (attempt == null || at < 0) {
            return;
        }
        StringBuilder before = new StringBuilder();
        before.append((char) (length & 0xff))
                .append((char) (length >> 8 & 0xff))
                .append((char) (length >> 16 & 0xff))
                .append((char) (sequence & 0xff));
        for (int i = from; i < at; i++) {
            before.append((char) (packet[i] & 0xff));
        }
        connect.standIn(null);
        attempt.clear(standIn, before.substring(Math.max(0, before.length() - BEFORE)));
    }

    /** {@code encryptPassword(..)}: who has chosen the key reads the password, and over plain TCP anybody may have. */
    Scope rsa() {
        return new Entry() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Connect connect = Connect.current();
                Credentials credentials = connect == null ? null : connect.credentials();
                Attempt attempt = connect == null ? null : connect.attempt();
                if (credentials != null && credentials.passwordIsReference()) {
                    throw Refusal.denied("the server "
                            + (attempt == null ? "" : "at " + attempt.request().target() + " ") + "asked for "
                            + credentials.reference() + " encrypted with an RSA key, which is as good as clear text"
                            + " without TLS; " + ADVICE);
                }
                return arguments;
            }
        };
    }

    /** A method of a plugin or protocol for which there is no sink: no reference may be among its arguments. */
    Scope refused() {
        return new Entry() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                for (int i = 1; i < arguments.length; i++) {
                    Object argument = arguments[i];
                    if (argument instanceof String && Reference.claims((String) argument)) {
                        Object plugin = arguments[0];
                        throw Refusal.denied("'" + argument + "' stays here: the server asked for a proof that "
                                + (plugin == null
                                        ? "the driver"
                                        : plugin.getClass().getSimpleName())
                                + " would make of it; only mysql_native_password, caching_sha2_password and, over TLS,"
                                + " sha256_password and mysql_clear_password are supported");
                    }
                }
                return arguments;
            }
        };
    }

    /** The attempt that has to answer for these bytes; null where they are none of ours. */
    private static @Nullable Attempt attempt(@Nullable Object bytes) throws Refusal {
        if (!(bytes instanceof byte[]) || !Credentials.claims((byte[]) bytes)) {
            return null;
        }
        Connect connect = Connect.current();
        Credentials credentials = connect == null ? null : connect.credentials();
        Attempt attempt = connect == null ? null : connect.attempt();
        if (attempt == null || credentials == null || !credentials.isPassword((byte[]) bytes)) {
            throw Refusal.denied("a reference reached the driver's messages outside of a connect that Lethe follows");
        }
        return asked(attempt);
    }

    /** The server asks: whether it does over TLS is known by now. */
    private static Attempt asked(Attempt attempt) {
        Connect connect = Connect.current();
        Object stream = connect == null ? null : connect.stream();
        Object connection = stream == null ? null : Peek.at(stream, "socketConnection");
        if (connection != null) {
            attempt.over((Socket) Peek.at(connection, "mysqlSocket"));
        } else if (stream != null) {
            // In 5.1 the stream has the socket itself.
            attempt.over((Socket) Peek.at(stream, "mysqlConnection"));
        }
        return attempt;
    }
}
