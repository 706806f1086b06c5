package io.lethe.broker.vault;

import io.lethe.secret.Base64Bytes;
import io.lethe.secret.NotSecret;
import io.lethe.secret.Sealed;
import io.lethe.secret.Wipe;
import io.lethe.secret.crypto.ChaCha20Poly1305;
import io.lethe.secret.crypto.Hkdf;
import io.lethe.secret.crypto.X25519;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import javax.crypto.AEADBadTagException;

/**
 * Files in the format age v1 (C2SP age, X25519 recipients, binary form), as the {@code age} tool reads and writes them;
 * payloads of one chunk, which is up to 64 KiB.
 *
 * <p>Loaded by the agent loader and the command line's. Stateless. Every key on the way (shared secret, wrap key, file
 * key, header key, payload key) stands in an array that is wiped before the method returns; identity and payload are
 * the caller's to wipe. A file that does not open is an {@link AgeException}.
 */
final class Age {

    static final int KEY = 32;
    /** One chunk of the payload. */
    static final int MAX_PAYLOAD = 1 << 16;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] NOTHING = new byte[0];
    private static final byte[] ZERO_NONCE = new byte[12];
    /** Counter 0 and the flag of the last chunk. */
    private static final byte[] FIRST_AND_LAST = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private static final byte[] X25519_INFO = ascii("age-encryption.org/v1/X25519");
    private static final byte[] HEADER_INFO = ascii("header");
    private static final byte[] PAYLOAD_INFO = ascii("payload");
    private static final int FILE_KEY = 16;
    private static final int NONCE = 16;

    private Age() {}

    /** As below, for who does not know the recipient; the identity is left as it is. */
    static byte[] decrypt(byte[] file, byte[] identity) throws AgeException {
        byte[] recipient = new byte[KEY];
        X25519.publicKey(identity, recipient);
        try (Sealed sealed = Sealed.of(identity.clone(), 0, KEY)) {
            return decrypt(AgeHeader.parse(file), file, sealed, recipient);
        }
    }

    /** How long the payload of a file will be; below 0 for one that is cut off. */
    static int payloadLength(AgeHeader header, byte[] file) {
        return file.length - header.end - NONCE - ChaCha20Poly1305.TAG_LENGTH;
    }

    /**
     * @param header of the file, read before the identity is, so that the identity stands in the clear for less long
     * @param identity the scalar of an X25519 identity, which stands in an array for each agreement only: what is allocated
     *     between them may start a collection, and that would leave a copy
     * @param recipient its public key
     * @return the payload, owned by the caller
     */
    static byte[] decrypt(AgeHeader header, byte[] file, Sealed identity, byte[] recipient) throws AgeException {
        byte[] fileKey = new byte[FILE_KEY];
        try {
            if (!unwrap(header, identity, recipient, fileKey)) {
                throw new AgeException("is not encrypted to this identity");
            }
            checkMac(file, header, fileKey);
            return open(file, header.end, fileKey);
        } finally {
            Wipe.bytes(fileKey);
        }
    }

    /**
     * Makes a file that each of the recipients opens; the payload is left as it is.
     *
     * @param recipients public X25519 keys
     */
    static byte[] encrypt(byte[] payload, List<byte[]> recipients) {
        if (payload.length > MAX_PAYLOAD || recipients.isEmpty()) {
            throw new IllegalArgumentException("a payload has at most " + MAX_PAYLOAD + " bytes, and a recipient");
        }
        byte[] fileKey = random(FILE_KEY);
        byte[] nonce = random(NONCE);
        byte[] key = new byte[KEY];
        byte[] mac = new byte[KEY];
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            write(out, ascii(AgeHeader.VERSION + "\n"));
            for (byte[] recipient : recipients) {
                wrap(fileKey, recipient, out);
            }
            write(out, ascii(AgeHeader.FOOTER));
            headerMac(fileKey, out.toByteArray(), out.size(), mac);
            write(out, ascii(" " + base64(mac) + "\n"));
            write(out, nonce);
            derive(fileKey, nonce, PAYLOAD_INFO, key);
            byte[] sealed = new byte[payload.length + ChaCha20Poly1305.TAG_LENGTH];
            ChaCha20Poly1305.seal(key, FIRST_AND_LAST, NOTHING, payload, 0, payload.length, sealed, 0);
            write(out, sealed);
            return out.toByteArray();
        } finally {
            Wipe.bytes(fileKey, key);
        }
    }

    private static boolean unwrap(AgeHeader header, Sealed identity, byte[] recipient, byte[] fileKey)
            throws AgeException {
        byte[] scalar = new byte[KEY];
        byte[] wrapKey = new byte[KEY];
        try {
            for (AgeHeader.Stanza stanza : header.stanzas) {
                identity.writeTo(scalar, 0, 0, KEY);
                wrapKey(scalar, stanza.share, stanza.share, recipient, wrapKey);
                // Another recipient's stanza has no mark: only trying tells.
                if (opens(stanza, wrapKey, fileKey)) {
                    return true;
                }
            }
            return false;
        } catch (IllegalArgumentException e) {
            throw new AgeException("holds a share of small order: somebody made it up");
        } finally {
            Wipe.bytes(scalar, wrapKey);
        }
    }

    private static boolean opens(AgeHeader.Stanza stanza, byte[] wrapKey, byte[] fileKey) {
        try {
            ChaCha20Poly1305.open(wrapKey, ZERO_NONCE, NOTHING, stanza.body, 0, stanza.body.length, fileKey, 0);
            return true;
        } catch (AEADBadTagException e) {
            return false;
        }
    }

    private static void wrap(byte[] fileKey, byte[] recipient, ByteArrayOutputStream out) {
        byte[] ephemeral = random(KEY);
        byte[] share = new byte[KEY];
        byte[] wrapKey = new byte[KEY];
        byte[] body = new byte[FILE_KEY + ChaCha20Poly1305.TAG_LENGTH];
        try {
            X25519.publicKey(ephemeral, share);
            wrapKey(ephemeral, recipient, share, recipient, wrapKey);
            ChaCha20Poly1305.seal(wrapKey, ZERO_NONCE, NOTHING, fileKey, 0, FILE_KEY, body, 0);
            write(out, ascii(AgeHeader.X25519_STANZA + base64(share) + "\n" + base64(body) + "\n"));
        } finally {
            Wipe.bytes(ephemeral, wrapKey);
        }
    }

    /** @param scalar overwritten as soon as it has been used */
    private static void wrapKey(byte[] scalar, byte[] point, byte[] share, byte[] recipient, byte[] wrapKey) {
        byte[] shared = new byte[KEY];
        byte[] salt = new byte[2 * KEY];
        System.arraycopy(share, 0, salt, 0, KEY);
        System.arraycopy(recipient, 0, salt, KEY, KEY);
        try {
            X25519.agree(scalar, point, shared);
            Wipe.bytes(scalar);
            derive(shared, salt, X25519_INFO, wrapKey);
        } finally {
            Wipe.bytes(shared);
        }
    }

    private static void checkMac(byte[] file, AgeHeader header, byte[] fileKey) throws AgeException {
        byte[] mac = new byte[KEY];
        headerMac(fileKey, file, header.macEnd, mac);
        int difference = 0;
        for (int i = 0; i < KEY; i++) {
            difference |= mac[i] ^ header.mac[i];
        }
        if (difference != 0) {
            throw new AgeException("was changed: its header does not fit its key");
        }
    }

    private static void headerMac(byte[] fileKey, byte[] header, int length, byte[] mac) {
        byte[] key = new byte[KEY];
        try {
            derive(fileKey, NOTHING, HEADER_INFO, key);
            Hkdf.hmac(key, header, length, mac);
        } finally {
            Wipe.bytes(key);
        }
    }

    private static byte[] open(byte[] file, int at, byte[] fileKey) throws AgeException {
        int length = file.length - at - NONCE;
        if (length < ChaCha20Poly1305.TAG_LENGTH) {
            throw new AgeException("is truncated");
        }
        if (length > MAX_PAYLOAD + ChaCha20Poly1305.TAG_LENGTH) {
            throw new AgeException("holds more than " + MAX_PAYLOAD + " bytes");
        }
        byte[] nonce = new byte[NONCE];
        System.arraycopy(file, at, nonce, 0, NONCE);
        byte[] key = new byte[KEY];
        byte[] payload = new byte[length - ChaCha20Poly1305.TAG_LENGTH];
        try {
            derive(fileKey, nonce, PAYLOAD_INFO, key);
            ChaCha20Poly1305.open(key, FIRST_AND_LAST, NOTHING, file, at + NONCE, length, payload, 0);
            return payload;
        } catch (AEADBadTagException e) {
            throw new AgeException("is truncated or was changed");
        } finally {
            Wipe.bytes(key);
        }
    }

    private static void derive(byte[] inputKey, byte[] salt, byte[] info, byte[] out) {
        byte[] prk = new byte[KEY];
        try {
            Hkdf.extract(salt, inputKey, prk);
            Hkdf.expand(prk, info, out);
        } finally {
            Wipe.bytes(prk);
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    @NotSecret("stanzas of the header are public")
    private static String base64(byte[] bytes) {
        byte[] text = new byte[Base64Bytes.encodedLength(bytes.length, false)];
        Base64Bytes.encode(bytes, 0, bytes.length, text, 0, false);
        return new String(text, StandardCharsets.US_ASCII);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void write(ByteArrayOutputStream out, byte[] bytes) {
        out.write(bytes, 0, bytes.length);
    }
}
