package io.lethe.weave;

import org.jspecify.annotations.Nullable;

/** The result of one weaving: a value. */
public final class Woven {

    private final byte @Nullable [] bytes;
    private final Outcome outcome;
    private final String why;
    private final boolean already;

    Woven(byte @Nullable [] bytes, Outcome outcome, String why) {
        this(bytes, outcome, why, false);
    }

    private Woven(byte @Nullable [] bytes, Outcome outcome, String why, boolean already) {
        this.bytes = bytes;
        this.outcome = outcome;
        this.why = why;
        this.already = already;
    }

    /** The bytes given call the hooks already: by whose hand cannot be told from them. */
    static Woven already(String hooks) {
        return new Woven(null, Outcome.UNKNOWN, "it calls " + hooks + " already", true);
    }

    /** The new class file, not copied; null where nothing was woven. */
    public byte @Nullable [] bytes() {
        return bytes;
    }

    public Outcome outcome() {
        return outcome;
    }

    /** What is missing, in one line; empty for {@link Outcome#HOOKED}. */
    public String why() {
        return why;
    }

    boolean already() {
        return already;
    }
}
