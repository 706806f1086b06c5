package io.lethe.jdbc;

import io.lethe.weave.Recognition;
import io.lethe.weave.Scope;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether the MariaDB Connector/J of a loader is wholly recognised as one of its two generations. Asked at each attempt, and
 * before the driver itself, since in a version of neither no attempt would begin.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
final class MariadbVersions {

    private final Recognition recognition;

    /** Loaders whose driver is wholly recognised. */
    private final Map<ClassLoader, Boolean> recognised = Collections.synchronizedMap(new WeakHashMap<>());

    MariadbVersions(Recognition recognition) {
        this.recognition = recognition;
    }

    /** {@code Driver.connect}: no reference goes into a driver of neither generation, where no attempt would begin. */
    Scope driver() {
        return new Entry() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Object driver = arguments[0];
                if (driver != null) {
                    requireGeneration(driver, Guard.reference(driver, (String) arguments[1], arguments[2]));
                }
                return arguments;
            }
        };
    }

    /** A data source's {@code getConnection} and the like, with or without credentials. */
    Scope source() {
        return new Entry() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Refusal {
                Object source = arguments[0];
                if (source != null) {
                    boolean named = arguments.length == 3;
                    requireGeneration(
                            source, Guard.ofSource(source, named ? arguments[1] : null, named ? arguments[2] : null));
                }
                return arguments;
            }
        };
    }

    private void requireGeneration(Object of, @Nullable String reference) throws Refusal {
        ClassLoader loader = of.getClass().getClassLoader();
        if (reference != null && obstacle(loader, true) != null) {
            require(false, loader, reference);
        }
    }

    /** Refuses the reference where what is hooked in a driver of that generation is not all there. */
    void require(boolean old, ClassLoader loader, String reference) throws Refusal {
        String obstacle = obstacle(loader, old);
        if (obstacle != null) {
            throw Refusal.denied(
                    reference + " stays here: this version of MariaDB Connector/J is not wholly recognised (" + obstacle
                            + "); use one of README's support table");
        }
    }

    /** What of the driver of this loader is not recognised; asked once where all is, since looking for absent classes is slow. */
    private @Nullable String obstacle(ClassLoader loader, boolean old) {
        if (recognised.containsKey(loader)) {
            return null;
        }
        for (String name : old ? Mariadb.OLD_CLASSES : Mariadb.NEW_CLASSES) {
            String obstacle = recognition.obstacle(name.replace('/', '.'), loader);
            if (Recognition.ABSENT.equals(obstacle)) {
                obstacle = Mariadb.required(old).contains(name) ? name.replace('/', '.') + " is absent" : null;
            }
            if (obstacle != null) {
                return obstacle;
            }
        }
        recognised.put(loader, true);
        return null;
    }
}
