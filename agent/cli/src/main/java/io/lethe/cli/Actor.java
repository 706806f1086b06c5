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
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who runs a command that changes a vault or lets secrets out, and why, for the audit trail: a line before anything happens,
 * without which it does not, and one that says how it ended.
 *
 * <p>One thread. {@link #close()} without {@link #done} says that it failed.
 */
final class Actor implements AutoCloseable {

    private static final String NOBODY = "4294967295";
    private static final int LONGEST_REASON = 200;
    private static final String ASSURANCE = "assurance";
    private static final String MARKS = "marks";

    private final Audit audit;
    private final String what;
    /** Its event; how far it is assured who asks, and what weakens that, holds for how it ended, too. */
    private final Map<String, Object> begun;

    private @Nullable Map<String, Object> end;

    private Actor(Audit audit, String what, Map<String, Object> begun) {
        this.audit = audit;
        this.what = what;
        this.begun = begun;
    }

    /** Returns when the event is on disk; before that nothing may leave the vault. */
    static void record(Place place, String command, Map<String, Object> event, String reason)
            throws CliException, AuditException {
        if (reason.trim().isEmpty()) {
            throw CliException.usage("a reason has 1 to " + LONGEST_REASON + " characters");
        }
        try (Audit audit = audit(place, command, event, reason)) {
            audit.checkpoint();
        }
    }

    /**
     * Returns when the event is on disk; before that nothing may be changed.
     *
     * @param what the command: {@code put}
     * @param reason why; null where nobody said
     */
    static Actor begin(Place place, String what, Map<String, Object> values, @Nullable String reason)
            throws CliException, AuditException {
        Map<String, Object> event = event(what, values);
        Audit audit = audit(place, "lethe-" + what, event, reason);
        return new Actor(audit, what, event);
    }

    /** What an event says: names and values in turn; a value that is null is left out. */
    static Map<String, Object> values(@Nullable Object... namesAndValues) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Object value = namesAndValues[i + 1];
            if (value instanceof Collection) {
                value = new ArrayList<Object>((Collection<?>) value);
            }
            if (value != null) {
                values.put(String.valueOf(namesAndValues[i]), value instanceof String ? shown((String) value) : value);
            }
        }
        return values;
    }

    /** The change is made; what came of it. */
    void done(@Nullable Object... namesAndValues) {
        end = values(namesAndValues);
    }

    @Override
    public void close() throws AuditException {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", end == null ? "failed" : "done");
        event.put("of", what);
        event.put(ASSURANCE, String.valueOf(begun.get(ASSURANCE)));
        if (end != null) {
            event.putAll(end);
        }
        Object marks = begun.get(MARKS);
        if (marks != null) {
            event.put(MARKS, marks);
        }
        try (Audit last = audit) {
            last.durably(Collections.singletonList(event));
        }
    }

    private static Map<String, Object> event(String what, Map<String, Object> values) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", what);
        event.putAll(values);
        return event;
    }

    /** A trail that has the event, with who and why. */
    private static Audit audit(Place place, String command, Map<String, Object> event, @Nullable String reason)
            throws CliException, AuditException {
        if (reason != null && reason.length() > LONGEST_REASON) {
            throw CliException.usage("a reason has 1 to " + LONGEST_REASON + " characters");
        }
        Workload who = WorkloadProbe.probe(command);
        event.put("actor", name());
        String login = loginUid();
        if (login != null) {
            event.put("loginUid", login);
        }
        event.put(ASSURANCE, who.assurance());
        List<Object> marks = place.marks(who.selector("uid"));
        if (!marks.isEmpty()) {
            event.put(MARKS, marks);
        }
        if (reason != null) {
            event.put("reason", shown(reason));
        }
        Audit audit = place.audit(who);
        boolean written = false;
        try {
            audit.durably(Collections.singletonList(event));
            written = true;
            return audit;
        } finally {
            if (!written) {
                audit.close();
            }
        }
    }

    private static String shown(String text) {
        return Explanation.shown(text);
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
