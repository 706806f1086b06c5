package java.lang;

import java.util.function.BiFunction;

/**
 * What woven code calls: the one class of Lethe that every class loader sees, because {@code java.*} is always asked of
 * the boot loader (JVMS 5.3; {@code ClassLoader.defineClass} forbids {@code java.*} to all others).
 *
 * <p>Loaded by the boot loader: defined into {@code java.base} on 9+, read from the appended boot path on 8. So only types of
 * {@code java.base} may stand here, no lambdas (their linkage may be the very thing in progress), no logging, no state but
 * the link. Compiled with release 8: javac refuses {@code package java.lang} from 9 on.
 *
 * <p>A caller shows that we wove it by the {@code site}, a random number that stands in its woven code and nowhere else; the
 * runtime answers an unknown number like a missing runtime. So application code that calls these methods learns nothing.
 *
 * <p>Every method has an answer that leaves the caller as it was, given whenever the runtime is not there. What the runtime
 * throws is thrown on: refusals are meant to reach the application, and all else the runtime keeps to itself.
 */
public final class LetheHooks {

    private static volatile BiFunction<Long, Object[], Object> runtime;

    private LetheHooks() {}

    /** Links the runtime, once for the life of the JVM. */
    public static synchronized void link(BiFunction<Long, Object[], Object> theRuntime) {
        if (runtime != null) {
            throw new IllegalStateException("Lethe is linked already");
        }
        runtime = theRuntime;
    }

    /** At the start of a woven method: its arguments, {@code this} first; returns those to go on with. */
    public static Object[] enter(long site, Object[] arguments) {
        BiFunction<Long, Object[], Object> r = runtime;
        Object answer = r == null ? null : r.apply(site, arguments);
        return answer == null ? arguments : (Object[]) answer;
    }

    /** Where a woven method returns normally. */
    @SuppressWarnings("ReturnValueIgnored") // there is nothing to answer
    public static void returned(long site) {
        BiFunction<Long, Object[], Object> r = runtime;
        if (r != null) {
            r.apply(site, null);
        }
    }

    /** Where a woven method ends in an exception: returns what to return instead, or throws. */
    public static Object failed(long site, Throwable thrown) throws Throwable {
        BiFunction<Long, Object[], Object> r = runtime;
        if (r == null) {
            throw thrown;
        }
        Object[] answer = (Object[]) r.apply(site, new Object[] {thrown});
        if (answer == null) {
            throw thrown;
        }
        return answer[0];
    }

    /** At the start of a woven method: a result to return in its place, or null to run it. */
    public static Object answer(long site, Object[] arguments) {
        BiFunction<Long, Object[], Object> r = runtime;
        return r == null ? null : r.apply(site, arguments);
    }

    /** On the last argument of a call, just before the call: the value to go on with. */
    public static Object filter(long site, Object value) {
        BiFunction<Long, Object[], Object> r = runtime;
        Object answer = r == null ? null : r.apply(site, new Object[] {value});
        return answer == null ? value : answer;
    }
}
