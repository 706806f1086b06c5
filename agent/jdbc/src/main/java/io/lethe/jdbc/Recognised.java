package io.lethe.jdbc;

import io.lethe.broker.Request;
import io.lethe.secret.Reference;
import io.lethe.weave.Recognition;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether all of a driver that matters was hooked: else no reference goes into it, unless an override of {@code lethe
 * break-glass} holds and what is missing neither hashes nor sends anything. An override is for a target, so that it is asked for
 * twice: whether there is any for the secret, before the driver runs, and by each attempt.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
final class Recognised implements Outermost.Check {

    private final DriverFamily family;
    private final String driver;
    private final Recognition recognition;
    private final Sinks sinks;
    /** Loaders whose driver is wholly recognised: looking for the classes that it has not is slow. */
    private final Map<@Nullable ClassLoader, Boolean> whole = Collections.synchronizedMap(new WeakHashMap<>());

    private Recognised(DriverFamily family, String driver, Recognition recognition, Sinks sinks) {
        this.family = family;
        this.driver = driver;
        this.recognition = recognition;
        this.sinks = sinks;
    }

    /**
     * A check of the outermost call; a driver to which a URL does not belong may have any version.
     *
     * @param driver its name, for messages
     */
    static Recognised of(DriverFamily family, String driver, Recognition recognition, Sinks sinks) {
        return new Recognised(family, driver, recognition, sinks);
    }

    @Override
    public void require(String reference, @Nullable ClassLoader loader) throws Refusal {
        Obstacle obstacle = obstacle(loader);
        if (obstacle != null && !(obstacle.mayPass && mayBreakGlass(reference, sinks))) {
            throw obstacle.refusal(reference, driver);
        }
    }

    /** The same for a target; what an override lets pass is said aloud. */
    void require(Credentials credentials, Request request, @Nullable ClassLoader loader) throws Refusal {
        Obstacle obstacle = obstacle(loader);
        if (obstacle != null) {
            obstacle.pass(credentials, request, driver, sinks);
        }
    }

    private @Nullable Obstacle obstacle(@Nullable ClassLoader loader) {
        if (whole.containsKey(loader)) {
            return null;
        }
        Obstacle found = null;
        boolean strict = family.isAlwaysStrict() || sinks.access().strict();
        // What no login goes without: past it the reference would be the password.
        for (String name : family.requiredBeforeConnect()) {
            found = worse(found, family, name, recognition.obstacle(name.replace('/', '.'), loader));
        }
        if (strict) {
            for (String name : family.requiredWherePresent()) {
                String obstacle = recognition.obstacle(name.replace('/', '.'), loader);
                found = worse(found, family, name, Recognition.ABSENT.equals(obstacle) ? null : obstacle);
            }
        }
        if (strict && found == null) {
            whole.put(loader, true);
        }
        return found;
    }

    /** The first one that nothing lets pass, else the first one. */
    static @Nullable Obstacle worse(
            @Nullable Obstacle found, DriverFamily family, String className, @Nullable String obstacle) {
        if (obstacle == null || (found != null && !found.mayPass)) {
            return found;
        }
        boolean mayPass = family.isBesideTheProof(className, obstacle);
        return found == null || !mayPass ? new Obstacle(obstacle, mayPass) : found;
    }

    /**
     * Whether nothing is missing of a class but hooks into these methods.
     *
     * @param obstacle as {@link Recognition} says it
     */
    static boolean lacksOnly(String obstacle, String... methods) {
        String partial = " is PARTIAL: ";
        int at = obstacle.indexOf(partial);
        if (at < 0) {
            return false;
        }
        for (String missing : obstacle.substring(at + partial.length()).split("; ", -1)) {
            boolean known = false;
            for (String method : methods) {
                known |= missing.startsWith(method + ":") || missing.startsWith(method + "(");
            }
            if (!known) {
                return false;
            }
        }
        return true;
    }

    /** Whether any override on the secret holds. */
    static boolean mayBreakGlass(String reference, Sinks sinks) {
        try {
            Reference parsed = Reference.parse(reference, "password");
            return parsed != null && sinks.mayBreakGlass(parsed.name());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** What of a driver is not recognised. */
    static final class Obstacle {

        private final String why;
        final boolean mayPass;

        Obstacle(String why, boolean mayPass) {
            this.why = why;
            this.mayPass = mayPass;
        }

        Refusal refusal(String reference, String driver) {
            return Refusal.denied(reference + " stays here: " + said(driver) + "; use one of README's support table");
        }

        /** Refuses, unless an override for this secret and target lets it pass; a reference as the user never does. */
        void pass(Credentials credentials, Request request, String driver, Sinks sinks) throws Refusal {
            if (!mayPass || credentials.userIsReference() || !sinks.breaksGlass(request, said(driver))) {
                throw refusal(credentials.reference(), driver);
            }
        }

        private String said(String driver) {
            return "this version of " + driver + " is not wholly recognised (" + why + ")";
        }
    }
}
