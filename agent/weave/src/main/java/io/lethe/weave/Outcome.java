package io.lethe.weave;

/** What became of a class that a plan names. */
public enum Outcome {
    /** Everything that the plan requires was found and woven. */
    HOOKED,
    /** Part of it was found and woven; or a call that the plan is after cannot be rewritten. */
    PARTIAL,
    /** Nothing was found, or the class could not be read: it is untouched. */
    UNKNOWN
}
