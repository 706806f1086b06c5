package io.lethe.broker;

import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * On what terms a lease was issued: what its grant tolerates, whom it trusts, and what else it covers.
 *
 * <p>Loaded by the agent loader. Thread-safe, immutable. Nothing of it is secret. Made by {@link Grants#terms}.
 */
public final class Terms {

    private final Set<String> weak;
    private final Trust trust;
    private final @Nullable Rule rule;

    private Terms(Set<String> weak, Trust trust, @Nullable Rule rule) {
        this.weak = weak;
        this.trust = trust;
        this.rule = rule;
    }

    /** Of a lease that covers nothing but the request that it was issued for. */
    public static Terms of(Set<String> weak, Trust trust) {
        return new Terms(weak, trust, null);
    }

    static Terms of(Grants grants, Grant grant, Request issuedFor, LongSupplier epochSeconds) {
        return new Terms(grant.weak(), grant.trust(), new Rule(grants, grant, issuedFor, epochSeconds));
    }

    Set<String> weak() {
        return weak;
    }

    Trust trust() {
        return trust;
    }

    boolean knowsMore() {
        return rule != null;
    }

    boolean covers(Request request) {
        return rule != null && rule.covers(request);
    }

    /** Null where the grant covers this request of the same secret too, else why not, as a line for people. */
    @Nullable
    String miss(Request request) {
        return rule == null ? "its broker did not say what else it covers" : rule.miss(request);
    }

    /** The grant as it stood when the lease was issued. */
    private static final class Rule {

        private final Grants grants;
        private final Grant grant;
        private final Request issuedFor;
        private final LongSupplier epochSeconds;
        /** Most requests ask what the one before asked. */
        private volatile @Nullable Yes last;

        Rule(Grants grants, Grant grant, Request issuedFor, LongSupplier epochSeconds) {
            this.grants = grants;
            this.grant = grant;
            this.issuedFor = issuedFor;
            this.epochSeconds = epochSeconds;
        }

        boolean covers(Request request) {
            long now = epochSeconds.getAsLong();
            Yes yes = last;
            if (yes != null && yes.holds(request, now)) {
                return true;
            }
            boolean covers = issuedFor.secret().equals(request.secret())
                    && issuedFor.field().equals(request.field())
                    && grants.covers(grant, request, now)
                    && grants.firstBefore(grant, request, now) == null;
            if (covers) {
                last = new Yes(request, now);
            }
            return covers;
        }

        @Nullable
        String miss(Request request) {
            if (covers(request)) {
                return null;
            }
            // The lease holds one field of one secret; a grant on several of them does not change which.
            if (!issuedFor.secret().equals(request.secret())
                    || !issuedFor.field().equals(request.field())) {
                return "the lease is on " + named(issuedFor) + ", this is " + named(request);
            }
            long now = epochSeconds.getAsLong();
            if (!grants.covers(grant, request, now)) {
                return "grant " + grant.id() + " " + String.join("; ", grants.misses(grant, request, now));
            }
            // Else a request's trust would depend on which of two grants was needed first.
            Grant earlier = grants.firstBefore(grant, request, now);
            return earlier == null
                    ? "the grant has just ended"
                    : "grant " + earlier.id() + " decides it, the lease is under " + grant.id();
        }

        private static String named(Request request) {
            return "lethe:" + Text.shown(request.secret()) + "#" + Text.shown(request.field());
        }
    }

    /** A request that was covered, in that second: grants do not change, and all else that they look at is in it. */
    private static final class Yes {

        private final Request request;
        private final long second;

        Yes(Request request, long second) {
            this.request = request;
            this.second = second;
        }

        boolean holds(Request asked, long now) {
            return now == second && request.asksTheSame(asked);
        }
    }
}
