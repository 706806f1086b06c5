package io.lethe.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What must stand directly before a marker on the wire. An interceptor, a log or a server that echoes moves text; this makes
 * sure that what it moved never becomes a secret elsewhere.
 *
 * <p>Loaded by the agent loader. Immutable. Nothing of it is secret.
 */
abstract class Before {

    /** How many bytes before a marker are kept to be compared. */
    static final int REACH = 160;

    private static final String[][] STATIC_NAMES = {
        {"authorization", "23"}, {"cookie", "32"}, {"proxy-authorization", "49"}, {":path", "4"}, {":path", "5"}
    };
    static final int NEVER_INDEXED = 0x10;

    private Before() {}

    /** The bytes before a marker: those of its own record, and before these the last ones of the stream. */
    interface Stream {

        /** The byte this far before the marker, 1 for the nearest; -1 where it is not known any more. */
        int back(int distance);
    }

    abstract boolean fits(Stream stream);

    /** These bytes, whatever is before them. */
    static Before text(String latin1) {
        byte[] all = latin1.getBytes(StandardCharsets.ISO_8859_1);
        int length = Math.min(all.length, REACH);
        byte[] wanted = new byte[length];
        System.arraycopy(all, all.length - length, wanted, 0, length);
        return new Before() {
            @Override
            boolean fits(Stream stream) {
                return ends(stream, 0, wanted);
            }
        };
    }

    /** A header line of HTTP/1.1: the name as it was armed, and the value up to the marker. */
    static Before line(String name, String valueBefore) {
        return text("\r\n" + name + ": " + valueBefore);
    }

    /**
     * A field of HTTP/2 that no table on either side keeps: a literal that is never indexed, its value raw (RFC 7541, 6.2.3 and
     * 5.2).
     *
     * @param valueBefore the value up to the marker
     * @param valueLength of the whole value
     */
    static Before neverIndexed(String name, String valueBefore, int valueLength) {
        byte[] value = valueBefore.getBytes(StandardCharsets.ISO_8859_1);
        byte[] length = integer(0, 7, valueLength);
        byte[] lower = name.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
        return new Before() {
            @Override
            boolean fits(Stream stream) {
                int at = Math.min(value.length, REACH);
                byte[] last = new byte[at];
                System.arraycopy(value, value.length - at, last, 0, at);
                if (!ends(stream, 0, last)) {
                    return false;
                }
                return value.length > REACH || (ends(stream, at, length) && named(stream, at + length.length));
            }

            private boolean named(Stream stream, int at) {
                for (String[] known : STATIC_NAMES) {
                    if (known[0].contentEquals(name.toLowerCase(Locale.ROOT))
                            && ends(stream, at, integer(NEVER_INDEXED, 4, Integer.parseInt(known[1])))) {
                        return true;
                    }
                }
                return literalName(stream, at, lower) || indexedName(stream, at);
            }
        };
    }

    /** The bytes of such a field, for encoders that would index it or code it: name and value raw. */
    static byte[] neverIndexedField(String name, String value) {
        byte[] lower = name.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
        byte[] text = value.getBytes(StandardCharsets.ISO_8859_1);
        byte[] nameLength = integer(0, 7, lower.length);
        byte[] length = integer(0, 7, text.length);
        byte[] out = new byte[1 + nameLength.length + lower.length + length.length + text.length];
        int at = 0;
        out[at++] = NEVER_INDEXED;
        for (byte[] part : new byte[][] {nameLength, lower, length, text}) {
            System.arraycopy(part, 0, out, at, part.length);
            at += part.length;
        }
        return out;
    }

    /** {@code 0x10}, the name's length, the name: raw. What was Huffman coded or indexed ends the same way one byte earlier. */
    private static boolean literalName(Stream stream, int at, byte[] name) {
        byte[] length = integer(0, 7, name.length);
        int opcode = at + name.length + length.length + 1;
        if (ends(stream, at, name)) {
            return ends(stream, at + name.length, length) && stream.back(opcode) == NEVER_INDEXED;
        }
        byte[] coded = Huffman.encode(name);
        byte[] codedLength = integer(0x80, 7, coded.length);
        return ends(stream, at, coded)
                && ends(stream, at + coded.length, codedLength)
                && stream.back(at + coded.length + codedLength.length + 1) == NEVER_INDEXED;
    }

    /** An index into a table: one byte {@code 0x11} to {@code 0x1e}, or {@code 0x1f} and one or two more. */
    private static boolean indexedName(Stream stream, int at) {
        int first = stream.back(at + 1);
        int second = stream.back(at + 2);
        return (first > NEVER_INDEXED && first < 0x1f)
                || (second == 0x1f && first < 0x80)
                || (stream.back(at + 3) == 0x1f && second >= 0x80 && first >= 0 && first < 0x80);
    }

    /** An integer with a prefix (RFC 7541, 5.1). */
    static byte[] integer(int flags, int bits, int value) {
        int most = (1 << bits) - 1;
        if (value < most) {
            return new byte[] {(byte) (flags | value)};
        }
        byte[] out = new byte[6];
        int n = 0;
        out[n++] = (byte) (flags | most);
        int rest = value - most;
        while (rest >= 128) {
            out[n++] = (byte) (rest % 128 + 128);
            rest /= 128;
        }
        out[n++] = (byte) rest;
        byte[] exact = new byte[n];
        System.arraycopy(out, 0, exact, 0, n);
        return exact;
    }

    /** Whether the bytes from {@code distance} backwards end in these. */
    private static boolean ends(Stream stream, int distance, byte[] wanted) {
        for (int i = 0; i < wanted.length; i++) {
            if (stream.back(distance + wanted.length - i) != (wanted[i] & 0xff)) {
                return false;
            }
        }
        return true;
    }
}
