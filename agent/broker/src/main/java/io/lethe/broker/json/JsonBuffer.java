package io.lethe.broker.json;

import java.util.Arrays;

/**
 * Bytes of JSON that grow, to be used again for the next text: a record of the audit trail is written in one pass and with
 * nothing allocated.
 *
 * <p>Loaded by the agent loader and the command line's. One thread at a time. Nothing of it is secret.
 */
public final class JsonBuffer {

    private static final char[] HEX = "0123456789abcdef".toCharArray();
    /** The digits of a long and its sign. */
    private static final int LONGEST_NUMBER = 20;

    private byte[] bytes;
    private int length;

    public JsonBuffer(int capacity) {
        bytes = new byte[capacity];
    }

    /** The array itself, of which {@link #length()} bytes count; another one after each append. */
    public byte[] array() {
        return bytes;
    }

    public int length() {
        return length;
    }

    /** Forgets all from there on. */
    public void truncate(int newLength) {
        length = Math.min(length, newLength);
    }

    /** A copy of what was written. */
    public byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    /** One byte as it is. */
    public void raw(char ascii) {
        ensure(1);
        bytes[length++] = (byte) ascii;
    }

    /** ASCII as it is. */
    public void raw(String ascii) {
        int n = ascii.length();
        ensure(n);
        for (int i = 0; i < n; i++) {
            bytes[length + i] = (byte) ascii.charAt(i);
        }
        length += n;
    }

    /** Bytes in lower-case hex. */
    public void hex(byte[] content) {
        ensure(2 * content.length);
        for (byte b : content) {
            bytes[length++] = (byte) HEX[b >> 4 & 15];
            bytes[length++] = (byte) HEX[b & 15];
        }
    }

    /** A whole number. */
    public void number(long value) {
        ensure(LONGEST_NUMBER);
        if (value == Long.MIN_VALUE) {
            raw("-9223372036854775808");
            return;
        }
        long rest = Math.abs(value);
        if (value < 0) {
            bytes[length++] = '-';
        }
        int digits = 1;
        for (long power = rest; power >= 10; power /= 10) {
            digits++;
        }
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    /** A string with its quotes. */
    public void string(String text) {
        int n = text.length();
        // Three bytes for each unit at most, six for what is escaped.
        ensure(2 + 6 * n);
        bytes[length++] = '"';
        for (int i = 0; i < n; i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7f) {
                if (c == '"' || c == '\\') {
                    bytes[length++] = '\\';
                }
                bytes[length++] = (byte) c;
            } else if (c < ' ' || c == 0x7f) {
                control(c);
            } else if (Character.isHighSurrogate(c) && i + 1 < n && Character.isLowSurrogate(text.charAt(i + 1))) {
                utf8(Character.toCodePoint(c, text.charAt(++i)));
            } else {
                // Half a pair has no UTF-8; the reader refuses it, so it must not get out.
                utf8(Character.isSurrogate(c) ? '\ufffd' : c);
            }
        }
        bytes[length++] = '"';
    }

    private void control(char c) {
        bytes[length++] = '\\';
        if (c == '\n') {
            bytes[length++] = 'n';
        } else if (c == '\t') {
            bytes[length++] = 't';
        } else {
            bytes[length++] = 'u';
            bytes[length++] = '0';
            bytes[length++] = '0';
            bytes[length++] = (byte) HEX[c >> 4];
            bytes[length++] = (byte) HEX[c & 15];
        }
    }

    private void utf8(int code) {
        if (code < 0x800) {
            bytes[length++] = (byte) (0xc0 | code >> 6);
        } else {
            if (code < 0x10000) {
                bytes[length++] = (byte) (0xe0 | code >> 12);
            } else {
                bytes[length++] = (byte) (0xf0 | code >> 18);
                bytes[length++] = (byte) (0x80 | code >> 12 & 63);
            }
            bytes[length++] = (byte) (0x80 | code >> 6 & 63);
        }
        bytes[length++] = (byte) (0x80 | code & 63);
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
