package io.lethe.runtime;

import io.lethe.http.Http;
import io.lethe.jdbc.Jdbc;
import io.lethe.jdbc.Sinks;
import io.lethe.weave.ClassPlan;
import io.lethe.weave.Gate;
import io.lethe.weave.HookClass;
import io.lethe.weave.Loom;
import io.lethe.weave.Sites;
import io.lethe.weave.Weaver;
import java.lang.instrument.Instrumentation;
import java.util.ArrayList;
import java.util.List;

/**
 * Links the hook class and lets each kind of sink bring its plans. Apart from {@link LoomMaker}, whose verification before main
 * would otherwise load what stands here.
 *
 * <p>Loaded by the agent loader, when the first class matches. Stateless.
 */
final class Looms {

    private Looms() {}

    static Loom make(Instrumentation instrumentation, Gate gate, Class<?> hooks, Opening opening)
            throws ReflectiveOperationException {
        Sites sites = new Sites();
        HookClass.link(hooks, sites);
        Recognized recognized = new Recognized(instrumentation, gate);
        Http http = new Http(sites, opening, recognized);
        Jdbc jdbc = new Jdbc(sites, new Sinks(opening, http.clearPasswords()), recognized);
        List<ClassPlan> plans = new ArrayList<>(jdbc.plans());
        plans.addAll(http.plans());
        return new Loom(new Weaver(), plans, jdbc);
    }
}
