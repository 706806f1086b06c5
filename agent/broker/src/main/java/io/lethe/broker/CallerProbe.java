package io.lethe.broker;

import java.net.URL;
import java.net.URLClassLoader;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which code calls, from the classes on the calling thread's stack.
 *
 * <p>The driver or client is the class whose woven code called us. The deployment is that of the nearest class that lies in one
 * ({@code WEB-INF} and its like), else of the outermost class of the nearest loader; loaders that are parents of another one
 * here are a server's shared libraries and no deployment. Where nothing of an application is on the stack, as in a pool's own
 * thread, the thread's context class loader stands for it.
 *
 * <p>Loaded by the agent loader. Stateless. To be asked on the application's thread. Never fails: what is not found out is not
 * known, and a grant that asks for it denies.
 */
final class CallerProbe {

    private static final String HOOKS = "java.lang.LetheHooks";

    private final ClassLoader system = ClassLoader.getSystemClassLoader();
    private final @Nullable ClassLoader context;
    private final String hooks;
    private @Nullable Class<?> driver;
    private final List<Class<?>> application = new ArrayList<>();

    private CallerProbe(@Nullable ClassLoader context, String hooks) {
        this.hooks = hooks;
        this.context = context;
    }

    /** Who calls on this thread. */
    static Caller here() {
        try {
            return of(
                    new Stack().classes(),
                    CallerProbe.class.getClassLoader(),
                    Thread.currentThread().getContextClassLoader());
        } catch (RuntimeException | LinkageError e) {
            // A loader of the application's may throw anything.
            return Caller.of(null, null);
        }
    }

    /**
     * Who called, by these classes.
     *
     * @param stack the innermost first
     * @param own the agent's loader, whose classes do not count
     */
    static Caller of(Class<?>[] stack, @Nullable ClassLoader own, @Nullable ClassLoader context) {
        return of(stack, own, context, HOOKS);
    }

    static Caller of(Class<?>[] stack, @Nullable ClassLoader own, @Nullable ClassLoader context, String hooks) {
        CallerProbe probe = new CallerProbe(context, hooks);
        probe.sort(stack, own);
        CodePlace driver = probe.driver == null ? null : place(probe.driver);
        return Caller.of(probe.deployment(), driver);
    }

    private void sort(Class<?>[] stack, @Nullable ClassLoader own) {
        boolean hooked = false;
        for (Class<?> type : stack) {
            ClassLoader loader = type.getClassLoader();
            if (loader == own && own != null) {
                continue;
            }
            if (type.getName().equals(hooks)) {
                hooked = driver == null;
                continue;
            }
            if (hooked) {
                driver = type;
                hooked = false;
            }
            if (loader != null && loader != system.getParent()) {
                application.add(type);
            }
        }
    }

    private @Nullable String deployment() {
        ClassLoader nearest = null;
        Class<?> outermost = null;
        for (Class<?> type : application) {
            ClassLoader loader = type.getClassLoader();
            if (isShared(loader)) {
                continue;
            }
            CodePlace place = place(type);
            if (place != null && place.isInDeployment()) {
                return place.deployment();
            }
            if (nearest == null || loader == nearest) {
                nearest = loader;
                outermost = type;
            }
        }
        CodePlace place = outermost == null ? contextPlace() : place(outermost);
        return place == null ? null : place.deployment();
    }

    /** Whether another loader of this call delegates to it. */
    private boolean isShared(@Nullable ClassLoader loader) {
        for (Class<?> type : application) {
            if (isAbove(loader, type.getClassLoader())) {
                return true;
            }
        }
        return isAbove(loader, context);
    }

    private static boolean isAbove(@Nullable ClassLoader loader, @Nullable ClassLoader other) {
        for (ClassLoader up = other == null ? null : other.getParent(); up != null; up = up.getParent()) {
            if (up == loader) {
                return true;
            }
        }
        return false;
    }

    private @Nullable CodePlace contextPlace() {
        if (!(context instanceof URLClassLoader)) {
            return null;
        }
        CodePlace first = null;
        for (URL url : ((URLClassLoader) context).getURLs()) {
            CodePlace place = CodePlace.of(url);
            if (place.isInDeployment()) {
                return place;
            }
            first = first == null ? place : first;
        }
        return first;
    }

    private static @Nullable CodePlace place(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        URL location = source == null ? null : source.getLocation();
        return location == null ? null : CodePlace.of(location);
    }

    /** The one way to the classes of a stack that all JDKs have from 8 on; no security manager is installed. */
    @SuppressWarnings({"removal", "deprecation"})
    private static final class Stack extends SecurityManager {

        Class<?>[] classes() {
            return getClassContext();
        }
    }
}
