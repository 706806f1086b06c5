package io.lethe.jdbc;

import org.jspecify.annotations.Nullable;

/**
 * One connect in progress on one thread: the credentials that the driver was given, and the attempt that is under way.
 * Connects nest, because wrapper drivers call drivers; only the innermost sees wire and challenge.
 *
 * <p>Loaded by the agent loader. Bound to its thread between {@link #push} and {@link #pop}.
 */
final class Connect {

    private static final ThreadLocal<Connect> CURRENT = new ThreadLocal<>();

    final @Nullable Credentials credentials;
    final Object[] arguments;
    private final @Nullable Connect outer;
    private @Nullable Attempt attempt;

    private Connect(@Nullable Credentials credentials, Object[] arguments, @Nullable Connect outer) {
        this.credentials = credentials;
        this.arguments = arguments;
        this.outer = outer;
    }

    /** Begins a connect; credentials are null where no reference is involved, so that an outer one's are not used. */
    static void push(@Nullable Credentials credentials, Object[] arguments) {
        CURRENT.set(new Connect(credentials, arguments, CURRENT.get()));
    }

    /** Ends the innermost connect and whatever attempt it still has. */
    static void pop(@Nullable Throwable failure) {
        Connect connect = CURRENT.get();
        if (connect == null) {
            return;
        }
        if (connect.outer == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(connect.outer);
        }
        connect.end(failure);
    }

    /** The innermost connect of this thread. */
    static @Nullable Connect current() {
        return CURRENT.get();
    }

    /** The attempt of the innermost connect of this thread. */
    static @Nullable Attempt currentAttempt() {
        Connect connect = CURRENT.get();
        return connect == null ? null : connect.attempt;
    }

    @Nullable
    Attempt attempt() {
        return attempt;
    }

    /** Begins an attempt; one that is still open is abandoned. */
    void begin(Attempt next) {
        end(null);
        attempt = next;
    }

    /** Ends the attempt, if there still is one. */
    void end(@Nullable Throwable failure) {
        Attempt ended = attempt;
        attempt = null;
        if (ended != null) {
            ended.close(failure);
        }
    }
}
