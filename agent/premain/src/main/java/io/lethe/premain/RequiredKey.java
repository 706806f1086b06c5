package io.lethe.premain;

import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * {@code required: true}, the one key that is needed where nothing else of Lethe runs, read without a YAML parser.
 *
 * <p>Loaded by the system loader, on JVMs that are not supported. Stateless.
 */
final class RequiredKey {

    private RequiredKey() {}

    static boolean isSet(@Nullable String argument) {
        String named = argument != null && !argument.isEmpty() ? argument : System.getProperty("lethe.config");
        if (named == null || named.isEmpty()) {
            named = System.getenv("LETHE_CONFIG");
        }
        if (named != null && !named.isEmpty()) {
            return requires(new File(named));
        }
        File own = new File(System.getProperty("user.home", "/"), ".config/lethe/lethe.yaml");
        return requires(own.exists() ? own : new File("/etc/lethe/lethe.yaml"));
    }

    private static boolean requires(File config) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(new FileInputStream(config), "UTF-8"))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("required:")
                        && line.substring("required:".length()).trim().startsWith("true")) {
                    return true;
                }
            }
        } catch (IOException e) {
            // No config, nothing required.
        }
        return false;
    }
}
