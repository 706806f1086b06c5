package io.lethe.secret.crypto;

import java.security.SecureRandom;

/**
 * Ed25519 signatures (RFC 8032) by Bouncy Castle, so that the rest of the agent has one place to ask.
 *
 * <p>Loaded by the agent loader and by the command line. Stateless. Verifying touches nothing secret. Generating and
 * signing leave Bouncy Castle's expansion of the key (a SHA-512 of it) to the collector: only the command line, a
 * process that ends at once, signs.
 */
public final class Ed25519 {

    /** Length of a private key. */
    public static final int PRIVATE_KEY_LENGTH = 32;

    /** Length of a public key. */
    public static final int PUBLIC_KEY_LENGTH = 32;

    /** Length of a signature. */
    public static final int SIGNATURE_LENGTH = 64;

    private Ed25519() {}

    /** Fills {@code privateKey}, which the caller wipes. */
    public static void generate(SecureRandom random, byte[] privateKey) {
        requireLength("private key", privateKey, PRIVATE_KEY_LENGTH);
        random.nextBytes(privateKey);
    }

    /** Writes the public key of {@code privateKey} to {@code out}. */
    public static void publicKey(byte[] privateKey, byte[] out) {
        requireLength("private key", privateKey, PRIVATE_KEY_LENGTH);
        requireLength("public key", out, PUBLIC_KEY_LENGTH);
        org.bouncycastle.math.ec.rfc8032.Ed25519.generatePublicKey(privateKey, 0, out, 0);
    }

    /** Writes the signature of {@code message} to {@code signature}. */
    public static void sign(byte[] privateKey, byte[] message, byte[] signature) {
        requireLength("private key", privateKey, PRIVATE_KEY_LENGTH);
        requireLength("signature", signature, SIGNATURE_LENGTH);
        org.bouncycastle.math.ec.rfc8032.Ed25519.sign(privateKey, 0, message, 0, message.length, signature, 0);
    }

    /** Whether {@code signature} fits {@code message} and {@code publicKey}; false too where a length is wrong. */
    public static boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        return publicKey.length == PUBLIC_KEY_LENGTH
                && signature.length == SIGNATURE_LENGTH
                && org.bouncycastle.math.ec.rfc8032.Ed25519.verify(
                        signature, 0, publicKey, 0, message, 0, message.length);
    }

    private static void requireLength(String what, byte[] array, int length) {
        if (array.length != length) {
            throw new IllegalArgumentException("an Ed25519 " + what + " has " + length + " bytes, not " + array.length);
        }
    }
}
