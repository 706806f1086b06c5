package io.lethe.http;

import io.lethe.weave.Recognition;
import io.lethe.weave.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Those of blocking connections, which are given the message once more to write its body.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
final class ApacheBlockingBodies implements ApacheBodies {

    private static final String[] WRITERS = {HttpClasses.APACHE_4[0], HttpClasses.APACHE_4[1], HttpClasses.APACHE_5[0]};

    private final Recognition recognition;
    /** What is sent with another body, by the message that the connection is given for it. */
    private final InPlace<Object> copies = new InPlace<>();

    ApacheBlockingBodies(Recognition recognition) {
        this.recognition = recognition;
    }

    @Override
    public void begin(Object connection, Object message) {
        copies.take(message);
    }

    @Override
    public byte @Nullable [] body(ApacheMessages of, Object message) throws ReflectiveOperationException {
        return of.body(message);
    }

    @Override
    public @Nullable String obstacle(Object connection) {
        return ApacheBodies.unhooked(recognition, connection.getClass(), WRITERS);
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
