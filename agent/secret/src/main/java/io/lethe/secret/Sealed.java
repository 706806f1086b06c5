package io.lethe.secret;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Secret bytes at rest: off the Java heap and masked, so that neither a collector copies them nor a dump shows them in
 * the clear. Masking is not encryption: the mask lies in the same process.
 *
 * <p>Loaded by the agent loader. Thread-safe. {@link #close()} overwrites; every use after it fails with
 * {@link IllegalStateException}. Whoever holds the instance closes it.
 */
public final class Sealed implements AutoCloseable {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final ByteBuffer masked;
    private final ByteBuffer mask;
    private boolean closed;

    private Sealed(int length) {
        masked = ByteBuffer.allocateDirect(length);
        mask = ByteBuffer.allocateDirect(length);
    }

    /** Takes {@code length} bytes of {@code source} and overwrites them there. */
    public static Sealed of(byte[] source, int offset, int length) {
        Sealed sealed = new Sealed(length);
        byte[] noise = new byte[length];
        RANDOM.nextBytes(noise);
        for (int i = 0; i < length; i++) {
            sealed.mask.put(i, noise[i]);
            sealed.masked.put(i, (byte) (source[offset + i] ^ noise[i]));
        }
        Arrays.fill(source, offset, offset + length, (byte) 0);
        Wipe.bytes(noise);
        return sealed;
    }

    /** Length in bytes. */
    public int length() {
        return masked.capacity();
    }

    /** Opens the secret into a fresh array that the returned window owns and overwrites when it is closed. */
    public synchronized Window open() {
        if (closed) {
            throw new IllegalStateException("this secret was wiped");
        }
        byte[] plain = new byte[masked.capacity()];
        Window window = new Window(plain);
        for (int i = 0; i < plain.length; i++) {
            plain[i] = (byte) (masked.get(i) ^ mask.get(i));
        }
        return window;
    }

    /** The same secret under a mask of its own, to be closed by its own holder; nothing stands in the clear meanwhile. */
    public synchronized Sealed copy() {
        if (closed) {
            throw new IllegalStateException("this secret was wiped");
        }
        Sealed copy = new Sealed(masked.capacity());
        byte[] noise = new byte[masked.capacity()];
        RANDOM.nextBytes(noise);
        for (int i = 0; i < noise.length; i++) {
            copy.mask.put(i, (byte) (mask.get(i) ^ noise[i]));
            copy.masked.put(i, (byte) (masked.get(i) ^ noise[i]));
        }
        return copy;
    }

    @Override
    public synchronized void close() {
        closed = true;
        for (int i = 0; i < masked.capacity(); i++) {
            masked.put(i, (byte) 0);
            mask.put(i, (byte) 0);
        }
    }
}
