package io.lethe.broker.audit;

import java.io.IOException;

/** Why the audit trail could not be written or read. One line: what, which file or folder, what to do. */
public final class AuditException extends IOException {

    private static final long serialVersionUID = 1L;

    public AuditException(String message) {
        super(message);
    }

    public AuditException(String message, Throwable cause) {
        super(message, cause);
    }
}
