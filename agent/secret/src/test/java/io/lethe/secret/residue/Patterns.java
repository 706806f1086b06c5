package io.lethe.secret.residue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;

/** What a secret looks like in memory. Computed by Bouncy Castle and the JDK, never by what is tested. */
final class Patterns {

    private Patterns() {}

    /** The secret itself in every form that gives it back. */
    static void addReversible(MemoryScan scan, String name, byte[] secret) {
        scan.add(name + " raw", secret);
        scan.add(name + " pad36", xor(secret, 0x36));
        scan.add(name + " pad5c", xor(secret, 0x5c));
        for (int width : new int[] {4, 8}) {
            scan.add(name + " swapped" + width, swapped(secret, width));
            scan.add(name + " swapped" + width + " pad36", swapped(xor(secret, 0x36), width));
            scan.add(name + " swapped" + width + " pad5c", swapped(xor(secret, 0x5c), width));
        }
        for (int shift = 0; shift < 3; shift++) {
            byte[] text = Base64.getEncoder().encode(Arrays.copyOfRange(secret, shift, secret.length));
            scan.add(name + " base64+" + shift, Arrays.copyOf(text, text.length - 4));
        }
    }

    /** A text, in UTF-16 too. */
    static void addText(MemoryScan scan, String name, String text) {
        addReversible(scan, name, text.getBytes(UTF_8));
        scan.add(name + " utf16le", text.getBytes(UTF_16LE));
        scan.add(name + " utf16be", text.getBytes(UTF_16BE));
    }

    static void addBech32(MemoryScan scan, String name, byte[] text) {
        scan.add(name + " bech32", text);
        scan.add(
                name + " BECH32",
                new String(text, ISO_8859_1).toUpperCase(Locale.ROOT).getBytes(ISO_8859_1));
    }

    /** The states behind the two pads of an HMAC, as the JDK keeps them: arrays of int and long in the machine's order. */
    static void addMidstates(MemoryScan scan, String name, byte[] key) {
        for (int value : new int[] {0x36, 0x5c}) {
            byte[] pad64 = xor(Arrays.copyOf(key, 64), value);
            byte[] pad128 = xor(Arrays.copyOf(key, 128), value);
            SHA1Digest sha1 = new SHA1Digest();
            sha1.update(pad64, 0, 64);
            SHA256Digest sha256 = new SHA256Digest();
            sha256.update(pad64, 0, 64);
            SHA512Digest sha512 = new SHA512Digest();
            sha512.update(pad128, 0, 128);
            String suffix = " midstate" + Integer.toHexString(value);
            // offsets of H1 in Bouncy Castle's encoded states
            addState(scan, name + suffix + " sha1", Arrays.copyOfRange(sha1.getEncodedState(), 16, 36), 4);
            addState(scan, name + suffix + " sha256", Arrays.copyOfRange(sha256.getEncodedState(), 16, 48), 4);
            addState(scan, name + suffix + " sha512", Arrays.copyOfRange(sha512.getEncodedState(), 28, 92), 8);
        }
    }

    private static void addState(MemoryScan scan, String name, byte[] bigEndian, int width) {
        scan.add(name, swapped(bigEndian, width));
        scan.add(name + " bytes", bigEndian);
    }

    private static byte[] xor(byte[] bytes, int value) {
        byte[] out = bytes.clone();
        for (int i = 0; i < out.length; i++) {
            out[i] ^= (byte) value;
        }
        return out;
    }

    private static byte[] swapped(byte[] bytes, int width) {
        byte[] out = new byte[bytes.length / width * width];
        for (int i = 0; i < out.length; i++) {
            out[i] = bytes[i / width * width + width - 1 - i % width];
        }
        return out;
    }
}
