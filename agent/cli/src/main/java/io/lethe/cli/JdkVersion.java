package io.lethe.cli;

import org.jspecify.annotations.Nullable;

/** Which JDKs the agent is tested on. Stateless. */
final class JdkVersion {

    private static final int NEWEST_TESTED = 27;
    private static final int OLDEST_UPDATE_OF_8 = 262;

    private JdkVersion() {}

    /** Of the JDK that runs this: 8, 11, 17. */
    static int feature() {
        String version = System.getProperty("java.specification.version", "");
        try {
            return Integer.parseInt(version.startsWith("1.") ? version.substring(2) : version);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** What is wrong with a {@code java.version}; null where nothing is. */
    static @Nullable String problem(String version) {
        int major = major(version);
        if (major < 8) {
            return "too old or not known: 8u" + OLDEST_UPDATE_OF_8 + " or newer is needed";
        }
        return major > NEWEST_TESTED ? "newer than " + NEWEST_TESTED + ", the newest that was tested" : null;
    }

    /** 0 where it is too old an 8, or no version at all. */
    private static int major(String version) {
        String[] parts = version.split("[._+-]");
        try {
            if (!parts[0].equals("1")) {
                return Integer.parseInt(parts[0]);
            }
            int update = parts.length > 3 ? Integer.parseInt(parts[3]) : 0;
            return update < OLDEST_UPDATE_OF_8 ? 0 : Integer.parseInt(parts[1]);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return 0;
        }
    }
}
