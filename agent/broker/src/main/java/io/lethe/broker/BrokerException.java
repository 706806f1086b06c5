package io.lethe.broker;

import org.jspecify.annotations.Nullable;

/** Why there is no lease. The message is one line: what, which reference and target, what to do. Never a secret. */
public final class BrokerException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What kind of no it is. */
    public enum Kind {
        /** A decision: no grant covers the request, or it has expired. A retry makes no sense. */
        DENIED,
        /** There is no such secret or field. A retry makes no sense. */
        NOT_FOUND,
        /** The broker could not be asked or did not answer in time. A retry may help. */
        UNAVAILABLE,
        /** Config, index, signature, secret file or audit trail is broken. Somebody must mend it. */
        BROKEN
    }

    private final Kind kind;
    private final transient @Nullable Decision decision;

    public BrokerException(Kind kind, String message) {
        super(message);
        this.kind = kind;
        this.decision = null;
    }

    public BrokerException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.decision = null;
    }

    /** A denial; the decision goes to the audit trail. */
    public BrokerException(String message, Decision decision) {
        super(message);
        this.kind = Kind.DENIED;
        this.decision = decision;
    }

    /** The same failure for another thread that waited for it. */
    BrokerException copy() {
        return new BrokerException(kind, String.valueOf(getMessage()), this, decision);
    }

    private BrokerException(Kind kind, String message, Throwable cause, @Nullable Decision decision) {
        super(message, cause);
        this.kind = kind;
        this.decision = decision;
    }

    public Kind kind() {
        return kind;
    }

    /** The decision behind a {@link Kind#DENIED}, where the broker gave one. */
    public @Nullable Decision decision() {
        return decision;
    }
}
