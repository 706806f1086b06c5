package io.lethe.cli.scan;

import io.lethe.secret.Wipe;

/**
 * What is looked for: a secret in all its encodings, or a value derived from one that is as good as it (a salted
 * password, a key) in the few forms that such bytes take.
 *
 * <p>Not thread-safe. Holds its own copy of the bytes until {@link #close()} overwrites it; whoever made it closes it.
 */
public final class Needle implements AutoCloseable {

    /** Below this, chance alone finds matches in a gigabyte. */
    public static final int SHORTEST = 4;

    private final String name;
    private final boolean derived;
    private final byte[] bytes;

    private Needle(String name, boolean derived, byte[] bytes) {
        if (bytes.length < SHORTEST) {
            throw new IllegalArgumentException("is shorter than " + SHORTEST + " bytes: chance alone would find it");
        }
        boolean varied = false;
        for (byte b : bytes) {
            varied |= b != bytes[0];
        }
        if (!varied) {
            throw new IllegalArgumentException("is one byte repeated: memory is full of such");
        }
        this.name = name;
        this.derived = derived;
        this.bytes = bytes.clone();
    }

    /**
     * A secret as the bytes it is kept as, usually UTF-8; other bytes are sought too, in fewer encodings.
     *
     * @throws IllegalArgumentException where it is too short or too plain to tell from chance; the message is a predicate
     */
    public static Needle secret(String name, byte[] bytes) {
        return new Needle(name, false, bytes);
    }

    /** A password equivalent or a key. */
    public static Needle derived(String name, byte[] bytes) {
        return new Needle(name, true, bytes);
    }

    /** The name under which findings are reported. */
    public String name() {
        return name;
    }

    /** Whether this is a derived value. */
    public boolean isDerived() {
        return derived;
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public void close() {
        Wipe.bytes(bytes);
    }
}
