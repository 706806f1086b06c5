package io.lethe.cli;

import io.lethe.broker.Explanation;
import io.lethe.broker.Workload;
import io.lethe.broker.WorkloadProbe;
import io.lethe.broker.audit.Audit;
import io.lethe.broker.audit.AuditException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who runs a command that lets secrets out, and why, for the audit trail. Stateless. */
final class Actor {

    private static final String NOBODY = "4294967295";
    private static final int LONGEST_REASON = 200;

    private Actor() {}

    /** Returns when the event is on disk; before that nothing may leave the vault. */
    static void record(Place place, String command, Map<String, Object> event, String reason)
            throws CliException, AuditException {
        if (reason.trim().isEmpty() || reason.length() > LONGEST_REASON) {
            throw CliException.usage("a reason has 1 to " + LONGEST_REASON + " characters");
        }
        Workload who = WorkloadProbe.probe(command);
        event.put("actor", name());
        String login = loginUid();
        if (login != null) {
            event.put("loginUid", login);
        }
        event.put("reason", Explanation.shown(reason));
        try (Audit audit = new Audit(place.auditFolder(), who.describe(), true)) {
            audit.durably(Collections.singletonList(event));
        }
    }

    /** Who runs this. */
    static String name() {
        return System.getProperty("user.name", "?");
    }

    /** Who logged in, which the kernel keeps through su and sudo; null where nobody did. */
    private static @Nullable String loginUid() {
        try {
            String uid = String.join(
                            "", Files.readAllLines(Paths.get("/proc/self/loginuid"), StandardCharsets.US_ASCII))
                    .trim();
            return uid.isEmpty() || uid.equals(NOBODY) ? null : uid;
        } catch (IOException e) {
            return null;
        }
    }
}
