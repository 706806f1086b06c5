package io.lethe.premain;

import java.lang.instrument.Instrumentation;
import org.jspecify.annotations.Nullable;

/**
 * What the entry point knows of the runtime.
 *
 * <p>Loaded by the system loader; implemented in the agent loader.
 */
public interface Starter {

    /**
     * Installs the gate and returns; everything else waits for the first class that matches.
     *
     * @param argument what stood behind {@code -javaagent:lethe.jar=}, null where nothing did
     */
    void start(@Nullable String argument, Instrumentation instrumentation, AgentLoader loader) throws Exception;
}
