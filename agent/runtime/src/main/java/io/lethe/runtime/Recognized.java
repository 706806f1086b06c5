package io.lethe.runtime;

import io.lethe.weave.Gate;
import io.lethe.weave.HookClass;
import io.lethe.weave.Outcome;
import io.lethe.weave.Outcomes;
import io.lethe.weave.Recognition;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What became of a driver's classes, from the gate's own book: a class is loaded if it was not yet, and woven again if it was
 * loaded before the gate stood.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
final class Recognized implements Recognition {

    private final Instrumentation instrumentation;
    private final Gate gate;

    Recognized(Instrumentation instrumentation, Gate gate) {
        this.instrumentation = instrumentation;
        this.gate = gate;
    }

    @Override
    public void alsoWeave(Set<String> internalNames) {
        gate.also(internalNames);
    }

    @Override
    public void open(Class<?> member, String... packages) throws ReflectiveOperationException {
        HookClass.open(instrumentation, member, packages);
    }

    @Override
    public @Nullable String obstacle(String name, @Nullable ClassLoader loader) {
        Class<?> type;
        try {
            type = Class.forName(name, false, loader);
        } catch (ClassNotFoundException e) {
            return ABSENT;
        } catch (LinkageError e) {
            return name + " cannot be loaded: " + e;
        }
        Outcomes outcomes = gate.loom().outcomes();
        String internal = name.replace('.', '/');
        Outcomes.Entry entry = outcomes.find(type.getClassLoader(), internal);
        if (entry == null) {
            try {
                // One class per call: a batch fails as a whole.
                instrumentation.retransformClasses(type);
            } catch (UnmodifiableClassException | RuntimeException | LinkageError e) {
                return name + " was loaded before Lethe and cannot be woven now: " + e;
            }
            entry = outcomes.find(type.getClassLoader(), internal);
        }
        if (entry == null) {
            return name + " was never seen";
        }
        return entry.outcome() == Outcome.HOOKED ? null : name + " is " + entry.outcome() + ": " + entry.why();
    }
}
