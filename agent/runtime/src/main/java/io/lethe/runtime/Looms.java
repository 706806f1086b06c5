package io.lethe.runtime;

import io.lethe.jdbc.Jdbc;
import io.lethe.jdbc.Sinks;
import io.lethe.weave.ClassPlan;
import io.lethe.weave.Gate;
import io.lethe.weave.HookClass;
import io.lethe.weave.Loom;
import io.lethe.weave.Plans;
import io.lethe.weave.Sites;
import io.lethe.weave.Weaver;
import java.lang.instrument.Instrumentation;
import org.jspecify.annotations.Nullable;

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
        LazyHttp http = new LazyHttp(sites, opening, recognized);
        Jdbc jdbc = new Jdbc(sites, new Sinks(opening, http), recognized);
        return new Loom(
                new Weaver(),
                new Plans() {
                    @Override
                    public @Nullable ClassPlan plan(String name) {
                        ClassPlan plan = jdbc.plan(name);
                        return plan != null ? plan : http.plan(name);
                    }
                },
                jdbc);
    }
}
