package io.lethe.broker;

import io.lethe.secret.Sealed;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a broker issues: the right to use one version of one secret until it expires. The secret inside stays sealed
 * until a sink opens a window on it.
 *
 * <p>Loaded by the agent loader. Thread-safe. Whoever acquired the lease closes it, which overwrites the sealed memory.
 */
public final class Lease implements AutoCloseable {

    private final String id;
    private final String version;
    private final String rule;
    private final @Nullable String username;
    private final Terms terms;
    private final long expiresAt;
    private final Sealed secret;
    private final @Nullable Decision decision;
    private final long keyNanos;
    private final int keyCollections;
    private volatile long use;

    /**
     * @param rule the grant that allowed it, for messages and the audit trail
     * @param username the secret's public user name, where it has one
     * @param weak what the grant tolerates: {@code cleartext}, {@code md5}, {@code scram-iterations}
     * @param expiresAt {@link System#nanoTime()} value
     * @param secret owned by the lease from now on
     */
    public Lease(
            String id,
            String version,
            String rule,
            @Nullable String username,
            Set<String> weak,
            long expiresAt,
            Sealed secret) {
        this(id, version, rule, null, username, Terms.of(weak, Trust.DEFAULT), expiresAt, secret, -1, 0);
    }

    /**
     * As above, with what the audit trail says of it besides.
     *
     * @param keyNanos how long keys that open secrets stood in the clear to issue it; -1 where none did
     * @param keyCollections how many collections fell into that time, -1 where that is not known
     */
    public Lease(
            String id,
            String version,
            Decision decision,
            @Nullable String username,
            Set<String> weak,
            long expiresAt,
            Sealed secret,
            long keyNanos,
            int keyCollections) {
        this(
                id,
                version,
                decision,
                username,
                Terms.of(weak, Trust.DEFAULT),
                expiresAt,
                secret,
                keyNanos,
                keyCollections);
    }

    /**
     * As above, for more than the one request that was decided.
     *
     * @param terms what the grant tolerates, trusts and covers
     */
    public Lease(
            String id,
            String version,
            Decision decision,
            @Nullable String username,
            Terms terms,
            long expiresAt,
            Sealed secret,
            long keyNanos,
            int keyCollections) {
        this(id, version, decision.rule(), decision, username, terms, expiresAt, secret, keyNanos, keyCollections);
    }

    private Lease(
            String id,
            String version,
            String rule,
            @Nullable Decision decision,
            @Nullable String username,
            Terms terms,
            long expiresAt,
            Sealed secret,
            long keyNanos,
            int keyCollections) {
        this.keyNanos = keyNanos;
        this.keyCollections = keyCollections;
        this.decision = decision;
        this.id = id;
        this.version = version;
        this.rule = rule;
        this.username = username;
        this.terms = terms;
        this.expiresAt = expiresAt;
        this.secret = secret;
    }

    public String id() {
        return id;
    }

    public String version() {
        return version;
    }

    public String rule() {
        return rule;
    }

    public @Nullable String username() {
        return username;
    }

    /** Whether the grant tolerates this weakness. */
    public boolean tolerates(String weakness) {
        return terms.weak().contains(weakness);
    }

    /** Whom the grant wants a TLS server to be vouched for by. */
    public Trust trust() {
        return terms.trust();
    }

    /**
     * Whether the grant that issued this lease still covers this other request of the same secret.
     *
     * @return null for a yes, else one line that says why not
     */
    public @Nullable String covers(Request request) {
        return expired() ? "the lease has expired" : terms.miss(request);
    }

    /** Whether the grant lets no server have a proof of the secret before it was vouched for over TLS. */
    public boolean demandsTls() {
        return !terms.trust().isDefault() || terms.demandTls();
    }

    /**
     * Why the grant does not hold any more, though the lease has not expired: it was revoked or narrowed, or its time is over.
     * Reads nothing from disk, so it is cheap enough for each use; a revocation is known once any acquire, or a look at warm
     * leases, has seen the index that says so.
     *
     * @return null where it holds, else one line
     */
    public @Nullable String ended() {
        return terms.ended();
    }

    /**
     * As {@link #ended()}, in one word for the audit trail: {@code revoked}, {@code narrowed} or {@code expired}. Null also while
     * the grants cannot be read, and where another grant covers what it was issued for: what was opened before that stays open.
     */
    public @Nullable String over() {
        return terms.over();
    }

    /** Takes a use of its grant; false where none is left. */
    boolean take() {
        use = terms.take();
        return use > 0;
    }

    /** Gives back the use that it took, with which nothing was tried; once. Only its holder calls that. */
    void giveBack() {
        if (use > 0) {
            use = 0;
            terms.giveBack();
        }
    }

    /** How often a process may use its grant; 0 for as often as it likes. */
    long uses() {
        return terms.uses();
    }

    /** Whether one use is left. */
    boolean hasUses() {
        return terms.uses() == 0 || terms.taken() < terms.uses();
    }

    /** Which use it took; how many were taken where it took none itself. */
    long use() {
        return use > 0 ? use : terms.taken();
    }

    /** As {@link #covers}, for a yes or no that is asked for each request. */
    boolean isFor(Request request) {
        return !expired() && terms.covers(request);
    }

    /** Whether {@link #covers} can say yes at all. */
    boolean knowsWhatElseItCovers() {
        return terms.knowsMore();
    }

    /** {@link System#nanoTime()} value. */
    long expiresAt() {
        return expiresAt;
    }

    public boolean expired() {
        return expiredFor(0);
    }

    /** Whether it expired so long ago. */
    public boolean expiredFor(long nanos) {
        return System.nanoTime() - expiresAt >= nanos;
    }

    /** The secret, still sealed; fails after {@link #close()}. */
    public Sealed secret() {
        return secret;
    }

    /** The decision that allowed it, where the broker gave one. */
    public @Nullable Decision decision() {
        return decision;
    }

    /** How long keys that open secrets stood in the clear to issue it, in nanoseconds; -1 where none did. */
    public long keyNanos() {
        return keyNanos;
    }

    /** How many collections fell into that time; -1 where that is not known. */
    public int keyCollections() {
        return keyCollections;
    }

    /** The same right under an id of its own, with the secret under a mask of its own. */
    Lease copy(String newId) {
        return new Lease(
                newId, version, rule, decision, username, terms, expiresAt, secret.copy(), keyNanos, keyCollections);
    }

    @Override
    public void close() {
        secret.close();
    }
}
