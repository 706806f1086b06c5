package io.lethe.weave;

import java.util.ArrayList;
import java.util.List;

/**
 * What to weave into one class: a driver family is a handful of these.
 *
 * <p>Agent loader. Filled by one thread, then only read: complete it before it is given to a {@link Loom}.
 */
public final class ClassPlan {

    final String name;
    final List<MethodHook> methods = new ArrayList<>();
    final List<CallHook> calls = new ArrayList<>();
    boolean orNothing;

    /** @param name the class's internal name, {@code org/postgresql/Driver} */
    public ClassPlan(String name) {
        if (name.indexOf('.') >= 0) {
            throw new IllegalArgumentException("Not an internal name: " + name);
        }
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** Some versions have this class and do in another one what is hooked here: none of it need be found. */
    public ClassPlan orNothing() {
        orNothing = true;
        return this;
    }

    /** Hooks of one method nest in the order in which they are added, the first outermost. */
    public ClassPlan with(MethodHook hook) {
        methods.add(hook);
        return this;
    }

    /** Of two hooks that fit the same call the first is taken. */
    public ClassPlan with(CallHook hook) {
        hook.checkComplete();
        calls.add(hook);
        return this;
    }
}
