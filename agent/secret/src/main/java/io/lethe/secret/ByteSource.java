package io.lethe.secret;

/**
 * Bytes that are read one by one, so that an encoder needs no array of them.
 *
 * <p>Loaded by the agent loader. What an implementation needs of threads and life it says itself.
 */
public interface ByteSource {

    /** Length in bytes. */
    int length();

    /**
     * One byte.
     *
     * @throws IndexOutOfBoundsException where the index is not from 0 to {@code length() - 1}
     */
    byte byteAt(int index);
}
