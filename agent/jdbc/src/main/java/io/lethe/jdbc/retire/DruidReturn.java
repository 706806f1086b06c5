package io.lethe.jdbc.retire;

import io.lethe.weave.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Around Druid's {@code recycle}: a connection that is to go comes back as one that was discarded meanwhile, and is discarded after
 * that, so that Druid itself closes and counts it. Closed before, it would be missing in the count of those that Druid may open.
 *
 * <p>Loaded by the agent loader. What is open belongs to the thread. What goes wrong here leaves the connection in the pool.
 */
final class DruidReturn implements Scope {

    private static final String DISCARD = "discardConnection";

    private final Retirement retirement;
    private final ThreadLocal<Object[]> going = new ThreadLocal<>();

    DruidReturn(Retirement retirement) {
        this.retirement = retirement;
    }

    @Override
    public @Nullable Object[] enter(@Nullable Object[] arguments) {
        Object pool = arguments[0];
        Object returned = arguments[1];
        if (pool == null || returned == null || retirement.comesBack(returned) == null) {
            return arguments;
        }
        try {
            Object holder = Steps.answer(returned, "getConnectionHolder");
            // From 1.1.21 on it discards holders, before that connections, which it then wants marked still.
            boolean newer = Steps.can(pool, DISCARD, holder);
            Object discarded = newer ? holder : Steps.answer(holder, "getConnection");
            if (newer || Steps.can(pool, DISCARD, discarded)) {
                going.set(new Object[] {pool, holder, discarded});
                Steps.set(holder, "setDiscard", true);
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            going.remove();
        }
        return arguments;
    }

    @Override
    public void returned() {
        Object[] known = going.get();
        if (known == null) {
            return;
        }
        going.remove();
        try {
            if (known[1] == known[2]) {
                Steps.set(known[1], "setDiscard", false);
            }
            Steps.set(known[0], DISCARD, known[2]);
        } catch (ReflectiveOperationException | RuntimeException e) {
            System.err.println(
                    "lethe: Druid did not part with a connection: " + e + "; it ends as the pool is configured");
        }
    }

    @Override
    public @Nullable Object @Nullable [] failed(Throwable thrown) {
        returned();
        return null;
    }
}
