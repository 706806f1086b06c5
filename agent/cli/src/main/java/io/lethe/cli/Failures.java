package io.lethe.cli;

import io.lethe.broker.BrokerException;
import io.lethe.broker.audit.AuditException;
import io.lethe.cli.scan.ScanException;
import org.jspecify.annotations.Nullable;

/** Which exit code a failure has; its message is fit for people as it is. Stateless. */
final class Failures {

    private Failures() {}

    /** Null where the failure is a defect of ours. */
    static @Nullable Integer exitCode(Exception e) {
        if (e instanceof CliException) {
            return ((CliException) e).exitCode();
        }
        if (e instanceof BrokerException) {
            BrokerException.Kind kind = ((BrokerException) e).kind();
            boolean no = kind == BrokerException.Kind.DENIED || kind == BrokerException.Kind.NOT_FOUND;
            return no ? ExitCode.NO : ExitCode.FAILED;
        }
        return e instanceof AuditException || e instanceof ScanException ? ExitCode.FAILED : null;
    }
}
