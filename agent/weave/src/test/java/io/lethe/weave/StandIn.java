package io.lethe.weave;

import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Stands for {@code java.lang.LetheHooks}, which no class path can give on 9+: the same methods, relinked at will. */
public final class StandIn {

    static final String NAME = "io/lethe/weave/StandIn";

    static volatile @Nullable BiFunction<Long, Object[], Object> runtime;

    private StandIn() {}

    public static Object[] enter(long site, Object[] arguments) {
        BiFunction<Long, Object[], Object> r = runtime;
        Object answer = r == null ? null : r.apply(site, arguments);
        return answer == null ? arguments : (Object[]) answer;
    }

    public static void returned(long site) {
        BiFunction<Long, Object[], Object> r = runtime;
        if (r != null) {
            r.apply(site, null);
        }
    }

    public static Object failed(long site, Throwable thrown) throws Throwable {
        BiFunction<Long, Object[], Object> r = runtime;
        Object[] answer = r == null ? null : (Object[]) r.apply(site, new Object[] {thrown});
        if (answer == null) {
            throw thrown;
        }
        return answer[0];
    }

    public static Object answer(long site, Object[] arguments) {
        BiFunction<Long, Object[], Object> r = runtime;
        return r == null ? null : r.apply(site, arguments);
    }

    public static Object filter(long site, Object value) {
        BiFunction<Long, Object[], Object> r = runtime;
        Object answer = r == null ? null : r.apply(site, new Object[] {value});
        return answer == null ? value : answer;
    }
}
