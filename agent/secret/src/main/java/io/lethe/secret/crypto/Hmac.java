package io.lethe.secret.crypto;

import io.lethe.secret.Wipe;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * HMAC that gives up the key at once. {@code javax.crypto.Mac} keeps key xor 0x36 and key xor 0x5c for its life (run: 1
 * copy and 2 pads that no collection removes). Here the pads live inside the constructor; what stays is the state of
 * the digest behind each pad, from which nobody gets the key back, though it is as good as the key for this HMAC: it is
 * a password equivalent until {@link #close}.
 *
 * <p>Each message works on clones of the two states, which are emptied before they become garbage.
 *
 * <p>Loaded by the agent loader. One thread at a time. Usable again after {@code doFinal}, not after {@code close}.
 */
public final class Hmac implements AutoCloseable {

    private final MessageDigest inner;
    private final MessageDigest outer;
    private final int blockLength;
    private final byte[] innerResult;
    private @Nullable MessageDigest running;
    private boolean closed;

    private Hmac(String algorithm, int blockLength, byte[] key, int offset, int length) {
        this.blockLength = blockLength;
        byte[] pad = new byte[blockLength];
        MessageDigest engine = Engine.create(algorithm);
        try {
            if (length > blockLength) {
                engine.update(key, offset, length);
                Engine.finish(engine, pad, 0);
                Engine.flush(engine, blockLength);
            } else {
                System.arraycopy(key, offset, pad, 0, length);
            }
            xor(pad, 0x36);
            inner = midstate(engine, pad);
            xor(pad, 0x36 ^ 0x5c);
            outer = midstate(engine, pad);
        } finally {
            Wipe.bytes(pad);
            Engine.flush(engine, blockLength);
        }
        innerResult = new byte[inner.getDigestLength()];
    }

    public static Hmac sha1(byte[] key, int offset, int length) {
        return new Hmac("SHA-1", 64, key, offset, length);
    }

    public static Hmac sha256(byte[] key, int offset, int length) {
        return new Hmac("SHA-256", 64, key, offset, length);
    }

    public static Hmac sha512(byte[] key, int offset, int length) {
        return new Hmac("SHA-512", 128, key, offset, length);
    }

    /** Length of the result in bytes. */
    public int length() {
        return innerResult.length;
    }

    /** Takes in part of the message. */
    public void update(byte[] input, int offset, int length) {
        requireOpen();
        if (running == null) {
            running = Engine.copy(inner);
        }
        running.update(input, offset, length);
    }

    /** Takes in part of the message. */
    public void update(byte[] input) {
        update(input, 0, input.length);
    }

    /** Writes the result to {@code out} and forgets the message. */
    public void doFinal(byte[] out, int offset) {
        requireOpen();
        MessageDigest first = running == null ? Engine.copy(inner) : running;
        running = null;
        MessageDigest second = Engine.copy(outer);
        try {
            Engine.finish(first, innerResult, 0);
            second.update(innerResult);
            Engine.finish(second, out, offset);
        } finally {
            Wipe.bytes(innerResult);
            Engine.flush(first, blockLength);
            Engine.flush(second, blockLength);
        }
    }

    /**
     * PBKDF2's inner loop: as many times {@code block = HMAC(block)}, and {@code sum ^= block} each time. The block is left with
     * the last one.
     */
    void fold(byte[] block, byte[] sum, int times) {
        int[] innerWords = Sha256Words.of(inner);
        int[] outerWords = Sha256Words.of(outer);
        if (innerWords != null && outerWords != null) {
            MessageDigest scratch = Engine.copy(inner);
            int[] words = Sha256Words.of(scratch);
            if (words != null) {
                foldInPlace(scratch, words, innerWords, outerWords, block, sum, times);
                return;
            }
        }
        for (int n = 0; n < times; n++) {
            iterate(block);
            for (int k = 0; k < sum.length; k++) {
                sum[k] ^= block[k];
            }
        }
    }

    /** {@code padded} is what SHA-256 makes of 32 bytes behind a pad: the bytes, a bit, and the length of both in bits. */
    private static void foldInPlace(
            MessageDigest scratch, int[] words, int[] inner, int[] outer, byte[] block, byte[] sum, int times) {
        byte[] padded = new byte[64];
        try {
            System.arraycopy(block, 0, padded, 0, block.length);
            padded[block.length] = (byte) 0x80;
            padded[62] = (byte) ((64 + block.length) * 8 >>> 8);
            padded[63] = (byte) ((64 + block.length) * 8);
            for (int n = 0; n < times; n++) {
                System.arraycopy(inner, 0, words, 0, words.length);
                scratch.update(padded, 0, padded.length);
                store(words, padded);
                System.arraycopy(outer, 0, words, 0, words.length);
                scratch.update(padded, 0, padded.length);
                store(words, padded);
                for (int k = 0; k < sum.length; k++) {
                    sum[k] ^= padded[k];
                }
            }
            System.arraycopy(padded, 0, block, 0, block.length);
        } finally {
            Wipe.bytes(padded);
            Engine.flush(scratch, 64);
        }
    }

    private static void store(int[] words, byte[] out) {
        for (int i = 0, at = 0; i < words.length; i++, at += 4) {
            int word = words[i];
            out[at] = (byte) (word >>> 24);
            out[at + 1] = (byte) (word >>> 16);
            out[at + 2] = (byte) (word >>> 8);
            out[at + 3] = (byte) word;
        }
    }

    /**
     * {@code block = HMAC(block)}. Its clones are only reset: on an 8 older than the fix of {@code reset} their garbage then
     * shows intermediate blocks, never the last one, without which the sum is unknown. A whole flush would double the cost of
     * each step.
     */
    private void iterate(byte[] block) {
        MessageDigest first = Engine.copy(inner);
        first.update(block);
        Engine.finish(first, block, 0);
        first.reset();
        MessageDigest second = Engine.copy(outer);
        second.update(block);
        Engine.finish(second, block, 0);
        second.reset();
    }

    @Override
    public void close() {
        closed = true;
        Engine.flush(inner, blockLength);
        Engine.flush(outer, blockLength);
        if (running != null) {
            Engine.flush(running, blockLength);
            running = null;
        }
    }

    /** The copy carries the state and, unlike {@code engine}, no schedule made of the pad; the latter is left empty. */
    private MessageDigest midstate(MessageDigest engine, byte[] pad) {
        engine.update(pad);
        MessageDigest copy = Engine.copy(engine);
        Engine.flush(engine, blockLength);
        return copy;
    }

    private static void xor(byte[] pad, int value) {
        for (int i = 0; i < pad.length; i++) {
            pad[i] ^= (byte) value;
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this HMAC was wiped");
        }
    }
}
