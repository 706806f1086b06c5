package io.lethe.jdbc;

import io.lethe.weave.Recognition;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether the MariaDB Connector/J of a loader is wholly recognised as one of its two generations. Asked at each attempt, and
 * before the driver itself, since in a version of neither no attempt would begin.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
final class MariadbVersions implements Outermost.Check {

    private final Recognition recognition;
    private final Sinks sinks;

    /** Loaders whose driver is wholly recognised. */
    private final Map<@Nullable ClassLoader, Boolean> recognised = Collections.synchronizedMap(new WeakHashMap<>());

    MariadbVersions(Recognition recognition, Sinks sinks) {
        this.recognition = recognition;
        this.sinks = sinks;
    }

    /** No reference goes into a driver of neither generation, where no attempt would begin. */
    @Override
    public void require(String reference, @Nullable ClassLoader loader) throws Refusal {
        boolean strict = sinks.access().strict();
        if (obstacle(loader, true, strict) != null) {
            require(false, loader, reference, strict);
        }
    }

    /**
     * Refuses the reference where what is hooked in a driver of that generation is not all there.
     *
     * @param strict whether that means more than what no login goes without
     */
    void require(boolean old, @Nullable ClassLoader loader, String reference, boolean strict) throws Refusal {
        String obstacle = obstacle(loader, old, strict);
        if (obstacle != null) {
            throw Refusal.denied(
                    reference + " stays here: this version of MariaDB Connector/J is not wholly recognised (" + obstacle
                            + "); use one of README's support table");
        }
    }

    /** What of the driver of this loader is not recognised; asked once where all is, since looking for absent classes is slow. */
    private @Nullable String obstacle(@Nullable ClassLoader loader, boolean old, boolean strict) {
        if (recognised.containsKey(loader)) {
            return null;
        }
        List<String> required = Mariadb.required(old);
        List<String> all = old ? Mariadb.OLD_CLASSES : Mariadb.NEW_CLASSES;
        for (String name : strict ? all : required) {
            String obstacle = recognition.obstacle(name.replace('/', '.'), loader);
            if (Recognition.ABSENT.equals(obstacle)) {
                obstacle = required.contains(name) ? name.replace('/', '.') + " is absent" : null;
            }
            if (obstacle != null) {
                return obstacle;
            }
        }
        if (strict) {
            recognised.put(loader, true);
        }
        return null;
    }
}
