package io.lethe.premain;

import java.io.File;
import org.jspecify.annotations.Nullable;

/**
 * Whether Lethe starts in this JVM at all: not in the JDK's own tools, not in its own command line (both meet
 * {@code JAVA_TOOL_OPTIONS}), not on a JVM that it was never tested on.
 *
 * <p>Loaded by the system loader.
 */
final class StartupChecks {

    private static final int OLDEST_UPDATE_OF_8 = 262;

    private StartupChecks() {}

    static boolean pass(@Nullable String argument) {
        String command = System.getProperty("sun.java.command", "");
        if (isTool(command)) {
            return false;
        }
        String unsupported =
                unsupported(major(), System.getProperty("java.version", ""), System.getProperty("java.vm.name", ""));
        if (unsupported == null) {
            return true;
        }
        String line = "lethe: " + unsupported + "; it needs HotSpot of JDK 8u262 or newer";
        if (RequiredKey.isSet(argument)) {
            System.err.println(line + "; the config says required: true, so the application is not started");
            Runtime.getRuntime().halt(3);
        }
        System.err.println(line + "; the application runs without it");
        return false;
    }

    static int major() {
        String version = System.getProperty("java.specification.version", "8");
        return Integer.parseInt(version.startsWith("1.") ? version.substring(2) : version);
    }

    static @Nullable String unsupported(int major, String version, String vm) {
        if (major < 8) {
            return "Java " + version + " is not supported";
        }
        int update = version.indexOf('_');
        if (major == 8 && update > 0 && leadingNumber(version, update + 1) < OLDEST_UPDATE_OF_8) {
            return "Java " + version + " is not supported";
        }
        return vm.contains("HotSpot") || vm.contains("OpenJDK") || vm.contains("Zulu") || vm.contains("Corretto")
                ? null
                : "the JVM '" + vm + "' is not supported";
    }

    private static int leadingNumber(String text, int from) {
        int number = 0;
        for (int i = from; i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9'; i++) {
            number = number * 10 + (text.charAt(i) - '0');
        }
        return number;
    }

    /**
     * Whether the command is a tool of the JDK or Lethe's own command line. On 9+ the launchers of the tools name a module,
     * {@code jdk.jcmd/sun.tools.jcmd.JCmd}; on 8 only the class. The launcher of source files runs an application.
     */
    static boolean isTool(String command) {
        int end = command.indexOf(' ');
        String main = end < 0 ? command : command.substring(0, end);
        int slash = main.indexOf('/');
        if (slash > 0 && (main.startsWith("jdk.") || main.startsWith("java."))) {
            return !main.startsWith("jdk.compiler/com.sun.tools.javac.launcher.");
        }
        return main.startsWith("sun.tools.")
                || main.startsWith("com.sun.tools.")
                || main.startsWith("sun.security.tools.")
                || main.startsWith("sun.jvmstat.")
                || main.startsWith("sun.rmi.")
                || main.equals("io.lethe.premain.Main")
                || isOwnJar(main);
    }

    private static boolean isOwnJar(String main) {
        if (!main.endsWith(".jar")) {
            return false;
        }
        try {
            File own = new File(StartupChecks.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return own.getCanonicalFile().equals(new File(main).getCanonicalFile());
        } catch (Exception e) {
            return false;
        }
    }
}
