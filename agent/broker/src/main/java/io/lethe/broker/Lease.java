package io.lethe.broker;

import io.lethe.secret.Sealed;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a broker issues: the right to use one version of one secret until it expires. The secret inside stays sealed until
 * a sink opens a window on it.
 *
 * <p>Loaded by the agent loader. Thread-safe. Whoever acquired the lease closes it, which overwrites the sealed memory.
 */
public final class Lease implements AutoCloseable {

    private final String id;
    private final String version;
    private final String rule;
    private final @Nullable String username;
    private final Set<String> weak;
    private final long expiresAt;
    private final Sealed secret;
    private final @Nullable Decision decision;

    /**
     * @param rule the grant that allowed it, for messages and the audit trail
     * @param username the secret's public user name, where it has one
     * @param weak what the grant tolerates: {@code md5}, {@code scram-iterations}
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
        this(id, version, rule, null, username, weak, expiresAt, secret);
    }

    /** As above, with the decision that allowed it, for the audit trail. */
    public Lease(
            String id,
            String version,
            Decision decision,
            @Nullable String username,
            Set<String> weak,
            long expiresAt,
            Sealed secret) {
        this(id, version, decision.rule(), decision, username, weak, expiresAt, secret);
    }

    private Lease(
            String id,
            String version,
            String rule,
            @Nullable Decision decision,
            @Nullable String username,
            Set<String> weak,
            long expiresAt,
            Sealed secret) {
        this.decision = decision;
        this.id = id;
        this.version = version;
        this.rule = rule;
        this.username = username;
        this.weak = weak;
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
        return weak.contains(weakness);
    }

    public boolean expired() {
        return System.nanoTime() - expiresAt >= 0;
    }

    /** The secret, still sealed; fails after {@link #close()}. */
    public Sealed secret() {
        return secret;
    }

    /** The decision that allowed it, where the broker gave one. */
    public @Nullable Decision decision() {
        return decision;
    }

    /** The same right under an id of its own, with the secret under a mask of its own. */
    Lease copy(String newId) {
        return new Lease(newId, version, rule, decision, username, weak, expiresAt, secret.copy());
    }

    @Override
    public void close() {
        secret.close();
    }
}
