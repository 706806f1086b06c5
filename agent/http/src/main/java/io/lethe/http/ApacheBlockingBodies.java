package io.lethe.http;

import io.lethe.weave.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Those of blocking connections, which are given the message once more to write its body.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
final class ApacheBlockingBodies implements ApacheBodies {

    /** What is sent with another body, by the message that the connection is given for it. */
    private final InPlace<Object> copies = new InPlace<>();

    @Override
    public void begin(Object connection, Object message) {
        copies.take(message);
    }

    @Override
    public byte @Nullable [] body(ApacheMessages of, Object message) throws ReflectiveOperationException {
        return of.body(message);
    }

    @Override
    public @Nullable String obstacle() {
        return null;
    }

    @Override
    public void send(Object connection, Object message, Object copy, byte[] body) {
        copies.put(message, copy);
    }

    @Override
    public boolean inTheMessage() {
        return false;
    }

    /** Around a connection's methods whose first parameter is the message whose body it sends. */
    Scope writing() {
        return Careful.scope(new Entering() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) {
                Object armed = copies.take(arguments[1]);
                return armed == null ? arguments : with(arguments, 1, armed);
            }
        });
    }
}
