package io.lethe.broker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

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
    private final List<Object> listed;
    private final boolean needsCaller;
    private final @Nullable String asked;

    /**
     * @param rule the grant that allowed, or the nearest of those that did not
     * @param policyHash SHA-256 of the rules that were asked
     * @param marks what weakens the decision: {@code unpinned}
     */
    public Decision(boolean allowed, String rule, String reason, String policyHash, Set<String> marks) {
        this(allowed, rule, reason, policyHash, marks, false, null);
    }

    private Decision(
            boolean allowed,
            String rule,
            String reason,
            String policyHash,
            Set<String> marks,
            boolean needsCaller,
            @Nullable String asked) {
        this.needsCaller = needsCaller;
        this.asked = asked;
        this.allowed = allowed;
        this.rule = rule;
        this.reason = reason;
        this.policyHash = policyHash;
        this.marks = Collections.unmodifiableSet(new TreeSet<>(marks));
        this.listed = Collections.unmodifiableList(new ArrayList<Object>(this.marks));
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

    /** As {@link #marks()}, made once: each record of each use of a lease says them. */
    List<Object> listOfMarks() {
        return listed;
    }

    /** No, unless it becomes known which code calls. */
    Decision needingCaller() {
        return new Decision(allowed, rule, reason, policyHash, marks, true, asked);
    }

    boolean needsCaller() {
        return needsCaller;
    }

    /**
     * What another one, who was asked too, made of it.
     *
     * @param whom by its URL
     * @param allows whether it allows it as well
     * @param why its own words, kept on one line; null where it gave none
     */
    public Decision asked(String whom, boolean allows, @Nullable String why) {
        String said = why == null || why.isEmpty() ? "" : " (" + Text.shown(why) + ")";
        String shown = Text.shown(whom);
        return new Decision(
                allowed && allows,
                rule,
                reason + (allows ? "; " + shown + " allows it too" : ", but " + shown + " does not") + said,
                policyHash,
                marks,
                false,
                shown);
    }

    /** The URL of the one who was asked, too; null where nobody was. */
    public @Nullable String asked() {
        return asked;
    }

    @Override
    public String toString() {
        return (allowed ? "allowed" : "denied") + ": " + reason;
    }
}
