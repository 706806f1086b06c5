package io.lethe.broker;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How conditions on a workload or caller are spelt and compared; most are equal or not.
 *
 * <p>Loaded by the agent loader and the command line's. Stateless.
 */
final class Selector {

    /** As container runtimes show an id where they shorten it. */
    private static final int SHORT_ID = 12;

    private static final int LONG_ID = 64;
    private static final String BELOW = "/*";

    private Selector() {}

    /** What a request says of itself; null where it is not known. */
    static @Nullable String actual(Request request, String key) {
        if (Caller.SELECTORS.contains(key)) {
            Caller caller = request.caller();
            return caller == null ? null : caller.selector(key);
        }
        return request.workload().selector(key);
    }

    /**
     * Whether what is so is what a grant wants. A container may be named by the beginning of its id, a control group with
     * {@code /*} for all below it, a deployment by its path or by its file name alone.
     */
    static boolean matches(String key, String wanted, @Nullable String actual) {
        if (actual == null) {
            return false;
        }
        if (key.equals("container")) {
            return actual.startsWith(wanted);
        }
        if (key.equals("cgroup") && wanted.endsWith(BELOW)) {
            return actual.startsWith(wanted.substring(0, wanted.length() - 1));
        }
        if (key.equals(Caller.DEPLOYMENT) && wanted.indexOf('/') < 0) {
            return actual.substring(actual.lastIndexOf('/') + 1).equals(wanted);
        }
        return wanted.equals(actual);
    }

    /** Refuses a value that nothing could match, as an {@link IllegalArgumentException}. */
    static void requireSense(String key, String value) {
        if (key.equals("container")) {
            requireHex(key, value, SHORT_ID);
        } else if (key.equals(Caller.DRIVER)) {
            requireHex(key, value, LONG_ID);
        } else if (key.equals("cgroup") && !value.startsWith("/")) {
            throw new IllegalArgumentException("'" + Text.shown(value)
                    + "' is no control group: write its path, as in /system.slice/orders.service");
        } else if (key.equals(Caller.DEPLOYMENT) && value.isEmpty()) {
            throw new IllegalArgumentException("a deployment is named by its path, or by its file name alone");
        }
    }

    private static void requireHex(String key, String value, int least) {
        boolean hex = value.length() >= least && value.length() <= LONG_ID;
        for (int i = 0; hex && i < value.length(); i++) {
            hex = Character.digit(value.charAt(i), 16) >= 0 && value.charAt(i) < 128;
        }
        if (!hex) {
            throw new IllegalArgumentException("'" + Text.shown(value) + "' is no " + key + ": write " + least
                    + (least == LONG_ID ? "" : " to " + LONG_ID) + " hexadecimal digits");
        }
    }

    /** Digests and ids are compared in lower case. */
    static String spelt(String key, String value) {
        return key.equals("container") || key.equals(Caller.DRIVER) ? value.toLowerCase(Locale.ROOT) : value;
    }
}
