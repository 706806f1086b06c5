package io.lethe.weave;

import java.io.File;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.jar.JarFile;

/**
 * Puts {@code java.lang.LetheHooks} where every class loader finds it, also those that do not delegate to boot for
 * other packages: {@code java.*} must be asked of the boot loader (JVMS 5.3, {@code ClassLoader.defineClass}).
 *
 * <p>Agent loader, once, any thread. All that is newer than Java 8 is called reflectively, here and nowhere else.
 * Throws what the JVM throws: without this class nothing may be woven.
 */
public final class HookClass {

    private static final String NAME = "java.lang.LetheHooks";

    private HookClass() {}

    /**
     * Defines the class and returns it.
     *
     * @param classFile its bytes, for 9+, where nothing is appended to the boot class path (the JVM would print a
     *     warning
     *     and lose shared classes)
     * @param jar a jar with it at its place, for 8, where there is no other way
     */
    public static Class<?> define(Instrumentation instrumentation, byte[] classFile, File jar)
            throws ReflectiveOperationException, IOException {
        if ("1.8".equals(System.getProperty("java.specification.version"))) {
            instrumentation.appendToBootstrapClassLoaderSearch(new JarFile(jar, false));
            return Class.forName(NAME, false, null);
        }
        open(instrumentation, Object.class, "java.lang");
        Object lookup = MethodHandles.class
                .getMethod("privateLookupIn", Class.class, MethodHandles.Lookup.class)
                .invoke(null, Object.class, MethodHandles.lookup());
        return (Class<?>) MethodHandles.Lookup.class
                .getMethod("defineClass", byte[].class)
                .invoke(lookup, (Object) classFile);
    }

    /** Links the runtime. Throws if one is linked already. */
    public static void link(Class<?> hooks, BiFunction<Long, Object[], Object> runtime)
            throws ReflectiveOperationException {
        hooks.getMethod("link", BiFunction.class).invoke(null, runtime);
    }

    /**
     * Opens packages of a JDK module to the agent's loader, and to nobody else, so that reflection reaches what a sink must
     * see there. Does nothing on 8, where nothing is closed.
     *
     * @param member any class of that module
     */
    public static void open(Instrumentation instrumentation, Class<?> member, String... packages)
            throws ReflectiveOperationException {
        if ("1.8".equals(System.getProperty("java.specification.version"))) {
            return;
        }
        Method getModule = Class.class.getMethod("getModule");
        Object module = getModule.invoke(member);
        Set<Object> us = Collections.singleton(getModule.invoke(HookClass.class));
        Map<String, Set<Object>> opened = new HashMap<>();
        for (String name : packages) {
            opened.put(name, us);
        }
        Instrumentation.class
                .getMethod("redefineModule", module.getClass(), Set.class, Map.class, Map.class, Set.class, Map.class)
                .invoke(
                        instrumentation,
                        module,
                        Collections.emptySet(),
                        Collections.emptyMap(),
                        opened,
                        Collections.emptySet(),
                        Collections.emptyMap());
    }
}
