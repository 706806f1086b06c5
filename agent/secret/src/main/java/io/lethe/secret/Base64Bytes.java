package io.lethe.secret;

/**
 * Base64 (RFC 4648, section 4) from array to array, with or without padding. {@code java.util.Base64} decodes into
 * arrays of its own, and its tables are indexed by the secret; here each digit is computed without a table or a branch.
 *
 * <p>Loaded by the agent loader. Stateless. Decoding is strict: one text for one content, no white space. What is not
 * Base64 is an {@link IllegalArgumentException} that shows nothing of the text.
 */
public final class Base64Bytes {

    private Base64Bytes() {}

    /** How many bytes {@link #encode} writes. */
    public static int encodedLength(int length, boolean padded) {
        return padded ? (length + 2) / 3 * 4 : (length * 4 + 2) / 3;
    }

    /** Encodes {@code length} bytes and returns how many were written to {@code out}. */
    public static int encode(byte[] in, int inOffset, int length, byte[] out, int outOffset, boolean padded) {
        int o = outOffset;
        int end = inOffset + length;
        int i = inOffset;
        for (; i + 3 <= end; i += 3) {
            int group = (in[i] & 0xff) << 16 | (in[i + 1] & 0xff) << 8 | in[i + 2] & 0xff;
            out[o++] = digit(group >>> 18);
            out[o++] = digit(group >>> 12 & 63);
            out[o++] = digit(group >>> 6 & 63);
            out[o++] = digit(group & 63);
        }
        if (i < end) {
            int first = in[i] & 0xff;
            int second = i + 1 < end ? in[i + 1] & 0xff : 0;
            out[o++] = digit(first >>> 2);
            out[o++] = digit((first & 3) << 4 | second >>> 4);
            if (i + 1 < end) {
                out[o++] = digit((second & 15) << 2);
            } else if (padded) {
                out[o++] = '=';
            }
            if (padded) {
                out[o++] = '=';
            }
        }
        return o - outOffset;
    }

    /**
     * One character of the encoded text, from 0 to {@link #encodedLength} - 1, so that any part of it can be written where it
     * shall stand.
     */
    public static byte encodedAt(ByteSource in, int index, boolean padded) {
        if (index < 0 || index >= encodedLength(in.length(), padded)) {
            throw new IndexOutOfBoundsException("no such character of an encoded text");
        }
        int left = index * 6 / 8;
        int shift = index * 6 % 8;
        if (left >= in.length()) {
            return '=';
        }
        int second = left + 1 < in.length() ? in.byteAt(left + 1) & 0xff : 0;
        int both = (in.byteAt(left) & 0xff) << 8 | second;
        return digit(both >>> 10 - shift & 63);
    }

    /** How many bytes {@link #decode} writes for this text; its digits are not looked at. */
    public static int decodedLength(byte[] in, int inOffset, int length, boolean padded) {
        int digits = digits(in, inOffset, length, padded);
        return digits / 4 * 3 + (digits & 3) * 3 / 4;
    }

    /** Decodes {@code length} characters and returns how many bytes were written to {@code out}. */
    public static int decode(byte[] in, int inOffset, int length, byte[] out, int outOffset, boolean padded) {
        int digits = digits(in, inOffset, length, padded);
        int o = outOffset;
        int bits = 0;
        int held = 0;
        int wrong = 0;
        for (int i = 0; i < digits; i++) {
            int value = value(in[inOffset + i]);
            wrong |= value;
            bits = bits << 6 | value & 63;
            held += 6;
            if (held >= 8) {
                held -= 8;
                out[o++] = (byte) (bits >>> held);
            }
        }
        boolean leftovers = (bits & (1 << held) - 1) != 0;
        if (wrong < 0 || leftovers) {
            for (int i = outOffset; i < o; i++) {
                out[i] = 0;
            }
            throw new IllegalArgumentException(
                    wrong < 0
                            ? "the text has a character that is not Base64"
                            : "the last Base64 digit is not canonical");
        }
        return o - outOffset;
    }

    private static int digits(byte[] in, int inOffset, int length, boolean padded) {
        int digits = length;
        if (padded) {
            if ((length & 3) != 0) {
                throw new IllegalArgumentException(
                        "padded Base64 of " + length + " characters; it must be a multiple of 4");
            }
            for (int i = 0; i < 2 && digits > 0 && in[inOffset + digits - 1] == '='; i++) {
                digits--;
            }
        }
        if ((digits & 3) == 1) {
            throw new IllegalArgumentException("Base64 of " + digits + " digits; no content has that many");
        }
        return digits;
    }

    /** 0..25 to A..Z, 26..51 to a..z, 52..61 to 0..9, 62 to '+', 63 to '/'. */
    private static byte digit(int value) {
        int digit = value + 'A';
        digit += (25 - value >> 31) & ('a' - 'A' - 26);
        digit += (51 - value >> 31) & ('0' - 'a' - 26);
        digit += (61 - value >> 31) & ('+' - '0' - 10);
        digit += (62 - value >> 31) & ('/' - '+' - 1);
        return (byte) digit;
    }

    /** The inverse of {@link #digit}; negative for any other character. */
    private static int value(int digit) {
        int value = -1;
        value += between(digit, 'A', 'Z') & (digit - 'A' + 1);
        value += between(digit, 'a', 'z') & (digit - 'a' + 27);
        value += between(digit, '0', '9') & (digit - '0' + 53);
        value += between(digit, '+', '+') & 63;
        value += between(digit, '/', '/') & 64;
        return value;
    }

    /** All ones where {@code low <= value <= high}, else 0. */
    private static int between(int value, int low, int high) {
        return ~((value - low | high - value) >> 31);
    }
}
