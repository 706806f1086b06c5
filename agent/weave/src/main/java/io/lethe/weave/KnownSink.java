package io.lethe.weave;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One driver family, HTTP stack or part of the JDK, as it is looked for in class files that nobody loads.
 *
 * <p>Agent loader, or the command line's own. Immutable.
 */
public final class KnownSink {

    private final String name;
    private final List<List<String>> generations;
    private final List<ClassPlan> plans;

    /**
     * @param name for people
     * @param generations internal names of the classes without which it carries no reference, a list for each generation of
     *     versions; where the first of a list is there, all of one such list have to be. Empty where each version has others
     * @param plans of all its classes, in all versions
     */
    public KnownSink(String name, List<List<String>> generations, List<ClassPlan> plans) {
        this.name = name;
        this.generations = Collections.unmodifiableList(new ArrayList<>(generations));
        this.plans = Collections.unmodifiableList(new ArrayList<>(plans));
    }

    public String name() {
        return name;
    }

    public List<List<String>> generations() {
        return generations;
    }

    public List<ClassPlan> plans() {
        return plans;
    }
}
