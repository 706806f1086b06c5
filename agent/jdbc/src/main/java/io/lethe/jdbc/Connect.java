package io.lethe.jdbc;

import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * One connect in progress on one thread: the credentials that the driver was given, and the attempt that is under way.
 * Connects nest, because wrapper drivers call drivers; only the innermost sees wire and challenge.
 *
 * <p>Loaded by the agent loader. Bound to its thread between {@link #push} and {@link #pop}.
 */
final class Connect {

    private static final ThreadLocal<Connect> CURRENT = new ThreadLocal<>();

    private @Nullable Credentials credentials;
    private final @Nullable Properties info;
    private final @Nullable Connect outer;
    private @Nullable Attempt attempt;
    private @Nullable Attempt second;
    private boolean framed;
    private @Nullable Object stream;
    private @Nullable StandIn standIn;
    private @Nullable String obstacle;
    private boolean loose;
    private boolean authenticating;

    private Connect(@Nullable Credentials credentials, @Nullable Properties info, @Nullable Connect outer) {
        this.credentials = credentials;
        this.info = info;
        this.outer = outer;
    }

    /** Begins a connect; credentials are null where no reference is involved, so that an outer one's are not used. */
    static Connect push(@Nullable Credentials credentials, @Nullable Properties info) {
        Connect connect = new Connect(credentials, info, CURRENT.get());
        CURRENT.set(connect);
        return connect;
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

    /** Ends what began inside of a connect, or inside of none; nothing where that one is over itself. */
    static void unwind(@Nullable Connect around, @Nullable Throwable failure) {
        Connect connect = CURRENT.get();
        while (connect != null && connect != around) {
            connect = connect.outer;
        }
        if (connect != around) {
            return;
        }
        for (Connect inner = CURRENT.get(); inner != null && inner != around; inner = CURRENT.get()) {
            pop(failure);
        }
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

    /**
     * The attempt that this text, which claims to be a reference or is a stand-in, belongs to. One that turns up anywhere else
     * goes no further.
     */
    static Attempt attemptFor(CharSequence text) throws Refusal {
        Connect connect = CURRENT.get();
        Credentials credentials = connect == null ? null : connect.credentials;
        Attempt attempt = connect == null ? null : connect.attempt;
        StandIn standIn = connect == null ? null : connect.standIn;
        boolean known = (standIn != null && standIn.is(text)) || (credentials != null && credentials.isPassword(text));
        if (attempt == null || !known) {
            throw Refusal.denied(
                    "a reference reached the driver's cryptography outside of a connect that Lethe follows");
        }
        return attempt;
    }

    /**
     * No method frames this connect as a whole: it ends where the server has answered, and where nobody says how it ended the
     * next one to begin ends it.
     */
    void loose() {
        loose = true;
    }

    /** While the server is being answered, nothing but the end of that ends this connect. */
    void authenticating(boolean now) {
        authenticating = now;
    }

    /** Ends the innermost connect where nothing frames it and its server is not being answered. */
    static void popLoose(@Nullable Throwable failure) {
        Connect connect = CURRENT.get();
        if (connect != null && connect.loose && !connect.authenticating) {
            pop(failure);
        }
    }

    /** What stands in the places of user and password; null where neither is a reference. */
    @Nullable
    Credentials credentials() {
        return credentials;
    }

    /** They became known later than that a connect began. */
    void with(Credentials known) {
        credentials = known;
    }

    /** The driver's options. */
    @Nullable
    Properties info() {
        return info;
    }

    /** Whether a driver method frames each attempt, so that a socket alone does not begin one. */
    boolean framed() {
        return framed;
    }

    void framed(boolean now) {
        framed = now;
    }

    /** Why the driver is not wholly recognised, where an override may let the reference pass; else null. */
    @Nullable
    String obstacle() {
        return obstacle;
    }

    void obstacle(@Nullable String why) {
        obstacle = why;
    }

    /** The driver's own stream to the server that is asking, once there is one. */
    @Nullable
    Object stream() {
        return stream;
    }

    void stream(@Nullable Object current) {
        stream = current;
    }

    /** What the driver holds in the reference's place; null where it holds the reference. */
    @Nullable
    StandIn standIn() {
        return standIn;
    }

    void standIn(@Nullable StandIn current) {
        standIn = current;
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

    /** The attempt that holds another secret of this login, such as the password of the database's file. */
    @Nullable
    Attempt second() {
        return second;
    }

    /** Begins the attempt for another secret, which ends with the first one. */
    void beginSecond(Attempt next) {
        second = next;
    }

    /** The server let us in. */
    void accepted() {
        if (attempt != null) {
            attempt.accepted();
        }
        if (second != null) {
            second.accepted();
        }
    }

    /** Ends the attempt, if there still is one. */
    void end(@Nullable Throwable failure) {
        Attempt ended = attempt;
        Attempt other = second;
        attempt = null;
        second = null;
        standIn = null;
        try {
            if (ended != null) {
                ended.close(failure);
            }
        } finally {
            if (other != null) {
                other.close(failure);
            }
        }
    }
}
