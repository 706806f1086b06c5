package io.lethe.broker;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The grants of a vault, asked for a decision. Default deny: a request is allowed only where one grant covers all of
 * it.
 *
 * <p>Loaded by the agent loader and the command line's. Immutable. Never fails: what is unclear is denied.
 */
public final class Grants {

    private final Map<String, List<Grant>> bySecret = new HashMap<>();
    private final Map<String, String> usernames;
    private final Set<String> publicFields;
    private final String policyHash;
    private final Set<String> marks;

    /**
     * @param usernames the public user name of each secret that has one
     * @param publicFields fields that are no secret, so that a grant covers them without naming them
     * @param marks go into every decision
     */
    public Grants(
            List<Grant> grants,
            Map<String, String> usernames,
            Set<String> publicFields,
            String policyHash,
            Set<String> marks) {
        for (Grant grant : grants) {
            bySecret.computeIfAbsent(grant.secret(), s -> new ArrayList<>()).add(grant);
        }
        this.usernames = new HashMap<>(usernames);
        this.publicFields = new HashSet<>(publicFields);
        this.policyHash = policyHash;
        this.marks = marks;
    }

    /**
     * Allows where one grant covers the whole request.
     *
     * @param now seconds since 1970
     */
    public Decision decide(Request request, long now) {
        List<Grant> candidates = of(request.secret());
        for (Grant grant : candidates) {
            if (covers(grant, request, now)) {
                return decision(true, grant.id(), "grant " + grant.id() + " allows it");
            }
        }
        // Only a no needs words: they cost more than the decision, and a secret may have thousands of grants.
        Grant nearest = null;
        List<String> nearestMisses = Collections.emptyList();
        for (Grant grant : candidates) {
            List<String> misses = misses(grant, request, now);
            if (nearest == null || misses.size() < nearestMisses.size()) {
                nearest = grant;
                nearestMisses = misses;
            }
        }
        if (nearest == null) {
            return decision(
                    false,
                    Decision.NO_RULE,
                    "no grant names the secret " + Text.shown(request.secret()) + " (lethe vault grant makes one)");
        }
        return decision(false, nearest.id(), "grant " + nearest.id() + " " + String.join("; ", nearestMisses));
    }

