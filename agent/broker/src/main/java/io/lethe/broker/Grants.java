package io.lethe.broker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
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
        return decide(request, now, null);
    }

    /**
     * As above; a grant that is used up does not cover anything any more.
     *
     * @param uses null where they are not counted
     */
    public Decision decide(Request request, long now, @Nullable Uses uses) {
        List<Grant> candidates = of(request.secret());
        for (Grant grant : candidates) {
            if (covers(grant, request, now) && (uses == null || uses.left(grant))) {
                return decision(true, grant.id(), "grant " + grant.id() + " allows it");
            }
            if (request.caller() == null && Misses.needCaller(this, grant, request, now)) {
                return decision(false, grant.id(), "grant " + grant.id() + " asks which code calls")
                        .needingCaller();
            }
        }
        // Only a no needs words: they cost more than the decision, and a secret may have thousands of grants.
        Grant nearest = null;
        List<String> nearestMisses = Collections.emptyList();
        for (Grant grant : candidates) {
            List<String> misses = Misses.of(this, grant, request, now, uses);
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
        return terms(grant, issuedFor, epochSeconds, new Uses(), () -> this, false);
    }

    /**
     * As above, for a lease that is looked at again while it is used.
     *
     * @param uses counts those of the lease
     * @param current the grants in force, as far as they are known without reading anything; null where they are broken
     * @param thisOnly whether the lease covers nothing but what was asked
     */
    public Terms terms(
            Grant grant,
            Request issuedFor,
            LongSupplier epochSeconds,
            Uses uses,
            Supplier<@Nullable Grants> current,
            boolean thisOnly) {
        return Terms.of(new Rule(this, grant, issuedFor, epochSeconds, uses, current, thisOnly));
    }

    /** The grant that {@link #decide} would name in place of this one, which covers the request too. */
    @Nullable
    Grant firstBefore(Grant grant, Request request, long now, Uses uses) {
        for (Grant earlier : of(request.secret())) {
            if (earlier == grant) {
                return null;
            }
            if (covers(earlier, request, now) && uses.left(earlier)) {
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
        return covers(grant, request, now, Collections.<String>emptySet());
    }

    /** As above, whatever the grant asks of these selectors. */
    boolean covers(Grant grant, Request request, long now, Set<String> butThese) {
        return reaches(grant, request.target())
                && hasUser(grant, request)
                && hasPosition(grant, request)
                && hasMethod(grant, request)
                && grant.actions().contains(request.action())
                && hasField(grant, request)
                && grant.via().containsAll(request.via())
                && isFor(grant, request, butThese)
                && isInTime(grant, now);
    }

    /** Whether a grant on the secret asks for this selector. */
    boolean askFor(String secret, String selector) {
        for (Grant grant : of(secret)) {
            if (grant.selectors().containsKey(selector)) {
                return true;
            }
        }
        return false;
    }

    /** The user name that a secret has itself. */
    @Nullable
    String ownUser(String secret) {
        return usernames.get(secret);
    }

    static boolean reaches(Grant grant, Target target) {
        for (TargetPattern pattern : grant.targets()) {
            if (pattern.matches(target)) {
                return true;
            }
        }
        return false;
    }

    boolean hasUser(Grant grant, Request request) {
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

    static boolean hasPosition(Grant grant, Request request) {
        String position = request.position();
        return !Scheme.REQUEST.equals(request.action())
                || (position != null && grant.positions().contains(position));
    }

    static boolean hasMethod(Grant grant, Request request) {
        String method = request.method();
        return !Scheme.REQUEST.equals(request.action())
                || grant.methods().isEmpty()
                || (method != null && grant.methods().contains(method));
    }

    boolean hasField(Grant grant, Request request) {
        return grant.fields().contains(request.field()) || publicFields.contains(request.field());
    }

    private static boolean isFor(Grant grant, Request request, Set<String> butThese) {
        return grant.workloads().contains(request.workload().name()) && hasSelectors(grant, request, butThese);
    }

    static boolean hasSelectors(Grant grant, Request request, Set<String> butThese) {
        for (Map.Entry<String, String> wanted : grant.selectors().entrySet()) {
            String key = wanted.getKey();
            if (!butThese.contains(key) && !Selector.matches(key, wanted.getValue(), Selector.actual(request, key))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isInTime(Grant grant, long now) {
        return now >= grant.notBefore() && now < grant.notAfter() && isInHours(grant, now);
    }

    static boolean isInHours(Grant grant, long now) {
        for (Hours hours : grant.hours()) {
            if (hours.hold(now)) {
                return true;
            }
        }
        return grant.hours().isEmpty();
    }

    private Decision decision(boolean allowed, String rule, String reason) {
        return new Decision(allowed, rule, reason, policyHash, marks);
    }
}
