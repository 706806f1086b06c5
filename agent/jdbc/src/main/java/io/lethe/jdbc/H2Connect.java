package io.lethe.jdbc;

import io.lethe.secret.Reference;
import io.lethe.weave.Answer;
import io.lethe.weave.Scope;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the hooks of {@link H2} do on the way to a database: they put tokens where hashes would be kept. {@link H2Attempts} begins
 * and closes the attempts; what becomes of the tokens is {@link H2Hashes}'.
 *
 * <p>Loaded by the agent loader. Called on the application's threads; all state is in {@link Connect}, which belongs to the
 * thread. A connect without a reference passes each of them after one look.
 */
final class H2Connect {

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
                    if (Reference.claims(H2Attempts.lower(user))) {
                        throw Refusal.denied(
                                "'" + H2Attempts.lower(user) + "' in the user's place needs a reference in the"
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
                H2Attempts.credentials(token, user);
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
}
