package io.lethe.secret.crypto;

import java.security.MessageDigest;

/**
 * A message digest that keeps nothing of its message: {@link #digest} empties it, {@link #close} does so for a message
 * that was begun and not finished.
 *
 * <p>Loaded by the agent loader. One thread at a time. Usable again after {@code digest}, not after {@code close}.
 */
public final class WipingDigest implements AutoCloseable {

    private final MessageDigest engine;
    private final int blockLength;
    private boolean closed;

    private WipingDigest(String algorithm, int blockLength) {
        this.engine = Engine.create(algorithm);
        this.blockLength = blockLength;
    }

    public static WipingDigest md5() {
        return new WipingDigest("MD5", 64);
    }

    public static WipingDigest sha1() {
        return new WipingDigest("SHA-1", 64);
    }

    public static WipingDigest sha256() {
        return new WipingDigest("SHA-256", 64);
    }

    public static WipingDigest sha512() {
        return new WipingDigest("SHA-512", 128);
    }

    /** Length of the result in bytes. */
    public int length() {
        return engine.getDigestLength();
    }

    /** Takes in part of the message. */
    public void update(byte[] input, int offset, int length) {
        requireOpen();
        engine.update(input, offset, length);
    }

    /** Takes in part of the message. */
    public void update(byte[] input) {
        update(input, 0, input.length);
    }

    /** Writes the result to {@code out} and forgets the message. */
    public void digest(byte[] out, int offset) {
        requireOpen();
        try {
            Engine.finish(engine, out, offset);
        } finally {
            Engine.flush(engine, blockLength);
        }
    }

    @Override
    public void close() {
        closed = true;
        Engine.flush(engine, blockLength);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this digest was wiped");
        }
    }
}
