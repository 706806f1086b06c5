package io.lethe.broker;

import io.lethe.broker.json.JsonException;
import io.lethe.broker.json.JsonFields;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A {@link Grant} as it stands in the index.
 *
 * <p>Loaded by the agent loader and the command line's. Stateless. An unknown condition is refused, never ignored.
 */
final class GrantJson {

    private GrantJson() {}

    /** Conditions that are not set are left out. */
    static Map<String, Object> write(Grant grant) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", grant.id());
        json.put("secret", grant.secret());
        json.put("fields", new ArrayList<Object>(grant.fields()));
        List<Object> targets = new ArrayList<>();
        for (TargetPattern target : grant.targets()) {
            targets.add(target.toString());
        }
        json.put("targets", targets);
        putUnlessEmpty(json, "users", grant.users());
        json.put("actions", new ArrayList<Object>(grant.actions()));
        json.put("workload", workload(grant));
        if (grant.workloads().size() > 1) {
            putUnlessEmpty(json, "workloads", grant.workloads());
        }
        json.put("ttl", grant.ttlSeconds());
        if (grant.notAfter() != Long.MAX_VALUE) {
            json.put("not-after", grant.notAfter());
        }
        if (grant.notBefore() > 0) {
            json.put("not-before", grant.notBefore());
        }
        List<String> hours = new ArrayList<>();
        for (Hours some : grant.hours()) {
            hours.add(some.toString());
        }
        putUnlessEmpty(json, "hours", hours);
        if (grant.uses() > 0) {
            json.put("uses", grant.uses());
        }
        if (grant.saysTls()) {
            json.put("tls", "verified");
        }
        putUnlessEmpty(json, "weak", grant.weak());
        putUnlessEmpty(json, "via", grant.via());
        if (grant.namesPositions()) {
            putUnlessEmpty(json, "positions", grant.positions());
        }
        putUnlessEmpty(json, "methods", grant.methods());
        List<String> authorities = new ArrayList<>();
        for (byte[] authority : grant.trust().authorities()) {
            authorities.add(Base64.getEncoder().encodeToString(authority));
        }
        putUnlessEmpty(json, "authorities", authorities);
        putUnlessEmpty(json, "pins", grant.trust().pins());
        return json;
    }

    static Grant read(Object value) throws JsonException {
        JsonFields json = JsonFields.of(value, "a grant");
        String id = json.string("id");
        try {
            GrantBuilder builder = Grant.of(json.string("secret"));
            builder.fields.clear();
            builder.fields.addAll(json.strings("fields"));
            for (String target : json.strings("targets")) {
                builder.to(target);
            }
            builder.users.addAll(json.strings("users"));
            builder.actions.addAll(json.strings("actions"));
            JsonFields workload = json.object("workload");
            for (String selector : workload.keys()) {
                builder.workload(selector, workload.string(selector));
            }
            for (String name : json.strings("workloads")) {
                builder.workload("name", name);
            }
            builder.ttl(json.number("ttl"));
            if (json.has("not-after")) {
                builder.notAfter(json.number("not-after"));
            }
            if (json.has("not-before")) {
                builder.notBefore(json.number("not-before"));
            }
            for (String some : json.strings("hours")) {
                builder.hours(some);
            }
            if (json.has("uses")) {
                builder.uses(json.number("uses"));
            }
            if (json.has("tls")) {
                String tls = json.string("tls");
                if (!tls.equals("verified")) {
                    throw new JsonException("grant " + Text.shown(id) + " demands unknown TLS " + Text.shown(tls));
                }
                builder.verifiedTls();
            }
            for (String weakness : json.strings("weak")) {
                builder.weak(weakness);
            }
            builder.via.addAll(json.strings("via"));
            for (String header : json.strings("headers")) {
                // As it was called when headers were the only positions.
                builder.positions.add(Position.parse("header:" + header));
            }
            for (String position : json.strings("positions")) {
                builder.positions.add(Position.parse(position));
            }
            for (String method : json.strings("methods")) {
                builder.method(method);
            }
            for (String authority : json.strings("authorities")) {
                builder.authority(Base64.getDecoder().decode(authority));
            }
            for (String pin : json.strings("pins")) {
                builder.pin(pin);
            }
            json.end();
            return builder.build(id);
        } catch (IllegalArgumentException e) {
            throw new JsonException("grant " + Text.shown(id) + ": " + e.getMessage());
        }
    }

    /** One name stands among the selectors, as it did when there could be no more. */
    private static Map<String, Object> workload(Grant grant) {
        Map<String, Object> workload = new TreeMap<>(grant.selectors());
        if (grant.workloads().size() == 1) {
            workload.put("name", grant.workloads().iterator().next());
        }
        return workload;
    }

    private static void putUnlessEmpty(Map<String, Object> json, String key, Collection<String> values) {
        if (!values.isEmpty()) {
            json.put(key, new ArrayList<Object>(values));
        }
    }
}
