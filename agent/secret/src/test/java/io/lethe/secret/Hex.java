package io.lethe.secret;

import java.util.HexFormat;

/** Hex for vectors; white space is ignored. */
public final class Hex {

    private Hex() {}

    public static byte[] bytes(String text) {
        return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }

    public static String text(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
