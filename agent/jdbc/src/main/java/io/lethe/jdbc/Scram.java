package io.lethe.jdbc;

import io.lethe.secret.SaslPrep;
import io.lethe.secret.Window;
import io.lethe.secret.Wipe;
import io.lethe.secret.crypto.Hmac;
import io.lethe.secret.crypto.Pbkdf2;
import io.lethe.secret.crypto.WipingDigest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * SCRAM-SHA-256 (RFC 5802, RFC 7677) computed outside the driver. The driver's own arrays hold random tokens in the place of
 * SaltedPassword, ClientKey, StoredKey and ServerKey; the true keys stay here and only what goes over the wire leaves.
 *
 * <p>Loaded by the agent loader. Used by the thread that connects. {@link #close()} overwrites all that is left; ClientKey and
 * StoredKey, with which one could log in, die with the proof.
 */
final class Scram implements AutoCloseable {

    /** How many arrays are overwritten: the secret, its prepared form, SaltedPassword, the three keys, the signature. */
    static final int ARRAYS = 7;

    private static final int LENGTH = 32;
    private static final byte[] CLIENT_KEY = "Client Key".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SERVER_KEY = "Server Key".getBytes(StandardCharsets.US_ASCII);
    private static final SecureRandom RANDOM = new SecureRandom();

    final byte[] saltedToken = token();
    final byte[] clientToken = token();
    final byte[] storedToken = token();
    final byte[] serverToken = token();
    final byte[] signatureToken = token();

    private final byte[] clientKey = new byte[LENGTH];
    private final byte[] storedKey = new byte[LENGTH];
    private final byte[] serverKey = new byte[LENGTH];
    private final byte[] clientSignature = new byte[LENGTH];

    /** Derives the keys. The window that is passed is closed as soon as the password has become HMAC state. */
    Scram(Window window, byte[] salt, int iterations) {
        byte[] prepared = SaslPrep.prepare(window.bytes());
        byte[] salted = new byte[LENGTH];
        try {
            try (Hmac password = Hmac.sha256(prepared, 0, prepared.length)) {
                Wipe.bytes(prepared);
                window.close();
                Pbkdf2.derive(password, salt, iterations, salted);
            }
            try (Hmac key = Hmac.sha256(salted, 0, LENGTH)) {
                Wipe.bytes(salted);
                key.update(CLIENT_KEY, 0, CLIENT_KEY.length);
                key.doFinal(clientKey, 0);
                key.update(SERVER_KEY, 0, SERVER_KEY.length);
                key.doFinal(serverKey, 0);
            }
            try (WipingDigest digest = WipingDigest.sha256()) {
                digest.update(clientKey, 0, LENGTH);
                digest.digest(storedKey, 0);
            }
        } finally {
            Wipe.bytes(prepared);
            Wipe.bytes(salted);
            window.close();
        }
    }

    /**
     * Takes the message that is to be signed. The driver gets a token for ClientSignature: the true one, XORed with the proof
     * that the driver keeps, would give ClientKey back.
     */
    byte[] clientSignature(String authMessage) {
        byte[] signature = sign(storedKey, authMessage);
        System.arraycopy(signature, 0, clientSignature, 0, LENGTH);
        Wipe.bytes(signature);
        return signatureToken.clone();
    }

    /** ClientProof := ClientKey XOR ClientSignature; after it, nothing that could log in is left. */
    byte[] clientProof() {
        byte[] proof = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            proof[i] = (byte) (clientKey[i] ^ clientSignature[i]);
        }
        Wipe.bytes(clientKey);
        Wipe.bytes(storedKey);
        Wipe.bytes(clientSignature);
        return proof;
    }

    /** ServerSignature := HMAC(ServerKey, AuthMessage), to compare with what the server says. */
    byte[] serverSignature(String authMessage) {
        return sign(serverKey, authMessage);
    }

    private static byte[] sign(byte[] key, String authMessage) {
        byte[] message = authMessage.getBytes(StandardCharsets.UTF_8);
        byte[] signature = new byte[LENGTH];
        try (Hmac hmac = Hmac.sha256(key, 0, LENGTH)) {
            hmac.update(message, 0, message.length);
            hmac.doFinal(signature, 0);
        }
        return signature;
    }

    private static byte[] token() {
        byte[] token = new byte[LENGTH];
        RANDOM.nextBytes(token);
        return token;
    }

    static boolean same(byte[] token, @Nullable Object candidate) {
        return candidate instanceof byte[] && Arrays.equals(token, (byte[]) candidate);
    }

    @Override
    public void close() {
        Wipe.bytes(clientKey);
        Wipe.bytes(storedKey);
        Wipe.bytes(serverKey);
        Wipe.bytes(clientSignature);
    }
}
