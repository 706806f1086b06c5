package io.lethe.secret.crypto;

import io.lethe.secret.Window;
import io.lethe.secret.Wipe;
import java.security.SecureRandom;

/**
 * Ed25519 signatures (RFC 8032). Verifying is Bouncy Castle's and touches nothing secret. Generating and signing are our own
 * over its field arithmetic ({@link EdwardsBase}), because Bouncy Castle leaves the key's expansion (a SHA-512 of it) to the
 * collector, and a key that signed and was replaced must be gone.
 *
 * <p>Loaded by the agent loader and by the command line. Stateless. Whoever has a private key wipes it; all that is made of it
 * in here is overwritten before the method returns.
 */
public final class Ed25519 {

    /** Length of a private key. */
    public static final int PRIVATE_KEY_LENGTH = 32;

    /** Length of a public key. */
    public static final int PUBLIC_KEY_LENGTH = 32;

    /** Length of a signature. */
    public static final int SIGNATURE_LENGTH = 64;

    private static final int HASH = 64;

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
        byte[] expanded = expand(privateKey);
        try {
            point(expanded, out, 0);
        } finally {
            Wipe.bytes(expanded);
        }
    }

    /** Writes the signature of {@code message} to {@code signature}. */
    public static void sign(byte[] privateKey, byte[] message, byte[] signature) {
        requireLength("private key", privateKey, PRIVATE_KEY_LENGTH);
        signExpanded(expand(privateKey), message, signature);
    }

    /**
     * The same with a password of any length in the private key's place, as MariaDB's client_ed25519 has it. The window is
     * closed as soon as the password is hashed.
     */
    public static void sign(Window password, byte[] message, byte[] signature) {
        byte[] expanded;
        try {
            expanded = expand(password.bytes());
        } finally {
            password.close();
        }
        signExpanded(expanded, message, signature);
    }

    /** Overwrites {@code expanded}. */
    private static void signExpanded(byte[] expanded, byte[] message, byte[] signature) {
        byte[] publicKey = new byte[PUBLIC_KEY_LENGTH];
        byte[] nonce = new byte[HASH];
        byte[] challenge = new byte[HASH];
        try (WipingDigest digest = WipingDigest.sha512()) {
            requireLength("signature", signature, SIGNATURE_LENGTH);
            point(expanded, publicKey, 0);
            digest.update(expanded, PRIVATE_KEY_LENGTH, HASH - PRIVATE_KEY_LENGTH);
            digest.update(message);
            digest.digest(nonce, 0);
            EdwardsScalar.reduce(nonce);
            point(nonce, signature, 0);
            digest.update(signature, 0, PUBLIC_KEY_LENGTH);
            digest.update(publicKey);
            digest.update(message);
            digest.digest(challenge, 0);
            EdwardsScalar.reduce(challenge);
            EdwardsScalar.multiplyAdd(challenge, expanded, nonce, signature, PUBLIC_KEY_LENGTH);
        } finally {
            Wipe.bytes(expanded, nonce);
        }
    }

    /** Whether {@code signature} fits {@code message} and {@code publicKey}; false too where a length is wrong. */
    public static boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        return publicKey.length == PUBLIC_KEY_LENGTH
                && signature.length == SIGNATURE_LENGTH
                && org.bouncycastle.math.ec.rfc8032.Ed25519.verify(
                        signature, 0, publicKey, 0, message, 0, message.length);
    }

    /** The scalar, clamped, and behind it the prefix of RFC 8032, section 5.1.5; the caller wipes it. */
    private static byte[] expand(byte[] privateKey) {
        byte[] expanded = new byte[HASH];
        try (WipingDigest digest = WipingDigest.sha512()) {
            digest.update(privateKey);
            digest.digest(expanded, 0);
        }
        expanded[0] &= (byte) 248;
        expanded[31] = (byte) (expanded[31] & 127 | 64);
        return expanded;
    }

    private static void point(byte[] scalar, byte[] out, int offset) {
        try (EdwardsBase base = new EdwardsBase()) {
            base.multiply(scalar, out, offset);
        }
    }

    private static void requireLength(String what, byte[] array, int length) {
        if (array.length != length) {
            throw new IllegalArgumentException("an Ed25519 " + what + " has " + length + " bytes, not " + array.length);
        }
    }
}
