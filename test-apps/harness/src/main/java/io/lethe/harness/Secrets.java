package io.lethe.harness;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/** Test secrets. */
public final class Secrets {

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final SecureRandom RANDOM = new SecureRandom();

    private Secrets() {}

    /** Random letters and digits: long enough that memory does not hold them by chance. */
    public static byte[] random(int length) {
        byte[] secret = new byte[length];
        for (int i = 0; i < length; i++) {
            secret[i] = (byte) ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length()));
        }
        return secret;
    }

    public static String text(byte[] secret) {
        return new String(secret, StandardCharsets.UTF_8);
    }
}
