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
public final class Sealed implements ByteSource, AutoCloseable {

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
        Sealed sealed = reserve(length);
        sealed.take(source, offset);
        return sealed;
    }

    /**
     * Memory and mask for a secret that is yet to be computed, so that {@link #take} allocates nothing: an allocation may start
     * a collection, and one that falls between computing and sealing leaves a copy. Holds zeros until then.
     */
    public static Sealed reserve(int length) {
        Sealed sealed = new Sealed(length);
        byte[] noise = new byte[length];
        RANDOM.nextBytes(noise);
        for (int i = 0; i < length; i++) {
            sealed.mask.put(i, noise[i]);
            sealed.masked.put(i, noise[i]);
        }
        Wipe.bytes(noise);
        return sealed;
    }

    /** Takes {@link #length()} bytes of {@code source} and overwrites them there. */
    public synchronized void take(byte[] source, int offset) {
        requireOpen();
        int length = masked.capacity();
        for (int i = 0; i < length; i++) {
            masked.put(i, (byte) (source[offset + i] ^ mask.get(i)));
        }
        Arrays.fill(source, offset, offset + length, (byte) 0);
    }

    /** XORs the secret into an array of its length; the secret itself stands in the clear nowhere. */
    public synchronized void xorInto(byte[] target) {
        requireOpen();
        for (int i = 0; i < target.length; i++) {
            target[i] ^= (byte) (masked.get(i) ^ mask.get(i));
        }
    }

    /**
     * Writes a part of the secret into an array that others own, with none of our own between. From then on it stands there in
     * the clear.
     *
     * @param at where in the target the part begins
     * @param from where in the secret it begins
     */
    public synchronized void writeTo(byte[] target, int at, int from, int length) {
        requireOpen();
        if (length < 0 || from < 0 || from > masked.capacity() - length || at < 0 || at > target.length - length) {
            throw new IndexOutOfBoundsException("no such part of a secret of " + masked.capacity() + " bytes");
        }
        for (int i = 0; i < length; i++) {
            target[at + i] = (byte) (masked.get(from + i) ^ mask.get(from + i));
        }
    }

    /** One byte in the clear, on the stack only: for encoders, which the secret passes through byte by byte. */
    @Override
    public synchronized byte byteAt(int index) {
        requireOpen();
        return (byte) (masked.get(index) ^ mask.get(index));
    }

    /** Whether any byte of the secret is one of these. */
    public boolean contains(ByteSet set) {
        return count(set) > 0;
    }

    /** How many bytes of the secret are one of these; no array holds it meanwhile. */
    public synchronized int count(ByteSet set) {
        requireOpen();
        int count = 0;
        for (int i = 0; i < masked.capacity(); i++) {
            count += set.contains((byte) (masked.get(i) ^ mask.get(i))) ? 1 : 0;
        }
        return count;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this secret was wiped");
        }
    }

    @Override
    public int length() {
        return masked.capacity();
    }

    /** Opens the secret into a fresh array that the returned window owns and overwrites when it is closed. */
    public synchronized Window open() {
        requireOpen();
        byte[] plain = new byte[masked.capacity()];
        Window window = new Window(plain);
        for (int i = 0; i < plain.length; i++) {
            plain[i] = (byte) (masked.get(i) ^ mask.get(i));
        }
        return window;
    }

    /** The same secret under a mask of its own, to be closed by its own holder; nothing stands in the clear meanwhile. */
    public synchronized Sealed copy() {
        requireOpen();
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
