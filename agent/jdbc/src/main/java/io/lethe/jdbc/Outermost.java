package io.lethe.jdbc;

import io.lethe.weave.Scope;
import java.sql.Driver;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * {@code Driver.connect}, or a data source's methods where these do not come to it: the call that the application sees. Turns a {@link Refusal} from inside into what its users expect,
 * and tries once more where the server refused a login and the broker has a newer version by now.
 *
 * <p>Loaded by the agent loader. Used by the application's threads; what it keeps belongs to the thread.
 */
final class Outermost implements Scope {

    private final Sinks sinks;
    private final ThreadLocal<Call> calls = new ThreadLocal<>();

    Outermost(Sinks sinks) {
        this.sinks = sinks;
    }

    @Override
    public @Nullable Object[] enter(@Nullable Object[] arguments) {
        Call outer = calls.get();
        calls.set(new Call(arguments, outer));
        return arguments;
    }

    @Override
    public void returned() {
        pop();
    }

    @Override
    public @Nullable Object @Nullable [] failed(Throwable thrown) throws Throwable {
        Call call = pop();
        Refusal refusal = Refusal.in(thrown);
        if (refusal != null) {
            throw refusal.outward();
        }
        if (call == null || call.retry || !call.isOfDriver() || !sinks.newerThanRefused(thrown)) {
            return null;
        }
        // Exactly once: the login inside sees that it is a second try, and fails for good.
        calls.set(new Call(call.arguments, calls.get()).asRetry());
        try {
            Driver driver = (Driver) call.arguments[0];
            return new Object[] {driver.connect((String) call.arguments[1], (Properties) call.arguments[2])};
        } finally {
            pop();
        }
    }

    private @Nullable Call pop() {
        Call call = calls.get();
        if (call != null && call.outer != null) {
            calls.set(call.outer);
        } else {
            calls.remove();
        }
        return call;
    }

    private static final class Call {
        final @Nullable Object[] arguments;
        final @Nullable Call outer;
        boolean retry;

        Call(@Nullable Object[] arguments, @Nullable Call outer) {
            this.arguments = arguments;
            this.outer = outer;
            this.retry = outer != null && outer.retry;
        }

        /** Only a driver's call can be made again from what it was given. */
        boolean isOfDriver() {
            return arguments.length == 3 && arguments[0] instanceof Driver;
        }

        Call asRetry() {
            retry = true;
            return this;
        }
    }
}
