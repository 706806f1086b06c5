package io.lethe.harness;

import java.io.ByteArrayOutputStream;
import java.util.Locale;

/** Reads the data of a bech32 text, without its checksum: the test's own reading, independent of the agent's. */
final class Bech32 {

    private static final String ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private static final int CHECKSUM = 6;

    private Bech32() {}

    static byte[] decode(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        String data = lower.substring(lower.lastIndexOf('1') + 1, lower.length() - CHECKSUM);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int bits = 0;
        int value = 0;
        for (char c : data.toCharArray()) {
            value = value << 5 | ALPHABET.indexOf(c);
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                bytes.write(value >> bits);
                value &= (1 << bits) - 1;
            }
        }
        return bytes.toByteArray();
    }
}
