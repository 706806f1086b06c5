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
    private final List<String> required;
    private final List<ClassPlan> plans;

    /**
     * @param name for people
     * @param required internal names of the classes without which it carries no reference; where the first is there, the others
     *     have to be. Empty where each version has others
     * @param plans of all its classes, in all versions
     */
    public KnownSink(String name, List<String> required, List<ClassPlan> plans) {
        this.name = name;
        this.required = Collections.unmodifiableList(new ArrayList<>(required));
        this.plans = Collections.unmodifiableList(new ArrayList<>(plans));
    }

    public String name() {
        return name;
    }

    public List<String> required() {
        return required;
    }

    public List<ClassPlan> plans() {
        return plans;
    }
}