    /**
     * Whether any grant on the secret, whoever and wherever it is for, names this position of HTTP requests. A reference where
     * none does is a text like any other, typed by an end user perhaps.
     */
    public boolean names(String secret, String position) {
        for (Grant grant : of(secret)) {
            if (grant.actions().contains(Scheme.REQUEST) && grant.positions().contains(position)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The terms of a lease under this grant.
     *
     * @param epochSeconds the clock that decides whether the grant has ended
     */
    public Terms terms(Grant grant, Request issuedFor, LongSupplier epochSeconds) {
        return Terms.of(this, grant, issuedFor, epochSeconds);
    }

    /** The grant that {@link #decide} would name in place of this one, which covers the request too. */
    @Nullable
    Grant firstBefore(Grant grant, Request request, long now) {
        for (Grant earlier : of(request.secret())) {
            if (earlier == grant) {
                return null;
            }
            if (covers(earlier, request, now)) {
                return earlier;
            }
        }
        return null;
    }

    /** The grant that a decision named. */
    public @Nullable Grant byId(String secret, String id) {
        for (Grant grant : of(secret)) {
            if (grant.id().equals(id)) {
                return grant;
            }
        }
        return null;
    }

    /** All grants on a secret. */
    public List<Grant> of(String secret) {
        return Collections.unmodifiableList(bySecret.getOrDefault(secret, Collections.emptyList()));
    }

    /** Whether the grant covers all of the request; makes no text, since each request under a warm lease is asked for. */
    boolean covers(Grant grant, Request request, long now) {
        return reaches(grant, request.target())
                && hasUser(grant, request)
                && hasPosition(grant, request)
                && hasMethod(grant, request)
                && grant.actions().contains(request.action())
                && hasField(grant, request)
                && grant.via().containsAll(request.via())
                && isFor(grant, request.workload())
                && now < grant.notAfter();
    }

    /**
     * What of the request the grant does not cover, as ends of a sentence that begins with the grant; empty for a yes.
     */
    List<String> misses(Grant grant, Request request, long now) {
        List<String> misses = new ArrayList<>();
        if (covers(grant, request, now)) {
            return misses;
        }
        if (!reaches(grant, request.target())) {
            misses.add("allows " + joined(grant.targets()) + ", this is "
                    + Text.shown(request.target().toString()));
        }
        if (!hasUser(grant, request)) {
            misses.add(userMiss(grant, request));
        }
        if (!hasPosition(grant, request)) {
            misses.add("allows " + joined(grant.positions()) + ", this is "
                    + shownOr(request.position(), "in no known position"));
        }
        if (!hasMethod(grant, request)) {
            misses.add("allows " + joined(grant.methods()) + ", this is "
                    + shownOr(request.method(), "of no known method"));
        }
        if (!grant.actions().contains(request.action())) {
            misses.add("allows to " + joined(grant.actions()) + ", this is to " + Text.shown(request.action()));
        }
        if (!hasField(grant, request)) {
            misses.add("allows the field " + joined(grant.fields()) + ", this is " + Text.shown(request.field()));
        }
        for (String via : request.via()) {
            if (!grant.via().contains(via)) {
                misses.add("does not allow " + Text.shown(via));
            }
        }
        if (!grant.workloads().contains(request.workload().name())) {
            misses.add("is for the workload name " + joined(grant.workloads()) + ", this one's is "
                    + Text.shown(request.workload().name()));
        }
        for (Map.Entry<String, String> wanted : grant.selectors().entrySet()) {
            String actual = request.workload().selector(wanted.getKey());
            if (!wanted.getValue().equals(actual)) {
                misses.add("is for the workload " + wanted.getKey() + " " + wanted.getValue() + ", this one's is "
                        + shownOr(actual, "not known"));
            }
        }
        if (now >= grant.notAfter()) {
            misses.add("expired on " + Instant.ofEpochSecond(grant.notAfter()));
        }
        return misses;
    }

    private static boolean reaches(Grant grant, Target target) {
        for (TargetPattern pattern : grant.targets()) {
            if (pattern.matches(target)) {
                return true;
            }
        }
        return false;
    }

    private boolean hasUser(Grant grant, Request request) {
        if (!Scheme.CONNECT.equals(request.action())) {
            return true;
        }
        String own = usernames.get(request.secret());
        String user = request.user();
        return user == null
                ? own != null
                : user.equals(own)
                        || grant.users().contains(user)
                        || grant.users().contains(Grant.ANY);
    }

    private String userMiss(Grant grant, Request request) {
        String user = request.user();
        if (user == null) {
            return "needs a user name: the secret has none of its own and the application gave none";
        }
        Set<String> allowed = new LinkedHashSet<>(grant.users());
        String own = usernames.get(request.secret());
        if (own != null) {
            allowed.add(own);
        }
        return "allows " + (allowed.isEmpty() ? "no user" : "user " + joined(allowed)) + ", this is user "
                + Text.shown(user);
    }

    private static boolean hasPosition(Grant grant, Request request) {
        String position = request.position();
        return !Scheme.REQUEST.equals(request.action())
                || (position != null && grant.positions().contains(position));
    }

    private static boolean hasMethod(Grant grant, Request request) {
        String method = request.method();
        return !Scheme.REQUEST.equals(request.action())
                || grant.methods().isEmpty()
                || (method != null && grant.methods().contains(method));
    }

    private boolean hasField(Grant grant, Request request) {
        return grant.fields().contains(request.field()) || publicFields.contains(request.field());
    }

    private static boolean isFor(Grant grant, Workload workload) {
        if (!grant.workloads().contains(workload.name())) {
            return false;
        }
        for (Map.Entry<String, String> wanted : grant.selectors().entrySet()) {
            if (!wanted.getValue().equals(workload.selector(wanted.getKey()))) {
                return false;
            }
        }
        return true;
    }

    private Decision decision(boolean allowed, String rule, String reason) {
        return new Decision(allowed, rule, reason, policyHash, marks);
    }

    private static String shownOr(@Nullable String text, String unknown) {
        return text == null ? unknown : Text.shown(text);
    }

    private static String joined(Iterable<?> values) {
        StringBuilder out = new StringBuilder();
        for (Object value : values) {
            out.append(out.length() == 0 ? "" : " or ").append(Text.shown(String.valueOf(value)));
        }
        return out.toString();
    }
}
