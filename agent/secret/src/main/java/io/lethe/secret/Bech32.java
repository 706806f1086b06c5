package io.lethe.secret;

import java.nio.ByteBuffer;

/**
 * Bech32 (BIP 173, without its limit of 90 characters), as age writes identities ({@code AGE-SECRET-KEY-1...}) and
 * recipients ({@code age1...}).
 *
 * <p>Loaded by the agent loader. Stateless. The content goes straight into the caller's array; a text that is not
 * Bech32 is an {@link IllegalArgumentException} that shows nothing of it, and the array is empty then.
 */
public final class Bech32 {

    private static final String ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private static final int CHECKSUM = 6;
    private static final int[] GENERATOR = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};

    private Bech32() {}

    /** Encodes {@code length} bytes behind the prefix, in lower case, into a fresh array that the caller owns. */
    public static byte[] encode(String prefix, byte[] data, int offset, int length) {
        int digits = (length * 8 + 4) / 5;
        byte[] text = new byte[prefix.length() + 1 + digits + CHECKSUM];
        int o = 0;
        int sum = expand(prefix);
        for (int i = 0; i < prefix.length(); i++) {
            text[o++] = (byte) lower(prefix.charAt(i));
        }
        text[o++] = '1';
        int bits = 0;
        int held = 0;
        int next = 0;
        for (int i = 0; i < digits; i++) {
            if (held < 5) {
                bits = bits << 8 | (next < length ? data[offset + next++] & 0xff : 0);
                held += 8;
            }
            held -= 5;
            int digit = bits >>> held & 31;
            sum = step(sum) ^ digit;
            text[o++] = (byte) ALPHABET.charAt(digit);
        }
        for (int i = 0; i < CHECKSUM; i++) {
            sum = step(sum);
        }
        sum ^= 1;
        for (int i = 0; i < CHECKSUM; i++) {
            text[o++] = (byte) ALPHABET.charAt(sum >>> 5 * (CHECKSUM - 1 - i) & 31);
        }
        return text;
    }

    /** Decodes a public text, such as a recipient. */
    public static int decode(String text, String prefix, byte[] out) {
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = text.charAt(i);
            bytes[i] = c < 128 ? (byte) c : 0;
        }
        return decode(ByteBuffer.wrap(bytes), prefix, out);
    }

    /**
     * Decodes what remains of {@code text}, whose position does not move, and returns how many bytes were written to
     * {@code out}.
     *
     * @param prefix what must stand before the last {@code 1}, in either case
     */
    public static int decode(ByteBuffer text, String prefix, byte[] out) {
        int start = text.position() + prefix.length() + 1;
        int end = text.limit() - CHECKSUM;
        if (start > end || !hasPrefix(text, prefix)) {
            throw new IllegalArgumentException("the text does not begin with " + prefix + "1");
        }
        int room = (end - start) * 5 / 8;
        if (room > out.length) {
            throw new IllegalArgumentException("the text holds " + room + " bytes, not " + out.length);
        }
        boolean good = false;
        try {
            good = fill(text, start, end, expand(prefix), out);
        } finally {
            if (!good) {
                Wipe.bytes(out);
            }
        }
        if (!good) {
            throw new IllegalArgumentException("what follows " + prefix + "1 is mistyped: its checksum does not fit");
        }
        return room;
    }

    private static boolean fill(ByteBuffer text, int start, int end, int prefixSum, byte[] out) {
        int sum = prefixSum;
        int bits = 0;
        int held = 0;
        int o = 0;
        for (int i = start; i < end + CHECKSUM; i++) {
            int digit = ALPHABET.indexOf(lower(text.get(i)));
            if (digit < 0) {
                return false;
            }
            sum = step(sum) ^ digit;
            if (i < end) {
                bits = bits << 5 | digit;
                held += 5;
                if (held >= 8) {
                    held -= 8;
                    out[o++] = (byte) (bits >>> held);
                }
            }
        }
        boolean padding = held < 5 && (bits & (1 << held) - 1) == 0;
        return sum == 1 && padding && oneCase(text);
    }

    private static boolean hasPrefix(ByteBuffer text, String prefix) {
        for (int i = 0; i < prefix.length(); i++) {
            if (lower(text.get(text.position() + i)) != lower(prefix.charAt(i))) {
                return false;
            }
        }
        return text.get(text.position() + prefix.length()) == '1';
    }

    private static boolean oneCase(ByteBuffer text) {
        boolean upper = false;
        boolean lower = false;
        for (int i = text.position(); i < text.limit(); i++) {
            int c = text.get(i);
            upper |= c >= 'A' && c <= 'Z';
            lower |= c >= 'a' && c <= 'z';
        }
        return !(upper && lower);
    }

    private static int expand(String prefix) {
        int sum = 1;
        for (int i = 0; i < prefix.length(); i++) {
            sum = step(sum) ^ lower(prefix.charAt(i)) >>> 5;
        }
        sum = step(sum);
        for (int i = 0; i < prefix.length(); i++) {
            sum = step(sum) ^ lower(prefix.charAt(i)) & 31;
        }
        return sum;
    }

    /** Multiplies the checksum polynomial by x. */
    private static int step(int sum) {
        int next = (sum & 0x1ffffff) << 5;
        for (int i = 0; i < 5; i++) {
            next ^= -(sum >>> 25 + i & 1) & GENERATOR[i];
        }
        return next;
    }

    private static int lower(int c) {
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    }
}
