package io.lethe.jdbc;

import io.lethe.weave.Recognition;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether all of a driver that matters was hooked: else no reference goes into it.
 *
 * <p>Loaded by the agent loader. Stateless.
 */
final class Recognised {

    private Recognised() {}

    /**
     * @param driver its name, for messages
     * @param reference what it was given
     * @param loader the driver's
     */
    static void require(
            DriverFamily family,
            String driver,
            String reference,
            Recognition recognition,
            @Nullable ClassLoader loader,
            Sinks sinks)
            throws Refusal {
        // What no login goes without: past it the reference would be the password.
        for (String name : family.requiredBeforeConnect()) {
            refuse(driver, reference, recognition.obstacle(name.replace('/', '.'), loader));
        }
        if (!sinks.access().strict()) {
            return;
        }
        for (String name : family.requiredWherePresent()) {
            String obstacle = recognition.obstacle(name.replace('/', '.'), loader);
            refuse(driver, reference, Recognition.ABSENT.equals(obstacle) ? null : obstacle);
        }
    }

    /** The same as a check of the outermost call; a driver to which a URL does not belong may have any version. */
    static Outermost.Check of(DriverFamily family, String driver, Recognition recognition, Sinks sinks) {
        // Loaders whose driver is wholly recognised: looking for the classes that it has not is slow.
        Map<@Nullable ClassLoader, Boolean> recognised = Collections.synchronizedMap(new WeakHashMap<>());
        return new Outermost.Check() {
            @Override
            public void require(String reference, @Nullable ClassLoader loader) throws Refusal {
                if (!recognised.containsKey(loader)) {
                    boolean strict = sinks.access().strict();
                    Recognised.require(family, driver, reference, recognition, loader, sinks);
                    if (strict) {
                        recognised.put(loader, true);
                    }
                }
            }
        };
    }

    private static void refuse(String driver, String reference, @Nullable String obstacle) throws Refusal {
        if (obstacle != null) {
            throw Refusal.denied(reference + " stays here: this version of " + driver + " is not wholly recognised ("
                    + obstacle + "); use one of README's support table");
        }
    }
}
