package io.lethe.runtime;

import io.lethe.premain.AgentLoader;
import io.lethe.weave.Gate;
import io.lethe.weave.HookClass;
import io.lethe.weave.Loom;
import java.lang.instrument.Instrumentation;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the loom when the first class matches: defines the hook class and hands over to {@link Looms}.
 *
 * <p>Loaded by the agent loader, before main; what it names is loaded when {@link #get} runs. Called once, inside class
 * loading.
 */
final class LoomMaker implements Supplier<Loom> {

    private static final String HOOKS = "java/lang/LetheHooks.class";

    private final Instrumentation instrumentation;
    private final AgentLoader loader;
    private final Opening opening;
    private @Nullable Gate gate;
    private @Nullable Class<?> hooks;
    private boolean said;

    LoomMaker(Instrumentation instrumentation, AgentLoader loader, Opening opening) {
        this.instrumentation = instrumentation;
        this.loader = loader;
        this.opening = opening;
    }

    /** The gate that this loom will stand behind. */
    void behind(Gate theGate) {
        gate = theGate;
    }

    void defineHooks() throws Exception {
        byte[] bytes = loader.entry(HOOKS);
        if (bytes == null) {
            throw new IllegalStateException("lethe.jar has no " + HOOKS + "; install it again");
        }
        hooks = HookClass.define(instrumentation, bytes, loader.jar());
    }

    @Override
    public Loom get() {
        try {
            if (hooks == null) {
                defineHooks();
            }
            Class<?> defined = hooks;
            Gate behind = gate;
            if (defined == null || behind == null) {
                throw new IllegalStateException("not started");
            }
            return Looms.make(instrumentation, behind, defined, opening);
        } catch (Exception e) {
            if (!said) {
                said = true;
                System.err.println(
                        "lethe: the weaver could not be set up (" + e + "); drivers of this JVM are not guarded, and "
                                + "a reference would go out as it stands: take the references back or mend this");
            }
            throw new IllegalStateException("the weaver could not be set up: " + e, e);
        }
    }
}
