package io.lethe.http;

import io.lethe.weave.Answer;
import io.lethe.weave.Scope;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Those of HttpAsyncClient 4.1: its executor hands over a request and later, as often as the connection has room, a part of its
 * body. Requests that come from elsewhere are refused, for nothing says who writes their bodies.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
final class Apache4AsyncBodies implements ApacheBodies {

    private final Members members;
    /** What is left to be sent, by the connection. */
    private final InPlace<ByteBuffer> bodies = new InPlace<>();
    /** True where this thread has a request of the executor's to give to a connection, false where it has given it. */
    private final ThreadLocal<Boolean> generated = new ThreadLocal<>();

    Apache4AsyncBodies(Members members) {
        this.members = members;
    }

    /** Where the executor hands over a request. */
    Scope generating() {
        return Careful.scope(new Entering() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) {
                generated.set(Boolean.TRUE);
                return arguments;
            }
        });
    }

    @Override
    public void begin(Object connection, Object message) {
        bodies.take(connection);
        if (Boolean.TRUE.equals(generated.get())) {
            generated.set(Boolean.FALSE);
        } else {
            generated.remove();
        }
    }

    @Override
    public byte @Nullable [] body(ApacheMessages of, Object message) throws ReflectiveOperationException {
        return of.body(message);
    }

    @Override
    public @Nullable String obstacle() {
        return generated.get() != null ? null : "which this asynchronous client sends from elsewhere; use another one";
    }

    @Override
    public void send(Object connection, Object message, Object copy, byte[] body) {
        bodies.put(connection, ByteBuffer.wrap(body));
    }

    @Override
    public boolean inTheMessage() {
        return true;
    }

    /** In place of the executor's {@code produceContent(state, encoder, connection)}. */
    Answer producing() {
        return new Answer() {
            @Override
            public @Nullable Object answer(@Nullable Object[] arguments) throws Throwable {
                Object connection = arguments[3];
                ByteBuffer left = bodies.get(connection);
                Object state = arguments[1];
                Object encoder = arguments[2];
                if (left == null || state == null || encoder == null) {
                    return null;
                }
                try {
                    members.call(state, "setRequestContentProduced");
                    members.method(encoder.getClass(), "write", ByteBuffer.class)
                            .invoke(encoder, left);
                    if (!left.hasRemaining()) {
                        bodies.take(connection);
                        members.call(encoder, "complete");
                    }
                } catch (Throwable fault) {
                    throw NettyChannel.cause(fault);
                }
                return Boolean.TRUE;
            }
        };
    }
}
