package io.lethe.weave;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What became of classes when they were loaded, and what has to happen before more of them can be woven. Agent loader;
 * thread-safe.
 */
public interface Recognition {

    /** The obstacle of a class that the loader does not have. */
    String ABSENT = "absent";

    /**
     * Why this class is not wholly hooked.
     *
     * @param name binary name, {@code org.postgresql.Driver}; loaded by this call where it was not yet
     * @param loader the class's loader, null for the boot loader
     * @return null where it is hooked; else one line. A class that is not there is {@link #ABSENT}
     */
    @Nullable
    String obstacle(String name, @Nullable ClassLoader loader);

    /** Weaves these classes too from now on; those that are loaded, when {@link #obstacle} asks for them. */
    void alsoWeave(Set<String> internalNames);

    /** Opens packages of a JDK module to the agent's loader ({@link HookClass#open}). */
    void open(Class<?> member, String... packages) throws ReflectiveOperationException;
}
