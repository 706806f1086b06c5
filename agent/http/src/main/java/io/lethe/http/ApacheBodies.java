package io.lethe.http;

import org.jspecify.annotations.Nullable;

/**
 * The bodies of one kind of Apache's connections: read ahead where they are forms, and sent as others.
 *
 * <p>Loaded by the agent loader. Thread-safe: what is begun belongs to the thread.
 */
interface ApacheBodies {

    /** A connection is about to send this message: what an earlier try left behind means nothing any more. */
    void begin(Object connection, Object message);

    /** The body of a request where it is in memory, or can be made again; null where there is none, or it is large. */
    byte @Nullable [] body(ApacheMessages of, Object message) throws ReflectiveOperationException;

    /** Why none can be replaced, as the end of a sentence about the form; null where it can. */
    @Nullable
    String obstacle();

    /**
     * From now on this is the body.
     *
     * @param copy the message with this body and its length
     */
    void send(Object connection, Object message, Object copy, byte[] body);

    /** Whether the connection has to be given the copy, since it does more with a message's length than to write it. */
    boolean inTheMessage();
}
