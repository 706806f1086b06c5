package io.lethe.broker;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A {@link Request} as the body of an AuthZEN evaluation (OpenID Authorization API 1.0): subject, action, resource, context.
 *
 * <p>Loaded by the agent loader and the command line's. Stateless. Nothing of it is secret.
 */
public final class Evaluation {

    private Evaluation() {}

    /**
     * The request as JSON.
     *
     * @param decision of the grants
     * @param now seconds since 1970
     */
    public static Map<String, Object> of(Request request, Decision decision, long now) {
        Map<String, Object> evaluation = new LinkedHashMap<>();
        evaluation.put("subject", subject(request));
        evaluation.put("action", action(request));
        evaluation.put("resource", resource(request));
        evaluation.put("context", context(decision, now));
        return evaluation;
    }

    private static Map<String, Object> subject(Request request) {
        Workload workload = request.workload();
        Map<String, Object> properties = new LinkedHashMap<>(workload.describe());
        properties.remove("name");
        Caller caller = request.caller();
        if (caller != null) {
            properties.putAll(caller.describe());
        }
        return entity("workload", workload.name(), properties);
    }

    private static Map<String, Object> resource(Request request) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("field", request.field());
        properties.put("target", request.target().toString());
        return entity("secret", request.secret(), properties);
    }

    private static Map<String, Object> action(Request request) {
        Map<String, Object> properties = new LinkedHashMap<>();
        String user = request.user();
        if (user != null) {
            properties.put("user", user);
        }
        Records.putHttp(properties, request);
        if (!request.via().isEmpty()) {
            properties.put("via", new ArrayList<Object>(request.via()));
        }
        Map<String, Object> action = new LinkedHashMap<>();
        action.put("name", request.action());
        if (!properties.isEmpty()) {
            action.put("properties", properties);
        }
        return action;
    }

    private static Map<String, Object> context(Decision decision, long now) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("time", Instant.ofEpochSecond(now).toString());
        context.put("grant", decision.rule());
        context.put("policy", decision.policyHash());
        if (!decision.marks().isEmpty()) {
            context.put("marks", new ArrayList<Object>(decision.marks()));
        }
        return context;
    }

    private static Map<String, Object> entity(String type, String id, Map<String, Object> properties) {
        Map<String, Object> entity = new LinkedHashMap<>();
        entity.put("type", type);
        entity.put("id", id);
        entity.put("properties", properties);
        return entity;
    }
}
