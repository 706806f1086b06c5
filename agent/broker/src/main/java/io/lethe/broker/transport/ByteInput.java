package io.lethe.broker.transport;

import java.io.IOException;

/**
 * Bytes of an answer, one after the other.
 *
 * <p>Loaded by the agent loader. One thread.
 */
interface ByteInput {

    /** The next byte, from 0 to 255; -1 where nothing follows. */
    int read() throws IOException;
}
