package io.lethe.runtime;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where lethe.yaml is looked for. Apart from {@link Config}, so that finding the file before main loads no YAML parser.
 *
 * <p>Loaded by the agent loader and by the command line's. Stateless.
 */
public final class ConfigPlaces {

    private ConfigPlaces() {}

    /**
     * In order: the agent's argument, {@code -Dlethe.config}, {@code LETHE_CONFIG}, and the two usual places.
     *
     * @return the first one named by argument, property or variable, whether it exists or not; else the first that exists
     */
    public static @Nullable File locate(@Nullable String argument) {
        String named = argument != null && !argument.isEmpty() ? argument : System.getProperty("lethe.config");
        if (named == null || named.isEmpty()) {
            named = System.getenv("LETHE_CONFIG");
        }
        if (named != null && !named.isEmpty()) {
            return new File(named).getAbsoluteFile();
        }
        for (File usual : usual()) {
            if (usual.exists()) {
                return usual;
            }
        }
        return null;
    }

    /** The places that are looked at where nobody names one. */
    public static List<File> usual() {
        List<File> places = new ArrayList<>();
        places.add(new File(System.getProperty("user.home", "/"), ".config/lethe/lethe.yaml"));
        places.add(new File("/etc/lethe/lethe.yaml"));
        return places;
    }
}
