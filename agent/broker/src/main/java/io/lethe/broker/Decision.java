package io.lethe.broker;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * Yes or no to one {@link Request}, and why.
 *
 * <p>Loaded by the agent loader and the command line's. Immutable. Nothing of it is secret; the reason is one line and
 * fit for the application's users.
 */
public final class Decision {

    /** In place of a rule where no grant came near. */
    public static final String NO_RULE = "none";

    private final boolean allowed;
    private final String rule;
    private final String reason;
    private final String policyHash;
    private final Set<String> marks;

    /**
     * @param rule the grant that allowed, or the nearest of those that did not
     * @param policyHash SHA-256 of the rules that were asked
     * @param marks what weakens the decision: {@code unpinned}
     */
    public Decision(boolean allowed, String rule, String reason, String policyHash, Set<String> marks) {
        this.allowed = allowed;
        this.rule = rule;
        this.reason = reason;
        this.policyHash = policyHash;
        this.marks = Collections.unmodifiableSet(new TreeSet<>(marks));
    }

    public boolean allowed() {
        return allowed;
    }

    public String rule() {
        return rule;
    }

    public String reason() {
        return reason;
    }

    public String policyHash() {
        return policyHash;
    }

    public Set<String> marks() {
        return marks;
    }

    @Override
    public String toString() {
        return (allowed ? "allowed" : "denied") + ": " + reason;
    }
}
