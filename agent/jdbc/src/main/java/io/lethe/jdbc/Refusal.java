package io.lethe.jdbc;

import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLTransientConnectionException;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * No, said inside a driver. It carries a SQLState that no driver knows, because drivers act on those that they know (pgjdbc
 * answers 28000 by a second attempt without TLS); the outermost call turns it into what the users of JDBC expect.
 *
 * <p>Loaded by the agent loader. The message is one line and holds no secret.
 */
final class Refusal extends SQLException {

    /** Class LT is free for implementations (ISO 9075-2, 24.1: classes that begin with I to Z). */
    static final String PRIVATE_STATE = "LT000";

    private static final long serialVersionUID = 1L;

    private static final int DEEPEST_CAUSE = 32;

    private final boolean worthRetrying;

    private Refusal(String message, boolean worthRetrying, @Nullable Throwable cause) {
        super("lethe: " + message, PRIVATE_STATE, cause);
        this.worthRetrying = worthRetrying;
    }

    /** A decision: the same request will be refused again. */
    static Refusal denied(String message) {
        return new Refusal(message, false, null);
    }

    /** A circumstance: the broker is away, or a circuit is open. */
    static Refusal unavailable(String message) {
        return new Refusal(message, true, null);
    }

    /** What the application gets, with the standard SQLState and class. */
    SQLException outward() {
        SQLException outward = worthRetrying
                ? new SQLTransientConnectionException(getMessage(), "08001")
                : new SQLInvalidAuthorizationSpecException(getMessage(), "28000");
        outward.setStackTrace(getStackTrace());
        return outward;
    }

    /** The refusal that a driver wrapped, however deep; null where there is none. */
    static @Nullable Refusal in(Throwable thrown) {
        return in(thrown, new IdentityHashMap<>());
    }

    private static @Nullable Refusal in(@Nullable Throwable thrown, IdentityHashMap<Throwable, Boolean> seen) {
        Throwable t = thrown;
        while (t != null && seen.size() < DEEPEST_CAUSE && seen.put(t, true) == null) {
            if (t instanceof Refusal) {
                return (Refusal) t;
            }
            if (t instanceof SQLException) {
                Refusal next = in(((SQLException) t).getNextException(), seen);
                if (next != null) {
                    return next;
                }
            }
            for (Throwable suppressed : t.getSuppressed()) {
                Refusal found = in(suppressed, seen);
                if (found != null) {
                    return found;
                }
            }
            t = t.getCause();
        }
        return null;
    }
}
