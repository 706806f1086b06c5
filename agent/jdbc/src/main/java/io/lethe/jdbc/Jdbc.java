package io.lethe.jdbc;

import io.lethe.weave.ClassPlan;
import io.lethe.weave.Guards;
import io.lethe.weave.KnownSink;
import io.lethe.weave.Plans;
import io.lethe.weave.Recognition;
import io.lethe.weave.Sites;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that Lethe weaves for JDBC: the families that it knows, and the guard for what it does not know.
 *
 * <p>Loaded by the agent loader, when the first class that matches is loaded. Thread-safe.
 */
public final class Jdbc implements Plans, Guards {

    private final Sites sites;
    private final Sinks sinks;
    private final Recognition recognition;
    private final Map<String, ClassPlan> made = new HashMap<>();

    /**
     * @param sites where the handlers are registered
     * @param recognition asked at each connect that carries a reference
     */
    public Jdbc(Sites sites, Sinks sinks, Recognition recognition) {
        this.sites = sites;
        this.sinks = sinks;
        this.recognition = recognition;
    }

    @Override
    public @Nullable ClassPlan plan(String name) {
        DriverFamily family = family(name);
        if (family == null) {
            return null;
        }
        ClassPlan plan = made(name, Collections.<String, ClassPlan>emptyMap());
        return plan != null ? plan : made(name, Plans.byName(family.plans(sites, sinks, recognition)));
    }

    /** Plans are made outside of the lock, since other agents see the classes that this loads; the first to be made count. */
    private @Nullable ClassPlan made(String name, Map<String, ClassPlan> plans) {
        synchronized (made) {
            if (!made.containsKey(name)) {
                made.putAll(plans);
            }
            return made.get(name);
        }
    }

    /** The family of a class that {@link WovenClasses} names: one line for each, all of which are loaded when they are made. */
    private static @Nullable DriverFamily family(String name) {
        if (WovenClasses.isOf(WovenClasses.POSTGRESQL, name)) {
            return new Postgresql();
        }
        if (WovenClasses.isOf(WovenClasses.MARIADB, name)) {
            return new Mariadb();
        }
        if (WovenClasses.isOf(WovenClasses.MYSQL, name)) {
            return new Mysql();
        }
        if (WovenClasses.isOf(WovenClasses.MYSQL5, name)) {
            return new Mysql5();
        }
        if (WovenClasses.isOf(WovenClasses.H2, name)) {
            return new H2();
        }
        if (WovenClasses.isOf(WovenClasses.HSQLDB, name)) {
            return new Hsqldb();
        }
        if (WovenClasses.isOf(WovenClasses.DERBY, name)) {
            return new Derby();
        }
        return null;
    }

    /** The families, to be looked for in class files. */
    public List<KnownSink> sinks() {
        Map<String, DriverFamily> families = new TreeMap<>();
        for (String name : WovenClasses.all()) {
            DriverFamily family = family(name);
            if (family != null) {
                families.put(family.getClass().getName(), family);
            }
        }
        List<KnownSink> known = new ArrayList<>();
        for (DriverFamily family : families.values()) {
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
