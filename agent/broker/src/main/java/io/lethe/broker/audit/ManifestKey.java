package io.lethe.broker.audit;

import io.lethe.secret.Wipe;
import io.lethe.secret.crypto.Ed25519;
import io.lethe.secret.crypto.WipingDigest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The key that signs next, in a file with room for two: the new one is on disk before the line that names it, and the old one
 * is overwritten in its place once that line is. After a crash at any moment one of the two is the key that the manifest
 * names.
 *
 * <p>Loaded by the agent loader and the command line's, when something is signed. One thread; whoever has it holds the
 * manifest's lock. {@link #close()} overwrites what was read. Each key signs once.
 */
final class ManifestKey implements AutoCloseable {

    private static final int KEY = Ed25519.PRIVATE_KEY_LENGTH;
    private static final int SUM = 8;
    private static final int DIGITS = 2 * (2 * KEY + SUM);
    /** In hex and a line of its own, so that whoever reads the folder as text does not stumble. */
    private static final int SLOT = DIGITS + 1;

    private final FileChannel file;
    private final byte[] seed = new byte[KEY];
    private final byte[] publicKey = new byte[KEY];
    private int slot;

    private ManifestKey(FileChannel file) {
        this.file = file;
    }

    /** The key with this public key; null where the file holds it no more. */
    static @Nullable ManifestKey find(FileChannel file, byte[] publicKey) throws IOException {
        ManifestKey key = new ManifestKey(file);
        boolean found = false;
        try {
            for (int i = 0; i < 2 && !found; i++) {
                found = key.read(i) && Arrays.equals(key.publicKey, publicKey);
            }
            return found ? key : null;
        } finally {
            key.closeUnless(found);
        }
    }

    /** A new one, on disk, which replaces all that the file held. */
    static ManifestKey create(FileChannel file) throws IOException {
        ManifestKey key = new ManifestKey(file);
        boolean written = false;
        try {
            key.fill();
            key.write(0);
            key.erase(1);
            file.force(false);
            written = true;
            return key;
        } finally {
            key.closeUnless(written);
        }
    }

    /** The key after this one, on disk; this one is there, too, until {@link #forget}. */
    ManifestKey next() throws IOException {
        ManifestKey next = new ManifestKey(file);
        boolean written = false;
        try {
            next.fill();
            next.write(1 - slot);
            file.force(false);
            written = true;
            return next;
        } finally {
            next.closeUnless(written);
        }
    }

    private void closeUnless(boolean good) {
        if (!good) {
            close();
        }
    }

    /** Overwrites this key on disk. */
    void forget() throws IOException {
        erase(slot);
        file.force(false);
    }

    byte[] publicKey() {
        return publicKey.clone();
    }

    byte[] sign(byte[] message) {
        byte[] signature = new byte[Ed25519.SIGNATURE_LENGTH];
        Ed25519.sign(seed, message, signature);
        return signature;
    }

    private void fill() {
        Ed25519.generate(new SecureRandom(), seed);
        Ed25519.publicKey(seed, publicKey);
    }

    private boolean read(int index) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(SLOT);
        byte[] sum = new byte[SUM];
        try {
            for (int at = index * SLOT; buffer.hasRemaining(); ) {
                int n = file.read(buffer, at + buffer.position());
                if (n <= 0) {
                    return false;
                }
            }
            buffer.flip();
            slot = index;
            return decode(buffer, seed)
                    && decode(buffer, publicKey)
                    && decode(buffer, sum)
                    && Arrays.equals(sum, sum());
        } finally {
            overwrite(buffer);
        }
    }

    private static boolean decode(ByteBuffer text, byte[] out) {
        for (int i = 0; i < out.length; i++) {
            int high = Character.digit(text.get(), 16);
            int low = Character.digit(text.get(), 16);
            if (high < 0 || low < 0) {
                return false;
            }
            out[i] = (byte) (high << 4 | low);
        }
        return true;
    }

    private void write(int index) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(SLOT);
        try {
            encode(seed, buffer);
            encode(publicKey, buffer);
            encode(sum(), buffer);
            buffer.put((byte) '\n');
            buffer.flip();
            put(buffer, index);
            slot = index;
        } finally {
            overwrite(buffer);
        }
    }

    private static void encode(byte[] bytes, ByteBuffer out) {
        for (byte b : bytes) {
            out.put((byte) Character.forDigit(b >> 4 & 15, 16));
            out.put((byte) Character.forDigit(b & 15, 16));
        }
    }

    private void erase(int index) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(SLOT);
        encode(new byte[DIGITS / 2], zeros);
        zeros.put((byte) '\n');
        zeros.flip();
        put(zeros, index);
    }

    private void put(ByteBuffer buffer, int index) throws IOException {
        long at = (long) index * SLOT;
        while (buffer.hasRemaining()) {
            at += file.write(buffer, at);
        }
    }

    /** Tells a key from half a one. */
    private byte[] sum() {
        byte[] hash = new byte[32];
        try (WipingDigest digest = WipingDigest.sha256()) {
            digest.update(seed);
            digest.update(publicKey);
            digest.digest(hash, 0);
        }
        return Arrays.copyOf(hash, SUM);
    }

    private static void overwrite(ByteBuffer buffer) {
        for (int i = 0; i < buffer.capacity(); i++) {
            buffer.put(i, (byte) 0);
        }
    }

    @Override
    public void close() {
        Wipe.bytes(seed);
    }
}
