package io.lethe.premain;

import java.lang.instrument.Instrumentation;
import org.jspecify.annotations.Nullable;

/**
 * Where {@code -javaagent:lethe.jar} begins.
 *
 * <p>Loaded by the system loader. An exception that leaves {@code premain} aborts the JVM, so none does: whatever goes wrong
 * here leaves an untouched application and one line on standard error.
 */
public final class Premain {

    private Premain() {}

    /** Called by the JVM before the application's main class; {@code argument} is the path of the config file. */
    public static void premain(@Nullable String argument, Instrumentation instrumentation) {
        try {
            if (StartupChecks.pass(argument)) {
                AgentLoader.open().start(argument, instrumentation);
            }
        } catch (SecurityException e) {
            System.err.println("lethe: could not start, the application runs without it: " + e
                    + "; add to the policy: grant codeBase \"file:<path of lethe.jar>\" "
                    + "{ permission java.security.AllPermission; };");
        } catch (Throwable e) {
            System.err.println("lethe: could not start, the application runs without it: " + e);
        }
    }
}
