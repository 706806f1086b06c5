package io.lethe.jdbc;

import io.lethe.weave.ClassPlan;
import io.lethe.weave.Guards;
import io.lethe.weave.KnownSink;
import io.lethe.weave.Recognition;
import io.lethe.weave.Sites;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that Lethe weaves for JDBC: the families that it knows, and the guard for what it does not know.
 *
 * <p>Loaded by the agent loader, when the first driver is loaded. Immutable.
 */
public final class Jdbc implements Guards {

    private static final List<DriverFamily> FAMILIES = Collections.<DriverFamily>singletonList(new Postgresql());

    private final Sites sites;
    private final Sinks sinks;
    private final Recognition recognition;

    /**
     * @param sites where the handlers are registered
     * @param recognition asked at each connect that carries a reference
     */
    public Jdbc(Sites sites, Sinks sinks, Recognition recognition) {
        this.sites = sites;
        this.sinks = sinks;
        this.recognition = recognition;
    }

    /** The plans of all families. */
    public List<ClassPlan> plans() {
        List<ClassPlan> plans = new ArrayList<>();
        for (DriverFamily family : FAMILIES) {
            plans.addAll(family.plans(sites, sinks, recognition));
        }
        return plans;
    }

    /** The families, to be looked for in class files. */
    public List<KnownSink> sinks() {
        List<KnownSink> known = new ArrayList<>();
        for (DriverFamily family : FAMILIES) {
            known.add(new KnownSink(
                    family.scheme(), family.requiredBeforeConnect(), family.plans(sites, sinks, recognition)));
        }
        return known;
    }

    @Override
    public @Nullable ClassPlan guard(String className, String[] interfaces) {
        return Delegates.knows(className.replace('/', '.')) ? null : UnknownDriver.plan(className, sites, sinks);
    }
}
