package io.lethe.broker;

import io.lethe.secret.Sealed;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/**
 * Where a secret leaves as it is, inside TLS and nowhere else: for protocols that send a password in clear text. The sender
 * writes a random text of the secret's length, and that becomes the secret in the TLS record, just before it is encrypted in
 * place. The runtime gives it to whoever has such a protocol.
 *
 * <p>Loaded by the agent loader. Thread-safe. Leases stay their holders', who close what is armed before they close the lease.
 */
public interface WireSink {

    /**
     * A random text to be sent in a secret's place.
     *
     * @param length of the secret, in bytes; as many characters, all of them ASCII, does the text have
     * @return null where that is too short for a text that cannot be guessed
     */
    @Nullable
    String standIn(int length);

    /**
     * Why the server at the other end is not the one that the request's target and the lease's trust name, in one line; null
     * where it is. The certificates that it showed are checked anew, whatever the application has checked. Waits for no network
     * once the handshake is over.
     *
     * @param socket the connection as its user has it: none but a TLS socket has a server that can be known
     */
    @Nullable
    String peerObstacle(Socket socket, Request request, Lease lease);

    /**
     * From now on the text becomes the lease's secret, once, on this connection, directly behind these bytes. The first call in
     * a JVM weaves its TLS and proves the swap, which takes part of a second, on another thread.
     *
     * @param standIn from {@link #standIn}, for this secret's length
     * @param before what stands before the text on the wire, each character one byte
     * @throws BrokerException where this connection may not carry the secret, with the reason in one line; nothing is armed then
     */
    Armed arm(Socket socket, Request request, Lease lease, String standIn, String before) throws BrokerException;

    /**
     * The same for bytes that are made of the secret and are as good as it.
     *
     * @param bytes of the text's length; closed by their holder, after what is armed
     * @param clear whether a connection without TLS may carry them too, as the grant has to say: then the JDK's sockets are woven
     *     the first time, and nobody at the other end proves who he is
     */
    Armed arm(Socket socket, Request request, Lease lease, Sealed bytes, String standIn, String before, boolean clear)
            throws BrokerException;

    /** A text that was armed. Closing it, which may be done more than once, makes it mean nothing, if it was not sent yet. */
    interface Armed extends AutoCloseable {
        @Override
        void close();
    }
}
