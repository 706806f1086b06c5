package io.lethe.cli.scan;

import io.lethe.secret.Utf8;
import io.lethe.secret.Wipe;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The reversible encodings in which drivers, clients and digests were seen to leave a secret. All work on arrays, never
 * on a {@code String}.
 *
 * <p>Stateless. The caller owns and overwrites what is returned.
 */
final class Encodings {

    static final byte[] BASE64 = ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    static final byte[] BASE64_URL = ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
    static final byte[] HEX = ascii("0123456789abcdef");
    static final byte[] HEX_UPPER = ascii("0123456789ABCDEF");

    private Encodings() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The characters that these bytes are in UTF-8; null where they are not UTF-8. */
    static char @Nullable [] characters(byte[] utf8) {
        return Utf8.isValid(utf8, 0, utf8.length) ? Utf8.chars(utf8) : null;
    }

    /** The characters in a charset; null where it cannot express them. */
    static byte @Nullable [] encode(char[] characters, Charset charset) {
        CharsetEncoder encoder = charset.newEncoder()
                .onUnmappableCharacter(CodingErrorAction.REPORT)
                .onMalformedInput(CodingErrorAction.REPORT);
        ByteBuffer encoded = ByteBuffer.allocate((int) (characters.length * encoder.maxBytesPerChar()) + 1);
        try {
            boolean failed =
                    encoder.encode(CharBuffer.wrap(characters), encoded, true).isError();
            return failed ? null : Arrays.copyOf(encoded.array(), encoded.position());
        } finally {
            Wipe.bytes(encoded.array());
        }
    }

    static byte[] utf16(char[] characters, boolean bigEndian) {
        byte[] bytes = new byte[2 * characters.length];
        for (int i = 0; i < characters.length; i++) {
            bytes[2 * i + (bigEndian ? 1 : 0)] = (byte) characters[i];
            bytes[2 * i + (bigEndian ? 0 : 1)] = (byte) (characters[i] >>> 8);
        }
        return bytes;
    }

    /** ASCII bytes as characters of two bytes. */
    static byte[] widen(byte[] ascii, boolean bigEndian) {
        byte[] wide = new byte[2 * ascii.length];
        for (int i = 0; i < ascii.length; i++) {
            wide[2 * i + (bigEndian ? 1 : 0)] = ascii[i];
        }
        return wide;
    }

    static byte[] hex(byte[] bytes, byte[] digits) {
        byte[] hex = new byte[2 * bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            hex[2 * i] = digits[(bytes[i] & 0xf0) >> 4];
            hex[2 * i + 1] = digits[bytes[i] & 0xf];
        }
        return hex;
    }

    /**
     * The Base64 characters that the secret alone determines when {@code before} (0 to 2) bytes precede it in its group
     * of three, as in {@code Basic base64(user:password)}.
     */
    static byte[] base64(byte[] bytes, int before, byte[] alphabet) {
        int first = (8 * before + 5) / 6;
        int end = 8 * (before + bytes.length) / 6;
        byte[] text = new byte[end - first];
        for (int i = first; i < end; i++) {
            int bit = 6 * i - 8 * before;
            int pair = (bytes[bit >> 3] & 0xff) << 8;
            if ((bit >> 3) + 1 < bytes.length) {
                pair |= bytes[(bit >> 3) + 1] & 0xff;
            }
            text[i - first] = alphabet[pair >> 10 - (bit & 7) & 0x3f];
        }
        return text;
    }

    /** HMAC's pads (0x36, 0x5c) and DB2's and Derby's flipped bits (0xff). */
    static byte[] xor(byte[] bytes, int with) {
        byte[] changed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            changed[i] = (byte) (bytes[i] ^ with);
        }
        return changed;
    }

    /** Derby's {@code flipBits(char[])}: only the low byte of each character is inverted. */
    static byte[] flipLowByte(char[] characters) {
        byte[] bytes = utf16(characters, false);
        for (int i = 0; i < bytes.length; i += 2) {
            bytes[i] ^= (byte) 0xff;
        }
        return bytes;
    }

    /** The password of a TDS 7 login packet: UTF-16LE, nibbles swapped, xor 0xA5. */
    static byte[] tds7(char[] characters) {
        byte[] bytes = utf16(characters, false);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (((bytes[i] & 0xf) << 4 | (bytes[i] & 0xf0) >> 4) ^ 0xa5);
        }
        return bytes;
    }

    /** Percent encoding that leaves letters, digits and {@code safe} as they are; a blank is '+' where that is safe. */
    static byte[] percent(byte[] bytes, String safe, byte[] digits) {
        byte[] text = new byte[3 * bytes.length];
        int length = 0;
        for (byte b : bytes) {
            boolean letter = b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9';
            if (letter || b >= 0 && b != '+' && safe.indexOf(b) >= 0) {
                text[length++] = b;
            } else if (b == ' ' && safe.indexOf('+') >= 0) {
                text[length++] = '+';
            } else {
                text[length++] = '%';
                text[length++] = digits[(b & 0xf0) >> 4];
                text[length++] = digits[b & 0xf];
            }
        }
        byte[] exact = Arrays.copyOf(text, length);
        Wipe.bytes(text);
        return exact;
    }
}
