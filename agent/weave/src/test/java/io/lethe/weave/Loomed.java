package io.lethe.weave;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compiled classes of a test, one of them woven, loaded and run. */
final class Loomed {

    final Woven woven;
    private final Class<?> type;

    private Loomed(Woven woven, Class<?> type) {
        this.woven = woven;
        this.type = type;
    }

    /** Weaves the class that the plan names and loads it beside the others. */
    static Loomed of(Map<String, byte[]> classes, ClassPlan plan, Sites sites) {
        StandIn.runtime = sites;
        Woven woven = new Weaver(StandIn.NAME).weave(classes.get(plan.name()), plan);
        Map<String, byte[]> all = new HashMap<>(classes);
        if (woven.bytes() != null) {
            all.put(plan.name(), woven.bytes());
        }
        try {
            return new Loomed(woven, Class.forName(plan.name().replace('/', '.'), true, new TestLoader(all)));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same for one class, {@code app.A} with this body, under these hooks. */
    static Loomed of(int release, String body, Sites sites, Object... hooks) {
        ClassPlan plan = new ClassPlan("app/A");
        for (Object hook : hooks) {
            if (hook instanceof MethodHook method) {
                plan.with(method);
            } else {
                plan.with((CallHook) hook);
            }
        }
        return of(Javac.compile(release, "// app/A.java\npackage app; public class A {" + body + "}"), plan, sites);
    }

    /** Calls the first method of that name, on a new object where it is not static. */
    Object call(String method, Object... arguments) throws Throwable {
        for (Method m : List.of(type.getDeclaredMethods())) {
            if (m.getName().equals(method)) {
                m.setAccessible(true);
                try {
                    return m.invoke(Modifier.isStatic(m.getModifiers()) ? null : make(), arguments);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            }
        }
        throw new NoSuchMethodException(method);
    }

    Object make(Object... arguments) throws Throwable {
        var constructor = type.getDeclaredConstructors()[0];
        constructor.setAccessible(true);
        try {
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
