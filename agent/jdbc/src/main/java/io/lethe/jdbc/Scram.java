package io.lethe.jdbc;

import io.lethe.broker.Lease;
import io.lethe.broker.Request;
import io.lethe.secret.Reference;
import io.lethe.secret.SaslPrep;
import io.lethe.secret.Sealed;
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
    private static final int LEAST_ITERATIONS = 4_096;
    private static final int MOST_ITERATIONS = 1_000_000;
    private static final byte[] CLIENT_KEY = "Client Key".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SERVER_KEY = "Server Key".getBytes(StandardCharsets.US_ASCII);
    private static final SecureRandom RANDOM = new SecureRandom();

    final byte[] saltedToken = token();
    final byte[] clientToken = token();
    final byte[] storedToken = token();
    final byte[] serverToken = token();
    final byte[] signatureToken = token();

    private final Sealed clientKey = Sealed.reserve(LENGTH);
    private final Sealed storedKey = Sealed.reserve(LENGTH);
    private final Sealed serverKey = Sealed.reserve(LENGTH);
    private @Nullable Sealed clientSignature;

    /** Refuses other mechanisms, and iterations so few or many that the server learns or costs too much. */
    static void requireUsual(String mechanism, int iterations, Request request, Lease lease) throws Refusal {
        String reference = Reference.PREFIX + request.secret();
        String name = mechanism.replace('_', '-');
        if (!name.startsWith("SCRAM-SHA-256")) {
            throw Refusal.denied("the server at " + request.target() + " asked for " + name + " for " + reference
                    + "; only SCRAM-SHA-256 is supported");
        }
        boolean usual = iterations >= LEAST_ITERATIONS && iterations <= MOST_ITERATIONS;
        if (!usual && !lease.tolerates("scram-iterations")) {
            throw Refusal.denied("the server at " + request.target() + " asked for " + iterations
                    + " SCRAM iterations for " + reference + ", outside " + LEAST_ITERATIONS + " to "
                    + MOST_ITERATIONS + "; a grant allows that with --weak scram-iterations");
        }
    }

    /** Derives the keys. The window that is passed is closed as soon as the password has become HMAC state. */
    Scram(Window window, byte[] salt, int iterations) {
        byte[] prepared = SaslPrep.prepare(window.bytes());
        byte[] salted = new byte[LENGTH];
        byte[] key = new byte[LENGTH];
        try {
            try (Hmac password = Hmac.sha256(prepared, 0, prepared.length)) {
                Wipe.bytes(prepared);
                window.close();
                Pbkdf2.derive(password, salt, iterations, salted);
            }
            // Whatever allocates comes first: from doFinal to take nothing may start a collection.
            try (WipingDigest digest = WipingDigest.sha256();
                    Hmac hmac = Hmac.sha256(salted, 0, LENGTH)) {
                Wipe.bytes(salted);
                hmac.update(SERVER_KEY, 0, SERVER_KEY.length);
                hmac.doFinal(key, 0);
                serverKey.take(key, 0);
                hmac.update(CLIENT_KEY, 0, CLIENT_KEY.length);
                hmac.doFinal(key, 0);
                digest.update(key, 0, LENGTH);
                clientKey.take(key, 0);
                digest.digest(key, 0);
                storedKey.take(key, 0);
            }
        } finally {
            Wipe.bytes(prepared, salted, key);
            window.close();
        }
    }

    /**
     * Takes the message that is to be signed. The driver gets a token for ClientSignature: the true one, XORed with the proof
     * that the driver keeps, would give ClientKey back.
     */
    byte[] clientSignature(String authMessage) {
        byte[] signature = sign(storedKey, authMessage);
        clientSignature = Sealed.of(signature, 0, LENGTH);
        return signatureToken.clone();
    }

    /** ClientProof := ClientKey XOR ClientSignature; after it, nothing that could log in is left. */
    byte[] clientProof() {
        Sealed signature = clientSignature;
        if (signature == null) {
            throw new IllegalStateException("the proof was asked for before the signature");
        }
        byte[] proof = new byte[LENGTH];
        // In this order the array never holds ClientKey alone.
        signature.xorInto(proof);
        clientKey.xorInto(proof);
        clientKey.close();
        storedKey.close();
        signature.close();
        return proof;
    }

    /** ServerSignature := HMAC(ServerKey, AuthMessage), to compare with what the server says. */
    byte[] serverSignature(String authMessage) {
        return sign(serverKey, authMessage);
    }

    private static byte[] sign(Sealed key, String authMessage) {
        byte[] message = authMessage.getBytes(StandardCharsets.UTF_8);
        byte[] signature = new byte[LENGTH];
        try (Window window = key.open();
                Hmac hmac = Hmac.sha256(window.bytes(), 0, LENGTH)) {
            window.close();
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
        clientKey.close();
        storedKey.close();
        serverKey.close();
        if (clientSignature != null) {
            clientSignature.close();
        }
    }
}
