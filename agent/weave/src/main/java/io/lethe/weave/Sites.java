package io.lethe.weave;

import java.security.AccessController;
import java.security.PrivilegedAction;
import java.security.SecureRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The handlers behind woven code, each under a random number that stands in the code that we wove and nowhere else.
 *
 * <p>Agent loader; {@code java.lang.LetheHooks} is linked to it. Handlers are registered once for each hook, however
 * many loaders bring a copy of the class, so they are few and never removed. Reading takes no lock.
 *
 * <p>An unknown number is answered like a missing runtime: the caller goes on as it was. What a handler throws is
 * thrown.
 */
public final class Sites implements BiFunction<Long, @Nullable Object @Nullable [], @Nullable Object> {

    private final SecureRandom random = new SecureRandom();
    private final ConcurrentHashMap<Long, Handler> handlers = new ConcurrentHashMap<>();

    /** Returns the new site's number, never 0. */
    public long register(Handler handler) {
        for (; ; ) {
            long site = random.nextLong();
            if (site != 0 && handlers.putIfAbsent(site, handler) == null) {
                return site;
            }
        }
    }

    @Override
    public @Nullable Object apply(Long site, @Nullable Object @Nullable [] arguments) {
        Handler handler = handlers.get(site);
        if (handler == null) {
            return null;
        }
        try {
            return System.getSecurityManager() == null ? handler.handle(arguments) : privileged(handler, arguments);
        } catch (Throwable thrown) {
            throw Sites.<RuntimeException>asUnchecked(thrown);
        }
    }

    /**
     * Under a SecurityManager Lethe reads vaults and looks at drivers with its own rights, not with those of the application
     * that happens to be connecting.
     */
    private static @Nullable Object privileged(Handler handler, @Nullable Object @Nullable [] arguments) {
        return AccessController.doPrivileged(new PrivilegedAction<@Nullable Object>() {
            @Override
            public @Nullable Object run() {
                try {
                    return handler.handle(arguments);
                } catch (Throwable thrown) {
                    throw Sites.<RuntimeException>asUnchecked(thrown);
                }
            }
        });
    }

    long enter(final Scope scope) {
        return register(new Handler() {
            @Override
            public Object handle(@Nullable Object @Nullable [] arguments) throws Throwable {
                return scope.enter(given(arguments));
            }
        });
    }

    long returned(final Scope scope) {
        return register(new Handler() {
            @Override
            public @Nullable Object handle(@Nullable Object @Nullable [] arguments) throws Throwable {
                scope.returned();
                return null;
            }
        });
    }

    long failed(final Scope scope) {
        return register(new Handler() {
            @Override
            public @Nullable Object handle(@Nullable Object @Nullable [] arguments) throws Throwable {
                Object thrown = given(arguments)[0];
                if (thrown == null) {
                    throw new NullPointerException("thrown");
                }
                return scope.failed((Throwable) thrown);
            }
        });
    }

    long answer(final Answer answer) {
        return register(new Handler() {
            @Override
            public @Nullable Object handle(@Nullable Object @Nullable [] arguments) throws Throwable {
                return answer.answer(given(arguments));
            }
        });
    }

    long filter(final Filter filter) {
        return register(new Handler() {
            @Override
            public @Nullable Object handle(@Nullable Object @Nullable [] arguments) throws Throwable {
                return filter.filter(given(arguments)[0]);
            }
        });
    }

    private static @Nullable Object[] given(@Nullable Object @Nullable [] arguments) {
        if (arguments == null) {
            throw new NullPointerException("arguments");
        }
        return arguments;
    }

    /** Checked exceptions too: the woven method's own callers know which ones they expect. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T asUnchecked(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
