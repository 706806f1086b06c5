package io.lethe.broker;

import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The grant as it stood when a lease was issued, and what became of it since: asked for each use of the lease, so it reads
 * nothing from disk.
 *
 * <p>Loaded by the agent loader. Thread-safe. Never fails: what is unclear is not covered.
 */
final class Rule {

    private final Grants grants;
    private final Grant grant;
    private final Request issuedFor;
    private final LongSupplier epochSeconds;
    private final Uses uses;
    private final Supplier<@Nullable Grants> current;
    private final boolean thisOnly;
    private final boolean asksForDriver;
    /** Most requests ask what the one before asked. */
    private volatile @Nullable Yes last;
    /** The same, for what the lease was issued for: looked at for each record of TLS that may carry a secret. */
    private volatile @Nullable Yes alive;

    Rule(
            Grants grants,
            Grant grant,
            Request issuedFor,
            LongSupplier epochSeconds,
            Uses uses,
            Supplier<@Nullable Grants> current,
            boolean thisOnly) {
        this.grants = grants;
        this.grant = grant;
        this.issuedFor = issuedFor;
        this.epochSeconds = epochSeconds;
        this.uses = uses;
        this.current = current;
        this.thisOnly = thisOnly;
        this.asksForDriver = grants.askFor(issuedFor.secret(), Caller.DRIVER);
    }

    Grant grant() {
        return grant;
    }

    long taken() {
        return uses.taken(grant);
    }

    /** Which use it is, and 0 where none is left; 1 where they are not limited. */
    long take() {
        return grant.uses() == 0 ? 1 : uses.take(grant);
    }

    void giveBack() {
        uses.giveBack(grant);
    }

    boolean covers(Request request) {
        long now = epochSeconds.getAsLong();
        Grants inForce = current.get();
        Yes yes = last;
        if (yes != null && yes.holds(request, now, inForce)) {
            return true;
        }
        Caller caller = request.caller();
        boolean covers = issuedFor.secret().equals(request.secret())
                && issuedFor.field().equals(request.field())
                && (!thisOnly || issuedFor.asksTheSame(request))
                // Else a jar would be digested on the application's thread; the acquire does it on ours.
                && !(asksForDriver && caller != null && !caller.isKnown())
                && grants.covers(grant, request, now)
                && stillCovers(inForce, request, now)
                && grants.firstBefore(grant, request, now, uses) == null;
        if (covers) {
            last = new Yes(request, now, inForce);
        }
        return covers;
    }

    private boolean stillCovers(@Nullable Grants inForce, Request request, long now) {
        if (inForce == grants) {
            return true;
        }
        Grant same = inForce == null ? null : inForce.byId(grant.secret(), grant.id());
        return same != null && inForce != null && inForce.covers(same, request, now);
    }

    /** Null where it covers this request of the same secret too, else why not. */
    @Nullable
    String miss(Request request) {
        if (covers(request)) {
            return null;
        }
        // The lease holds one field of one secret; a grant on several of them does not change which.
        if (!issuedFor.secret().equals(request.secret()) || !issuedFor.field().equals(request.field())) {
            return "the lease is on " + named(issuedFor) + ", this is " + named(request);
        }
        long now = epochSeconds.getAsLong();
        List<String> misses = Misses.of(grants, grant, request, now, null);
        if (!misses.isEmpty()) {
            return "grant " + grant.id() + " " + String.join("; ", misses);
        }
        Grants inForce = current.get();
        if (!stillCovers(inForce, request, now)) {
            return changed(inForce);
        }
        // Else a request's trust would depend on which of two grants was needed first.
        Grant earlier = grants.firstBefore(grant, request, now, uses);
        return earlier == null
                ? thisOnly ? "the lease is for another request" : "the grant has just ended"
                : "grant " + earlier.id() + " decides it, the lease is under " + grant.id();
    }

    /** Why what the lease was issued for is not covered any more; null where it is. */
    @Nullable
    String ended() {
        long now = epochSeconds.getAsLong();
        Grants inForce = current.get();
        Yes yes = alive;
        if (yes != null && yes.holds(issuedFor, now, inForce)) {
            return null;
        }
        List<String> misses = Misses.of(grants, grant, issuedFor, now, null);
        if (!misses.isEmpty()) {
            return "grant " + grant.id() + " " + String.join("; ", misses);
        }
        if (!stillCovers(inForce, issuedFor, now)) {
            return changed(inForce);
        }
        alive = new Yes(issuedFor, now, inForce);
        return null;
    }

    /** The same in one word; null also while the grants cannot be read, and where another grant covers it by now. */
    @Nullable
    String over() {
        Grants inForce = current.get();
        if (inForce == null || ended() == null) {
            return null;
        }
        long now = epochSeconds.getAsLong();
        for (Grant other : inForce.of(grant.secret())) {
            // A grant is changed by making another one; and the grants may have become readable again between two
            // looks.
            if (inForce.covers(other, issuedFor, now)) {
                return null;
            }
        }
        if (inForce.byId(grant.secret(), grant.id()) == null) {
            return "revoked";
        }
        return grants.covers(grant, issuedFor, now) ? "narrowed" : "expired";
    }

    private String changed(@Nullable Grants inForce) {
        if (inForce == null) {
            return "the grants cannot be read now, so nobody knows whether grant " + grant.id() + " still holds";
        }
        return "grant " + grant.id() + " was revoked or narrowed meanwhile";
    }

    private static String named(Request request) {
        return "lethe:" + Text.shown(request.secret()) + "#" + Text.shown(request.field());
    }

    /** A request that was covered, in that second, by these grants: all else that they look at is in it. */
    private static final class Yes {

        private final Request request;
        private final long second;
        private final @Nullable Grants inForce;

        Yes(Request request, long second, @Nullable Grants inForce) {
            this.request = request;
            this.second = second;
            this.inForce = inForce;
        }

        @SuppressWarnings("ReferenceEquality") // each index read has grants of its own
        boolean holds(Request asked, long now, @Nullable Grants current) {
            return now == second && current == inForce && request.asksTheSame(asked);
        }
    }
}
