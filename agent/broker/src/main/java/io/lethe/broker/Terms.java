package io.lethe.broker;

import java.util.Set;
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

    static Terms of(Rule rule) {
        return new Terms(rule.grant().weak(), rule.grant().trust(), rule);
    }

    Set<String> weak() {
        return weak;
    }

    Trust trust() {
        return trust;
    }

    boolean demandTls() {
        return rule != null && rule.grant().demandsTls();
    }

    /** How often a process may use the grant; 0 for as often as it likes. */
    long uses() {
        return rule == null ? 0 : rule.grant().uses();
    }

    /** How often this process has used it. */
    long taken() {
        return rule == null ? 0 : rule.taken();
    }

    /** Takes one use; which it is, and 0 where none is left. 1 where they are not limited. */
    long take() {
        return rule == null ? 1 : rule.take();
    }

    /** One that was taken is not needed. */
    void giveBack() {
        if (rule != null) {
            rule.giveBack();
        }
    }

    /** Why the grant does not hold any more, in one line; null where it does. Reads nothing from disk. */
    @Nullable
    String ended() {
        return rule == null ? null : rule.ended();
    }

    /** The same in one word; null also where nobody knows. */
    @Nullable
    String over() {
        return rule == null ? null : rule.over();
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
}
