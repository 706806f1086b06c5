package io.lethe.broker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the audit trail says of each event, and how messages name a request.
 *
 * <p>Loaded by the agent loader. Stateless. Nothing of it is secret.
 */
final class Records {

    /** A path is as long as the application likes; what follows is not worth a longer line. */
    private static final int MAX_TARGET = 2048;

    private Records() {}

    static String what(Request request) {
        return "lethe:" + Text.shown(request.secret()) + " on "
                + Text.shown(request.target().toString());
    }

    static Map<String, Object> allowed(Lease lease, Request request) {
        Map<String, Object> event = decision(request, true);
        event.put("lease", lease.id());
        event.put("version", lease.version());
        event.put("rule", lease.rule());
        if (lease.uses() > 0) {
            event.put("use", lease.use());
            event.put("uses", lease.uses());
            event.put("usesPer", "process");
        }
        if (lease.keyNanos() >= 0) {
            event.put("keyUs", TimeUnit.NANOSECONDS.toMicros(lease.keyNanos()));
            event.put("keyCollections", lease.keyCollections());
        }
        put(event, lease.decision());
        return event;
    }

    /** @param marks what weakens what the broker says, where the failure is no decision, which has its own */
    static Map<String, Object> refused(BrokerException failure, Request request, Set<String> marks) {
        Map<String, Object> event = decision(request, false);
        event.put("kind", failure.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        Decision decision = failure.decision();
        event.put("rule", decision == null ? Decision.NO_RULE : decision.rule());
        if (decision == null) {
            event.put("reason", String.valueOf(failure.getMessage()));
            putMarks(event, marks);
        }
        put(event, decision);
        return event;
    }

    static Map<String, Object> release(
            Lease lease, Request request, long windowNanos, long derivedNanos, int arrays, int collections) {
        Map<String, Object> event = use("release", lease, request);
        event.put("windowUs", TimeUnit.NANOSECONDS.toMicros(windowNanos));
        event.put("derivedUs", TimeUnit.NANOSECONDS.toMicros(derivedNanos));
        event.put("arraysWiped", arrays);
        event.put("collections", collections);
        return event;
    }

    static Map<String, Object> outcome(Lease lease, Request request, @Nullable String sqlState) {
        Map<String, Object> event = use("outcome", lease, request);
        event.put("outcome", sqlState == null ? "ok" : Text.shown(sqlState));
        return event;
    }

    /** @param status of an HTTP response, of which the class is written */
    static Map<String, Object> answered(Lease lease, Request request, int status) {
        Map<String, Object> event = use("outcome", lease, request);
        event.put("outcome", status / 100 + "xx");
        return event;
    }

    /**
     * @param instead what the override lets pass
     * @param marks what weakens what the broker says of it
     */
    static Map<String, Object> breakGlass(BreakGlass override, Request request, String instead, Set<String> marks) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", BreakGlass.MARK);
        event.put("override", override.id());
        event.put("secret", request.secret());
        event.put("target", target(request));
        event.put("until", override.until());
        event.put("actor", override.actor());
        event.put("reason", override.reason());
        event.put("instead", instead);
        event.put("workload", request.workload().name());
        event.put("assurance", request.workload().assurance());
        putMarks(event, marks);
        return event;
    }

    static Map<String, Object> close(Lease lease, Request request) {
        return use("close", lease, request);
    }

    /** @param why what the connection that the lease opened was closed for */
    static Map<String, Object> close(Lease lease, Request request, String why) {
        Map<String, Object> event = close(lease, request);
        event.put("why", why);
        return event;
    }

    private static Map<String, Object> use(String name, Lease lease, Request request) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", name);
        event.put("lease", lease.id());
        event.put("secret", request.secret());
        event.put("target", target(request));
        putHttp(event, request);
        event.put("assurance", request.workload().assurance());
        Decision decision = lease.decision();
        if (decision != null && !decision.marks().isEmpty()) {
            event.put("marks", decision.listOfMarks());
        }
        return event;
    }

    /** A lease for HTTP serves several methods and positions, so each use says its own. */
    static void putHttp(Map<String, Object> event, Request request) {
        String method = request.method();
        if (method != null) {
            event.put("method", Text.shown(method));
        }
        String position = request.position();
        if (position != null) {
            event.put("position", Text.shown(position));
        }
    }

    private static Map<String, Object> decision(Request request, boolean allowed) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", "decision");
        event.put("allowed", allowed);
        event.put("secret", request.secret());
        event.put("field", request.field());
        event.put("target", target(request));
        event.put("action", request.action());
        String user = request.user();
        if (user != null) {
            event.put("user", user);
        }
        putHttp(event, request);
        if (!request.via().isEmpty()) {
            event.put("via", new ArrayList<Object>(request.via()));
        }
        Caller caller = request.caller();
        if (caller != null) {
            event.putAll(caller.describe());
        }
        event.put("workload", request.workload().name());
        event.put("assurance", request.workload().assurance());
        return event;
    }

    private static String target(Request request) {
        String target = request.target().toString();
        return target.length() <= MAX_TARGET ? target : target.substring(0, MAX_TARGET) + "...";
    }

    private static void put(Map<String, Object> event, @Nullable Decision decision) {
        if (decision != null) {
            event.put("policy", decision.policyHash());
            event.put("reason", decision.reason());
            String asked = decision.asked();
            if (asked != null) {
                event.put("asked", asked);
            }
            putMarks(event, decision.marks());
        }
    }

    private static void putMarks(Map<String, Object> event, Set<String> marks) {
        if (!marks.isEmpty()) {
            event.put("marks", new ArrayList<Object>(marks));
        }
    }
}
