package io.lethe.jdbc;

import io.lethe.weave.Scope;
import java.lang.reflect.InvocationTargetException;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * {@code Driver.connect}, or a data source's methods where these do not come to it: the call that the application sees. Turns a
 * {@link Refusal} from inside into what its users expect, and tries once more where the server refused a login and the broker
 * has a newer version by now.
 *
 * <p>Loaded by the agent loader. Used by the application's threads; what it keeps belongs to the thread.
 */
final class Outermost implements Scope {

    /** What a driver needs before a reference may go into it; asked only where one is about to. */
    interface Check {
        void require(String reference, @Nullable ClassLoader loader) throws Refusal;
    }

    private final Sinks sinks;
    private final String method;
    private final @Nullable Check check;
    private final ThreadLocal<Call> calls = new ThreadLocal<>();
    /** Of this thread, whichever driver's. */
    private static final ThreadLocal<Call> INNERMOST = new ThreadLocal<>();

    /** Around {@code Driver.connect}. */
    Outermost(Sinks sinks) {
        this(sinks, "connect", null);
    }

    /** Around a public method of a data source that does not go through the driver, with or without user and password. */
    Outermost(Sinks sinks, String method, @Nullable Check check) {
        this.sinks = sinks;
        this.method = method;
        this.check = check;
    }

    @Override
    public @Nullable Object[] enter(@Nullable Object[] arguments) throws SQLException {
        requireKnown(arguments);
        sinks.retirement().begins();
        push(new Call(arguments, calls.get()));
        return arguments;
    }

    private void requireKnown(@Nullable Object[] arguments) throws SQLException {
        Object receiver = arguments[0];
        String reference = check == null || receiver == null ? null : Guard.reference(arguments);
        if (check != null && receiver != null && reference != null) {
            try {
                check.require(reference, receiver.getClass().getClassLoader());
            } catch (Refusal refusal) {
                throw refusal.outward();
            }
        }
    }

    @Override
    public void returned() {
        pop(null);
    }

    @Override
    public @Nullable Object @Nullable [] failed(Throwable thrown) throws Throwable {
        Call call = pop(thrown);
        Refusal refusal = Refusal.in(thrown);
        if (refusal != null) {
            throw refusal.outward();
        }
        if (call == null || call.retry || !sinks.newerThanRefused(thrown)) {
            return null;
        }
        // Exactly once: the login inside sees that it is a second try, and fails for good.
        push(new Call(call.arguments, calls.get()).asRetry());
        try {
            return new Object[] {again(call.arguments)};
        } finally {
            pop(null);
        }
    }

    private @Nullable Object again(@Nullable Object[] arguments) throws Throwable {
        Object receiver = arguments[0];
        if (receiver instanceof Driver) {
            return ((Driver) receiver).connect((String) arguments[1], (Properties) arguments[2]);
        }
        if (receiver == null) {
            throw new IllegalStateException("a data source's methods are not static");
        }
        try {
            return arguments.length == 3
                    ? receiver.getClass()
                            .getMethod(method, String.class, String.class)
                            .invoke(receiver, arguments[1], arguments[2])
                    : receiver.getClass().getMethod(method).invoke(receiver);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }

    /** Whether the application is connecting on this thread: what a server in this process does for its clients is not that. */
    static boolean isOpen() {
        return INNERMOST.get() != null;
    }

    /** The driver or data source of the innermost call of this thread; null where there is none. */
    static @Nullable Object receiver() {
        Call call = INNERMOST.get();
        return call == null ? null : call.arguments[0];
    }

    private void push(Call call) {
        INNERMOST.set(call);
        calls.set(call);
    }

    /** Ends the call, and what began inside and found no end of its own. */
    private @Nullable Call pop(@Nullable Throwable failure) {
        Call call = calls.get();
        if (call != null) {
            if (call.before == null) {
                INNERMOST.remove();
            } else {
                INNERMOST.set(call.before);
            }
            Connect.unwind(call.around, failure);
        }
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
        final @Nullable Call before = INNERMOST.get();
        final @Nullable Connect around = Connect.current();
        boolean retry;

        Call(@Nullable Object[] arguments, @Nullable Call outer) {
            this.arguments = arguments;
            this.outer = outer;
            this.retry = outer != null && outer.retry;
        }

        Call asRetry() {
            retry = true;
            return this;
        }
    }
}
