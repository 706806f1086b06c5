package io.lethe.http;

import io.lethe.weave.Answer;
import io.lethe.weave.Recognition;
import io.lethe.weave.Scope;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Those of HttpCore 5's asynchronous connections, HTTP/1.1 and HTTP/2: a stream commits its request together with what will
 * produce its body. What the library makes of bytes and texts is read; an application's own producer may work only once.
 *
 * <p>Loaded by the agent loader. Thread-safe: what is committed belongs to the thread.
 */
final class Apache5AsyncBodies implements ApacheBodies {

    private static final String CLIENT = "org.apache.hc.client5.http.impl.async.InternalAbstractHttpAsyncClient$";
    private static final String ENTITY = "org.apache.hc.core5.http.nio.entity.";
    private static final String BYTES = ENTITY + "BasicAsyncEntityProducer";
    private static final String TEXT = ENTITY + "StringAsyncEntityProducer";

    private final Recognition recognition;
    private final Members members;
    /** What is left to be sent, by the producer in whose place. */
    private final InPlace<ByteBuffer> bodies = new InPlace<>();

    private final ThreadLocal<Object> committed = new ThreadLocal<>();

    Apache5AsyncBodies(Recognition recognition, Members members) {
        this.recognition = recognition;
        this.members = members;
    }

    /** Around a stream's {@code commitRequest(request, producer)}. */
    Scope committing() {
        return Careful.scope(new Scope() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws ReflectiveOperationException {
                Object producer = arguments[2] == null ? null : inner(arguments[2]);
                if (producer != null) {
                    bodies.take(producer);
                    committed.set(producer);
                }
                return arguments;
            }

            @Override
            public void returned() {
                committed.remove();
            }

            @Override
            public @Nullable Object @Nullable [] failed(Throwable thrown) {
                committed.remove();
                return null;
            }
        });
    }

    /** The client asks its request's producer through one of its own, an anonymous class. */
    private Object inner(Object producer) throws ReflectiveOperationException {
        Object inner = producer.getClass().getName().startsWith(CLIENT)
                ? members.fieldIfThere(producer, "val$entityDetails")
                : null;
        return inner == null ? producer : inner;
    }

    @Override
    public void begin(Object connection, Object message) {
        // What is committed says it.
    }

    @Override
    public byte @Nullable [] body(ApacheMessages of, Object message) throws ReflectiveOperationException {
        return body();
    }

    /** Of the request that this thread commits. */
    byte @Nullable [] body() throws ReflectiveOperationException {
        Object producer = committed.get();
        String type = producer == null ? "" : producer.getClass().getName();
        if (producer != null && type.equals(BYTES)) {
            ByteBuffer all = ((ByteBuffer) members.field(producer, "bytebuf")).duplicate();
            all.rewind();
            if (all.remaining() > Forms.LONGEST_FORM) {
                return null;
            }
            byte[] bytes = new byte[all.remaining()];
            all.get(bytes);
            return bytes;
        }
        return producer != null && type.equals(TEXT) ? ascii((CharBuffer) members.field(producer, "content")) : null;
    }

    /** Null for what is no form: that is ASCII in every charset that the library takes. */
    private static byte @Nullable [] ascii(CharBuffer content) {
        CharBuffer all = content.duplicate();
        all.rewind();
        if (all.remaining() > Forms.LONGEST_FORM) {
            return null;
        }
        byte[] bytes = new byte[all.remaining()];
        for (int i = 0; i < bytes.length; i++) {
            char c = all.get(i);
            if (c > 0x7f) {
                return null;
            }
            bytes[i] = (byte) c;
        }
        return bytes;
    }

    @Override
    public @Nullable String obstacle(Object connection) {
        return obstacle();
    }

    /** Of the request that this thread commits, which its stream's hook has said: the producer's own is left to be asked for. */
    @Nullable
    String obstacle() {
        Object producer = committed.get();
        return producer == null
                ? "which nothing produces"
                : ApacheBodies.unhooked(
                        recognition, producer.getClass(), HttpClasses.APACHE_5[9], HttpClasses.APACHE_5[10]);
    }

    @Override
    public void send(Object connection, Object message, Object copy, byte[] body) {
        send(body);
    }

    /** From now on this is the body of the request that this thread commits. */
    void send(byte[] body) {
        Object producer = committed.get();
        if (producer == null) {
            throw new IllegalStateException("no body");
        }
        bodies.put(producer, ByteBuffer.wrap(body));
    }

    @Override
    public boolean inTheMessage() {
        return true;
    }

    /** In place of a producer's {@code produce(channel)}. */
    Answer producing() {
        return new Answer() {
            @Override
            public @Nullable Object answer(@Nullable Object[] arguments) throws Throwable {
                Object producer = arguments[0];
                Object channel = arguments[1];
                ByteBuffer left = bodies.get(producer);
                if (left == null || channel == null) {
                    return null;
                }
                try {
                    members.method(channel.getClass(), "write", ByteBuffer.class)
                            .invoke(channel, left);
                    if (!left.hasRemaining()) {
                        bodies.take(producer);
                        members.call(channel, "endStream");
                    }
                } catch (Throwable fault) {
                    throw NettyChannel.cause(fault);
                }
                return Boolean.TRUE;
            }
        };
    }
}
