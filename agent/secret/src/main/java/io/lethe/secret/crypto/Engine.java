package io.lethe.secret.crypto;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;

/**
 * SUN's digests, which HotSpot replaces with the processor's SHA instructions, and what it takes to empty them.
 *
 * <p>{@code MessageDigest.digest} resets lazily: the last block stays in {@code DigestBase.buffer}, its words in the
 * schedule {@code W} and the result in {@code state} until the next use. {@code reset} clears all three since 11 and in
 * late 8 updates, and only the state in early ones; a block of zeros before it overwrites them on every JDK.
 *
 * <p>Loaded by the agent loader. Stateless; each digest belongs to one thread. A provider other than SUN is used only
 * where SUN has no such digest, and then emptying is as good as that provider's {@code reset}.
 */
final class Engine {

    private static final byte[] ZEROS = new byte[128];

    private Engine() {}

    static MessageDigest create(String algorithm) {
        Provider sun = Security.getProvider("SUN");
        if (sun != null) {
            try {
                return MessageDigest.getInstance(algorithm, sun);
            } catch (NoSuchAlgorithmException e) {
                // a build that moved its digests elsewhere (FIPS): the default provider below
            }
        }
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(
                    "this JVM has no " + algorithm + "; secrets that need it cannot be used", e);
        }
    }

    /** A second digest in the same state. It shares no array with {@code digest}, and no schedule comes along. */
    static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(
                    "the " + digest.getAlgorithm() + " of provider "
                            + digest.getProvider().getName()
                            + " cannot be cloned; secrets that need its HMAC cannot be used",
                    e);
        }
    }

    static void finish(MessageDigest digest, byte[] out, int offset) {
        try {
            digest.digest(out, offset, digest.getDigestLength());
        } catch (DigestException e) {
            throw new IllegalArgumentException("no room for the result of " + digest.getAlgorithm(), e);
        }
    }

    /** Overwrites buffer, schedule and state, whatever the digest had taken in before. */
    static void flush(MessageDigest digest, int blockLength) {
        digest.reset();
        // All but one byte first: a whole block at once would go past the buffer, straight into the compression.
        digest.update(ZEROS, 0, blockLength - 1);
        digest.update(ZEROS, 0, 1);
        digest.reset();
    }
}
