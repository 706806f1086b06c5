package io.lethe.broker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A decision laid open: what was asked, what was decided, and how each grant on the secret stands to it.
 *
 * <p>Loaded by the command line's loader, which prints it. Immutable. Nothing of it is secret.
 */
public final class Explanation {

    private final Request request;
    private final Decision decision;
    private final Map<String, String> grants;
    private final long now;
    private final List<String> besides;

    private Explanation(
            Request request, Decision decision, Map<String, String> grants, long now, List<String> besides) {
        this.now = now;
        this.besides = besides;
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
            List<String> misses = Misses.of(grants, grant, request, now, null);
            each.put(grant.id(), misses.isEmpty() ? "allows it" : String.join("; ", misses));
        }
        Decision decision = grants.decide(request, now);
        Grant grant = decision.allowed() ? grants.byId(request.secret(), decision.rule()) : null;
        return new Explanation(request, decision, each, now, grant == null ? new ArrayList<>() : besides(grant));
    }

    /** What an application still has to meet, where the grant covers the request. */
    private static List<String> besides(Grant grant) {
        List<String> besides = new ArrayList<>();
        if (grant.uses() > 0) {
            besides.add("each process has " + grant.uses() + (grant.uses() == 1 ? " use" : " uses")
                    + " of it, counted in the process and not here");
        }
        if (grant.demandsTls()) {
            besides.add("the server gets nothing before it was vouched for over TLS, by "
                    + (grant.trust().isDefault() ? "the JVM's trust store" : "the grant's --ca or --pin"));
        }
        return besides;
    }

    /** The same, where a broker that is asked, too, has answered or has yet to. */
    public Explanation with(Decision whole, @Nullable String yetToAsk) {
        List<String> more = new ArrayList<>(besides);
        if (yetToAsk != null) {
            more.add(Text.shown(yetToAsk) + " has to allow it too, and was not asked here");
        }
        return new Explanation(request, whole, grants, now, more);
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

    /** Whether it depends on which code calls, and that was not said. */
    public boolean needsCaller() {
        return decision.needsCaller();
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
        for (String more : besides) {
            lines.add("  besides: " + more);
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
        if (!besides.isEmpty()) {
            json.put("besides", new ArrayList<Object>(besides));
        }
        String asked = decision.asked();
        if (asked != null) {
            json.put("asked", asked);
        }
        json.put("request", Evaluation.of(request, decision, now));
        json.put("policy", decision.policyHash());
        json.put("marks", new ArrayList<Object>(decision.marks()));
        return json;
    }
}
