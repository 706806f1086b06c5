package io.lethe.weave;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The plans, by class. Those of a library are made when its first class is loaded: most applications have one driver and one or
 * two HTTP clients, and the plans of all others were a fifth of what a first connect loaded. Called inside class loading, by
 * many threads at once.
 */
public interface Plans {

    /** The plan for the class of this internal name, the same one each time; null where there is none. */
    @Nullable
    ClassPlan plan(String name);

    /** By name; two for one class are a fault of ours. */
    static Map<String, ClassPlan> byName(List<ClassPlan> plans) {
        Map<String, ClassPlan> byName = new HashMap<>();
        for (int i = 0; i < plans.size(); i++) {
            ClassPlan plan = plans.get(i);
            if (byName.put(plan.name(), plan) != null) {
                throw new IllegalArgumentException("Two plans for " + plan.name());
            }
        }
        return byName;
    }
}
