package io.lethe.weave;

import org.jspecify.annotations.Nullable;

/**
 * What stands behind the {@link Gate}: finds the plan for a class, weaves, and writes down what became of it.
 *
 * <p>Agent loader; made when the first class matches. Called inside class loading, by many threads at once.
 */
public final class Loom {

    private final Weaver weaver;
    private final Plans plans;
    private final Guards guards;
    private final Outcomes outcomes = new Outcomes();

    /** A class named by a plan gets no guard: its plan has to bring what it needs. */
    public Loom(Weaver weaver, Plans plans, Guards guards) {
        this.weaver = weaver;
        this.plans = plans;
        this.guards = guards;
    }

    /** What became of the classes so far. */
    public Outcomes outcomes() {
        return outcomes;
    }

    /** Returns the woven class file, or null to leave the class as it is. */
    byte @Nullable [] weave(@Nullable ClassLoader loader, String name, byte[] classFile) {
        ClassPlan plan = plans.plan(name);
        if (plan == null) {
            ClassHeader header = ClassHeader.of(classFile);
            plan = header == null ? null : guards.guard(name, header.interfaces());
        }
        if (plan == null) {
            return null;
        }
        Woven woven = weaver.weave(classFile, plan);
        // Bytes that are woven already come from someone who was given ours: what was true of the class still is.
        if (!woven.already() || outcomes.find(loader, name) == null) {
            outcomes.record(loader, name, woven.outcome(), woven.why());
        }
        return woven.bytes();
    }
}
