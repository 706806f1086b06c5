package io.lethe.runtime;

import io.lethe.http.HttpClasses;
import io.lethe.jdbc.WovenClasses;
import io.lethe.premain.AgentLoader;
import io.lethe.premain.Starter;
import io.lethe.weave.Gate;
import java.io.File;
import java.lang.instrument.Instrumentation;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The runtime's beginning: installs the gate. Config, broker, weaver and libraries wait for the first class that matches or
 * the first reference.
 *
 * <p>Loaded by the agent loader, on the main thread before main.
 */
public final class Agent implements Starter {

    @Override
    public void start(@Nullable String argument, Instrumentation instrumentation, AgentLoader loader) throws Exception {
        File config = ConfigPlaces.locate(argument);
        if (config == null || !config.exists()) {
            System.err.println("lethe: " + missing(config) + "; until there is one, every reference is refused");
        }
        Opening opening = new Opening(config, loader.jar(), instrumentation);
        LoomMaker maker = new LoomMaker(instrumentation, loader, opening);
        ClassLoader platform = loader.getParent();
        if (platform == null) {
            // On 8 the boot path is appended to, from a file that may be gone later.
            maker.defineHooks();
        }
        Set<String> names = WovenClasses.all();
        names.addAll(HttpClasses.all());
        Gate gate = new Gate(names, loader, platform, maker);
        maker.behind(gate);
        instrumentation.addTransformer(gate, true);
    }

    private static String missing(@Nullable File config) {
        if (config != null) {
            return "there is no config at " + config;
        }
        StringBuilder places = new StringBuilder(
                "no config found; looked at -javaagent:lethe.jar=<file>, -Dlethe.config, " + "LETHE_CONFIG");
        for (File usual : ConfigPlaces.usual()) {
            places.append(", ").append(usual);
        }
        return places.toString();
    }
}
