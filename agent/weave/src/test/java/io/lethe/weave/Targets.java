package io.lethe.weave;

import java.util.Properties;

/** What calls are replaced by in these tests. */
public final class Targets {

    static final String NAME = "io/lethe/weave/Targets";

    private Targets() {}

    public static char[] toCharArray(String s) {
        return ("<" + s + ">").toCharArray();
    }

    public static char[] toCharArrayOfAny(Object s) {
        return ("<<" + s + ">>").toCharArray();
    }

    public static String getProperty(Properties p, String key) {
        return "from " + p.getClass().getSimpleName() + " " + key;
    }

    public static String toString(CharSequence s) {
        return "seen " + s.length();
    }

    public static Object cloneOf(char[] chars) {
        return "cloned".toCharArray();
    }

    public static String valueOf(char[] chars) {
        return "valueOf";
    }

    public static String newString(char[] chars) {
        return "made " + chars.length;
    }

    public static byte[] bytes(String s) {
        return s.getBytes();
    }

    public static char[] chars(String s) {
        return s.toCharArray();
    }

    public static StringBuilder builder() {
        return new StringBuilder();
    }

    public static IllegalArgumentException illegal(String message) {
        return new IllegalArgumentException(message);
    }
}
