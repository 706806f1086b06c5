package io.lethe.broker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A decision laid open: what was asked, what was decided, and how each grant on the secret stands to it.
 *
 * <p>Loaded by the command line's loader, which prints it. Immutable. Nothing of it is secret.
 */
public final class Explanation {

    private final Request request;
    private final Decision decision;
    private final Map<String, String> grants;

    private Explanation(Request request, Decision decision, Map<String, String> grants) {
        this.request = request;
        this.decision = decision;
        this.grants = Collections.unmodifiableMap(grants);
    }

    /**
     * Lays open what the grants say to the request.
     *
     * @param now seconds since 1970
     */
    public static Explanation of(Grants grants, Request request, long now) {
        Map<String, String> each = new LinkedHashMap<>();
        for (Grant grant : grants.of(request.secret())) {
            List<String> misses = grants.misses(grant, request, now);
            each.put(grant.id(), misses.isEmpty() ? "allows it" : String.join("; ", misses));
        }
        return new Explanation(request, grants.decide(request, now), each);
    }

    /** Text from outside, kept on one line and short. */
    public static String shown(String text) {
        return Text.shown(text);
    }

    /** A request in half a sentence: target and, where it has them, method, user and position. */
    public static String shown(Request request) {
        String user = request.user();
        String method = request.method();
        String position = request.position();
        return (method == null ? "" : Text.shown(method) + " ")
                + Text.shown(request.target().toString())
                + (user == null ? "" : " as user " + Text.shown(user))
                + (position == null ? "" : " in " + Text.shown(position));
    }

    public Decision decision() {
        return decision;
    }

    /** Each grant on the secret by its id, and what it says to the request. */
    public Map<String, String> grants() {
        return grants;
    }

    /** Lines for people. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add((decision.allowed() ? "allowed: " : "denied: ") + "lethe:" + Text.shown(request.secret()) + " on "
                + shown(request) + ": " + decision.reason());
        for (Map.Entry<String, String> grant : grants.entrySet()) {
            lines.add("  " + (decision.allowed() && grant.getKey().equals(decision.rule()) ? "* " : "  ")
                    + grant.getKey() + " " + grant.getValue());
        }
        lines.add("  policy " + decision.policyHash() + (decision.marks().isEmpty() ? "" : " " + decision.marks()));
        return lines;
    }

    /** For programs. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("allowed", decision.allowed());
        json.put("rule", decision.rule());
        json.put("reason", decision.reason());
        json.put("secret", request.secret());
        json.put("field", request.field());
        json.put("target", request.target().toString());
        json.put("action", request.action());
        String user = request.user();
        if (user != null) {
            json.put("user", user);
        }
        Records.putHttp(json, request);
        json.put("workload", request.workload().describe());
        json.put("grants", new LinkedHashMap<String, Object>(grants));
        json.put("policy", decision.policyHash());
        json.put("marks", new ArrayList<Object>(decision.marks()));
        return json;
    }
}
