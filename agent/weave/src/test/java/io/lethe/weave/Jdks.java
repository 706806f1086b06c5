package io.lethe.weave;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The JDKs to run forked tests on: this one, and those that {@code LETHE_JDKS} names, their homes parted by spaces,
 * lines or the path separator. Anything in it that is no path (a major version before each home) is passed over.
 */
final class Jdks {

    private Jdks() {}

    static Set<Path> homes() {
        Set<Path> homes = new LinkedHashSet<>();
        homes.add(Path.of(System.getProperty("java.home")));
        String given = System.getenv().getOrDefault("LETHE_JDKS", "");
        for (String word : given.split("[\\s" + File.pathSeparator + "]+")) {
            if (word.contains(File.separator)) {
                Path home = Path.of(word);
                if (!Files.isExecutable(home.resolve("bin/java"))) {
                    throw new IllegalStateException("LETHE_JDKS: no JDK at " + home);
                }
                homes.add(home);
            }
        }
        return homes;
    }

    /** The newest class-file version that this JDK runs. */
    static int classFileVersion(Path home) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(home.resolve("bin/java").toString(), "-XshowSettings:properties", "-version");
        quiet(builder.redirectErrorStream(true).environment());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher version = Pattern.compile("java\\.class\\.version = (\\d+)").matcher(output);
        if (!version.find()) {
            throw new IllegalStateException("No java.class.version from " + home + ": " + output);
        }
        return Integer.parseInt(version.group(1));
    }

    static Map<String, String> quiet(Map<String, String> environment) {
        // Each would print a line of its own, or put another agent beside ours.
        environment.remove("JAVA_TOOL_OPTIONS");
        environment.remove("_JAVA_OPTIONS");
        environment.remove("JDK_JAVA_OPTIONS");
        return environment;
    }
}
