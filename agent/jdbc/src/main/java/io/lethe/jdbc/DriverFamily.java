package io.lethe.jdbc;

import io.lethe.weave.ClassPlan;
import io.lethe.weave.Recognition;
import io.lethe.weave.Sites;
import java.util.Collections;
import java.util.List;

/**
 * All versions of one driver, on one page: which of its classes are woven, and what must be found in them. The names of those
 * classes stand in {@link WovenClasses}.
 *
 * <p>Loaded by the agent loader. Stateless.
 */
interface DriverFamily {

    /** The scheme of this family's targets, {@code postgresql}. */
    String scheme();

    /** The classes that must be hooked, whatever the server will ask for, before a reference may go to the driver. */
    List<String> requiredBeforeConnect();

    /** The same for each generation of versions, where they have few classes in common: one of these lists must be whole. */
    default List<List<String>> generations() {
        return Collections.singletonList(requiredBeforeConnect());
    }

    /** The classes that must be hooked where the driver has them. */
    List<String> requiredWherePresent();

    /**
     * Whether an override of {@code lethe break-glass} may let pass what is not recognised of a class: no reference is hashed,
     * sent, or taken for a user by it.
     *
     * @param obstacle as {@link Recognition} says it
     */
    default boolean isBesideTheProof(String className, String obstacle) {
        return false;
    }

    /** Whether {@link #requiredWherePresent} is required with {@code strict: false}, too. */
    default boolean isAlwaysStrict() {
        return false;
    }

    /** The plans; made once, when the first of the classes is loaded. */
    List<ClassPlan> plans(Sites sites, Sinks sinks, Recognition recognition);
}
