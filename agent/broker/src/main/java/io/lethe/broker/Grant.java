package io.lethe.broker;

import io.lethe.broker.json.JsonException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A rule: this secret, these fields, to these targets, as these users, for these actions, by these workloads, for at
 * most this long. What a grant does not say is not granted.
 *
 * <p>Loaded by the agent loader and the command line's. Immutable; made by a {@link GrantBuilder} or read from the
 * index.
 */
public final class Grant {

    /** In {@link #users()}: any user name. */
    public static final String ANY = "*";

    /** How long a lease lasts where the grant does not say, in seconds. */
    public static final long DEFAULT_TTL = 60;

    private final String id;
    private final GrantBuilder b;
    private final Trust trust;

    Grant(String id, GrantBuilder builder) {
        this.id = id;
        this.b = new GrantBuilder(builder);
        boolean byDefault = b.authorities.isEmpty() && b.pins.isEmpty();
        this.trust = byDefault ? Trust.DEFAULT : new Trust(b.authorities, b.pins);
    }

    public static GrantBuilder of(String secret) {
        return new GrantBuilder(secret);
    }

    public String id() {
        return id;
    }

    public String secret() {
        return b.secret;
    }

    /** Secret fields; public ones need no grant of their own. */
    public Set<String> fields() {
        return Collections.unmodifiableSet(b.fields);
    }

    public List<TargetPattern> targets() {
        return Collections.unmodifiableList(b.targets);
    }

    /** User names besides the secret's own; {@link #ANY} is any. */
    public Set<String> users() {
        return Collections.unmodifiableSet(b.users);
    }

    public Set<String> actions() {
        return Collections.unmodifiableSet(b.actions);
    }

    /** The names of the workloads that it is for, one or more; the secret is encrypted to their identities. */
    public Set<String> workloads() {
        return Collections.unmodifiableSet(b.workloads);
    }

    /** What else must be so of the workload: selector to value, all of them. */
    public Map<String, String> selectors() {
        return Collections.unmodifiableMap(b.selectors);
    }

    /** The same grant for these workloads only. */
    public Grant forWorkloads(Set<String> names) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("a grant is for one workload at least");
        }
        GrantBuilder fewer = new GrantBuilder(b);
        fewer.workloads.clear();
        fewer.workloads.addAll(names);
        return new Grant(id, fewer);
    }

    public long ttlSeconds() {
        return b.ttlSeconds;
    }

    /** Seconds since 1970 from which on this grant is void; {@link Long#MAX_VALUE} where it has no end. */
    public long notAfter() {
        return b.notAfter;
    }

    /** Seconds since 1970 before which this grant is void; 0 where it has no beginning. */
    public long notBefore() {
        return b.notBefore;
    }

    /** Hours of the week in one of which it must be; empty for any. */
    public List<Hours> hours() {
        return Collections.unmodifiableList(b.hours);
    }

    /** How often each process may use it, see {@link Uses}; 0 for as often as it likes. */
    public long uses() {
        return b.uses;
    }

    /** Whether no server gets a proof of the secret before it was vouched for over TLS, by {@link #trust()}. */
    public boolean demandsTls() {
        return b.tls || !trust.isDefault();
    }

    /** Whether the grant says so itself, besides what {@link #trust()} implies. */
    boolean saysTls() {
        return b.tls;
    }

    public Set<String> weak() {
        return Collections.unmodifiableSet(b.weak);
    }

    /** What may reroute or weaken the connection, as {@code option=value}. */
    public Set<String> via() {
        return Collections.unmodifiableSet(b.via);
    }

    /** Where in an HTTP request the secret may stand, see {@link Position}; those of the grant or the default ones. */
    public Set<String> positions() {
        return b.positions.isEmpty() ? Position.DEFAULTS : Collections.unmodifiableSet(b.positions);
    }

    /** Whether the grant itself says where the secret may stand. */
    public boolean namesPositions() {
        return !b.positions.isEmpty();
    }

    /** HTTP methods; empty for any. */
    public Set<String> methods() {
        return Collections.unmodifiableSet(b.methods);
    }

    /** Whom a TLS server must be vouched for by. */
    public Trust trust() {
        return trust;
    }

    /** For the index. */
    public Map<String, Object> toJson() {
        return GrantJson.write(this);
    }

    /** Reads what {@link #toJson()} wrote; an unknown condition is refused, never ignored. */
    public static Grant fromJson(Object value) throws JsonException {
        return GrantJson.read(value);
    }
}
