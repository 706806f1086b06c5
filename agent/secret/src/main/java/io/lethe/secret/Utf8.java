package io.lethe.secret;

/**
 * Secrets are UTF-8 inside Lethe; drivers want characters, UTF-16 or Latin-1. Every result is a fresh array of exactly
 * the right length that the caller owns and wipes. {@code String.getBytes} and {@code CharsetEncoder} leave scratch
 * arrays.
 *
 * <p>Loaded by the agent loader. Stateless. Bytes that are not UTF-8 (surrogates and overlong forms included) are an
 * {@link IllegalArgumentException} that shows nothing of them.
 */
public final class Utf8 {

    private static final int MALFORMED = -1;

    private Utf8() {}

    /** Whether the bytes are UTF-8. */
    public static boolean isValid(byte[] utf8, int offset, int length) {
        return countChars(utf8, offset, length) >= 0;
    }

    /** The characters, as {@code toCharArray} of the text would give them. */
    public static char[] chars(byte[] utf8) {
        char[] chars = new char[count(utf8)];
        int n = 0;
        for (int i = 0; i < utf8.length; ) {
            int point = point(utf8, i, utf8.length);
            i += width(point);
            if (point >= 0x10000) {
                chars[n++] = high(point);
                chars[n++] = low(point);
            } else {
                chars[n++] = (char) point;
            }
        }
        return chars;
    }

    /** UTF-8 of {@code length} characters. A lone surrogate becomes {@code ?}, as {@code String.getBytes} has it. */
    public static byte[] bytes(char[] chars, int offset, int length) {
        int end = offset + length;
        int size = 0;
        for (int i = offset; i < end; ) {
            int point = point(chars, i, end);
            size += width(point);
            i += point >= 0x10000 ? 2 : 1;
        }
        byte[] utf8 = new byte[size];
        int n = 0;
        for (int i = offset; i < end; ) {
            int point = point(chars, i, end);
            n = put(point, utf8, n);
            i += point >= 0x10000 ? 2 : 1;
        }
        return utf8;
    }

    /** UTF-16 without a byte order mark, low byte first. */
    public static byte[] utf16le(byte[] utf8) {
        return utf16(utf8, 0, 1);
    }

    /** UTF-16 without a byte order mark, high byte first. */
    public static byte[] utf16be(byte[] utf8) {
        return utf16(utf8, 1, 0);
    }

    /** Latin-1; what it does not have becomes {@code ?}, as {@code String.getBytes} has it. */
    public static byte[] latin1(byte[] utf8) {
        count(utf8);
        int size = 0;
        for (int i = 0; i < utf8.length; i += width(point(utf8, i, utf8.length))) {
            size++;
        }
        byte[] latin1 = new byte[size];
        int n = 0;
        for (int i = 0; i < utf8.length; ) {
            int point = point(utf8, i, utf8.length);
            i += width(point);
            latin1[n++] = (byte) (point < 256 ? point : '?');
        }
        return latin1;
    }

    private static byte[] utf16(byte[] utf8, int lowAt, int highAt) {
        byte[] bytes = new byte[2 * count(utf8)];
        int n = 0;
        for (int i = 0; i < utf8.length; ) {
            int point = point(utf8, i, utf8.length);
            i += width(point);
            if (point >= 0x10000) {
                bytes[n + lowAt] = (byte) high(point);
                bytes[n + highAt] = (byte) (high(point) >>> 8);
                n += 2;
                point = low(point);
            }
            bytes[n + lowAt] = (byte) point;
            bytes[n + highAt] = (byte) (point >>> 8);
            n += 2;
        }
        return bytes;
    }

    private static int count(byte[] utf8) {
        int count = countChars(utf8, 0, utf8.length);
        if (count < 0) {
            throw new IllegalArgumentException("the secret is not UTF-8 text, and here text is wanted");
        }
        return count;
    }

    private static int countChars(byte[] utf8, int offset, int length) {
        int end = offset + length;
        int count = 0;
        for (int i = offset; i < end; ) {
            int point = point(utf8, i, end);
            if (point == MALFORMED) {
                return -1;
            }
            i += width(point);
            count += point >= 0x10000 ? 2 : 1;
        }
        return count;
    }

    /** The code point whose shortest form begins at {@code i}; {@link #MALFORMED} where none does. */
    private static int point(byte[] utf8, int i, int end) {
        int first = utf8[i];
        if (first >= 0) {
            return first;
        }
        int more = (first & 0xe0) == 0xc0 ? 1 : (first & 0xf0) == 0xe0 ? 2 : (first & 0xf8) == 0xf0 ? 3 : 0;
        if (more == 0 || i + more >= end) {
            return MALFORMED;
        }
        int point = first & (0x3f >> more);
        for (int k = 1; k <= more; k++) {
            if ((utf8[i + k] & 0xc0) != 0x80) {
                return MALFORMED;
            }
            point = point << 6 | utf8[i + k] & 0x3f;
        }
        boolean surrogate = point >= 0xd800 && point <= 0xdfff;
        return width(point) == more + 1 && !surrogate && point <= 0x10ffff ? point : MALFORMED;
    }

    private static int point(char[] chars, int i, int end) {
        char c = chars[i];
        if (Character.isHighSurrogate(c) && i + 1 < end && Character.isLowSurrogate(chars[i + 1])) {
            return Character.toCodePoint(c, chars[i + 1]);
        }
        return Character.isSurrogate(c) ? '?' : c;
    }

    private static int put(int point, byte[] out, int at) {
        int width = width(point);
        if (width == 1) {
            out[at] = (byte) point;
        } else {
            for (int k = width - 1; k > 0; k--) {
                out[at + k] = (byte) (0x80 | point >>> 6 * (width - 1 - k) & 0x3f);
            }
            out[at] = (byte) (0xf00 >>> width | point >>> 6 * (width - 1));
        }
        return at + width;
    }

    private static int width(int point) {
        return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    }

    private static char high(int point) {
        return (char) (0xd800 + (point - 0x10000 >> 10));
    }

    private static char low(int point) {
        return (char) (0xdc00 + (point - 0x10000 & 0x3ff));
    }
}
