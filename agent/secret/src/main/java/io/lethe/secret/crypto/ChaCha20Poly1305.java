package io.lethe.secret.crypto;

import io.lethe.secret.Wipe;
import javax.crypto.AEADBadTagException;

/**
 * The AEAD of RFC 8439, for age files and sealed leases.
 *
 * <p>Loaded by the agent loader. Stateless. A wrong tag is {@link AEADBadTagException} and nothing was written: the tag
 * is checked, in constant time, before the first byte is decrypted.
 */
public final class ChaCha20Poly1305 {

    /** Length of the tag behind the ciphertext. */
    public static final int TAG_LENGTH = Poly1305.TAG;

    private ChaCha20Poly1305() {}

    /**
     * Encrypts {@code length} bytes and writes the tag behind them; {@code out} may be {@code in} at the same offset.
     *
     * @return the number of bytes written, {@code length + 16}
     */
    public static int seal(
            byte[] key, byte[] nonce, byte[] aad, byte[] in, int inOffset, int length, byte[] out, int outOffset) {
        requireRoom(in, inOffset, length, out, outOffset, length + TAG_LENGTH);
        byte[] tag = new byte[TAG_LENGTH];
        try (ChaCha20 cipher = new ChaCha20(key, nonce, 0);
                Poly1305 mac = authenticator(cipher)) {
            cipher.xor(in, inOffset, length, out, outOffset);
            authenticate(mac, aad, out, outOffset, length, tag);
            System.arraycopy(tag, 0, out, outOffset + length, TAG_LENGTH);
        }
        return length + TAG_LENGTH;
    }

    /**
     * Decrypts {@code length} bytes, the last 16 of which are the tag; {@code out} may be {@code in} at the same
     * offset.
     *
     * @return the number of bytes written, {@code length - 16}
     * @throws AEADBadTagException where the tag does not fit; {@code out} is untouched then
     */
    public static int open(
            byte[] key, byte[] nonce, byte[] aad, byte[] in, int inOffset, int length, byte[] out, int outOffset)
            throws AEADBadTagException {
        int plain = length - TAG_LENGTH;
        if (plain < 0) {
            throw new AEADBadTagException("the ciphertext is shorter than its tag");
        }
        requireRoom(in, inOffset, length, out, outOffset, plain);
        byte[] tag = new byte[TAG_LENGTH];
        try (ChaCha20 cipher = new ChaCha20(key, nonce, 0);
                Poly1305 mac = authenticator(cipher)) {
            authenticate(mac, aad, in, inOffset, plain, tag);
            int difference = 0;
            for (int i = 0; i < TAG_LENGTH; i++) {
                difference |= tag[i] ^ in[inOffset + plain + i];
            }
            if (difference != 0) {
                throw new AEADBadTagException("the ciphertext was not made with this key, or was changed");
            }
            cipher.xor(in, inOffset, plain, out, outOffset);
        } finally {
            Wipe.bytes(tag);
        }
        return plain;
    }

    /** The first block of the key stream keys the authenticator; the message begins with the second. */
    private static Poly1305 authenticator(ChaCha20 cipher) {
        byte[] block = new byte[ChaCha20.BLOCK];
        try {
            cipher.block(block);
            return new Poly1305(block);
        } finally {
            Wipe.bytes(block);
        }
    }

    private static void authenticate(Poly1305 mac, byte[] aad, byte[] text, int offset, int length, byte[] tag) {
        mac.updatePadded(aad, 0, aad.length);
        mac.updatePadded(text, offset, length);
        mac.updateLengths(aad.length, length);
        mac.tag(tag);
    }

    private static void requireRoom(byte[] in, int inOffset, int inLength, byte[] out, int outOffset, int outLength) {
        if (inOffset < 0 || inLength < 0 || inLength > in.length - inOffset) {
            throw new IllegalArgumentException("the input does not hold " + inLength + " bytes from " + inOffset);
        }
        if (outOffset < 0 || outLength > out.length - outOffset) {
            throw new IllegalArgumentException("the output does not hold " + outLength + " bytes from " + outOffset);
        }
        if (in == out && inOffset != outOffset) {
            throw new IllegalArgumentException("within one array input and output must begin at the same offset");
        }
    }
}
