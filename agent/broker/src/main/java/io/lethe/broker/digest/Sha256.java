package io.lethe.broker.digest;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * SHA-256 in lower-case hex, of content that is no secret: the digest's buffers are not wiped.
 *
 * <p>Loaded by the agent loader and the command line's. Stateless.
 */
public final class Sha256 {

    private static final String HEX = "0123456789abcdef";

    private Sha256() {}

    public static byte[] of(byte[] content) {
        return digest().digest(content);
    }

    public static String hex(byte[] content) {
        return toHex(of(content));
    }

    /** Reads to the end and leaves the stream open. */
    public static String hex(InputStream content) throws IOException {
        MessageDigest digest = digest();
        byte[] buffer = new byte[1 << 16];
        for (int n = content.read(buffer); n > 0; n = content.read(buffer)) {
            digest.update(buffer, 0, n);
        }
        return toHex(digest.digest());
    }

    public static String toHex(byte[] bytes) {
        StringBuilder hex = new StringBuilder(2 * bytes.length);
        for (byte b : bytes) {
            hex.append(HEX.charAt((b >> 4) & 15)).append(HEX.charAt(b & 15));
        }
        return hex.toString();
    }

    /** For one who digests much and has a lock of his own: to find the provider costs as much as a short content. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
