package io.lethe.jdbc;

import io.lethe.broker.Request;
import io.lethe.jdbc.Recognised.Obstacle;
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

    private static final Mariadb FAMILY = new Mariadb();
    private static final String DRIVER = "MariaDB Connector/J";

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
        Obstacle old = obstacle(loader, true, strict);
        Obstacle obstacle = old == null ? null : obstacle(loader, false, strict);
        if (old == null || obstacle == null) {
            return;
        }
        if (!(old.mayPass || obstacle.mayPass) || !Recognised.mayBreakGlass(reference, sinks)) {
            throw obstacle.refusal(reference, DRIVER);
        }
    }

    /** Refuses the reference where what is hooked in a driver of that generation is not all there, and no override lets that pass. */
    void require(boolean old, @Nullable ClassLoader loader, Credentials credentials, Request request) throws Refusal {
        Obstacle obstacle = obstacle(
                loader, old, credentials.userIsReference() || sinks.access().strict());
        if (obstacle != null) {
            obstacle.pass(credentials, request, DRIVER, sinks);
        }
    }

    /**
     * What of the driver of this loader is not recognised; asked once where all is, since looking for absent classes is slow.
     *
     * @param strict whether that means more than what no login goes without
     */
    private @Nullable Obstacle obstacle(@Nullable ClassLoader loader, boolean old, boolean strict) {
        if (recognised.containsKey(loader)) {
            return null;
        }
        List<String> required = Mariadb.required(old);
        List<String> all = old ? Mariadb.OLD_CLASSES : Mariadb.NEW_CLASSES;
        Obstacle found = null;
        for (String name : strict ? all : required) {
            String obstacle = recognition.obstacle(name.replace('/', '.'), loader);
            if (Recognition.ABSENT.equals(obstacle)) {
                obstacle = required.contains(name) ? name.replace('/', '.') + " is absent" : null;
            }
            found = Recognised.worse(found, FAMILY, name, obstacle);
        }
        if (strict && found == null) {
            recognised.put(loader, true);
        }
        return found;
    }
}
