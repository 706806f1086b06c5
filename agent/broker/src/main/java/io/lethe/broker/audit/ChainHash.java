package io.lethe.broker.audit;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The link between two lines: SHA-256, in hex, of the bytes of a line without its line feed. */
final class ChainHash {

    /** What the first line of a chain links to. */
    static final String NONE = "0000000000000000000000000000000000000000000000000000000000000000";

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private ChainHash() {}

    static String of(byte[] line) {
        byte[] digest;
        try {
            digest = MessageDigest.getInstance("SHA-256").digest(line);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        char[] hex = new char[digest.length * 2];
        for (int i = 0; i < digest.length; i++) {
            hex[2 * i] = HEX[(digest[i] >> 4) & 15];
            hex[2 * i + 1] = HEX[digest[i] & 15];
        }
        return new String(hex);
    }
}
