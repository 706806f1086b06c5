package io.lethe.http;

import io.lethe.weave.Recognition;
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

    /**
     * Why none can be replaced, as the end of a sentence about the form; null where it can. What writes them has to be hooked: else
     * the application's own body would go out under the other one's length.
     */
    @Nullable
    String obstacle(Object connection);

    /**
     * From now on this is the body.
     *
     * @param copy the message with this body and its length
     */
    void send(Object connection, Object message, Object copy, byte[] body);

    /** Whether the connection has to be given the copy, since it does more with a message's length than to write it. */
    boolean inTheMessage();

    /** For {@link #obstacle}: of the one of these classes, by internal names, that this is or extends. */
    static @Nullable String unhooked(Recognition recognition, Class<?> of, String... names) {
        for (Class<?> at = of; at != null; at = at.getSuperclass()) {
            for (String name : names) {
                if (at.getName().equals(name.replace('/', '.'))) {
                    String obstacle = recognition.obstacle(at.getName(), at.getClassLoader());
                    return obstacle == null ? null : unknown(at, obstacle);
                }
            }
        }
        return unknown(of, Recognition.ABSENT);
    }

    static String unknown(Class<?> writer, String obstacle) {
        return "which a client writes that is not recognised (" + writer.getName() + ": " + obstacle + ")";
    }
}
