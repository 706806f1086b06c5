package io.lethe.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads secrets from a stream byte for byte. Every array that held one on the way is overwritten.
 *
 * <p>Stateless. The caller overwrites what it gets.
 */
final class SecretInput {

    /** Private keys and certificate bundles fit; a disk image that was piped in by mistake does not. */
    static final int LONGEST = 1 << 20;

    private SecretInput() {}

    /** All bytes up to the end of the stream. */
    static byte[] readAll(InputStream in) throws CliException {
        byte[] buffer = new byte[8192];
        int length = 0;
        try {
            while (true) {
                int n = in.read(buffer, length, buffer.length - length);
                if (n < 0) {
                    return Arrays.copyOf(buffer, length);
                }
                length += n;
                if (length > LONGEST) {
                    throw CliException.usage("standard input is longer than a secret may be (1 MiB)");
                }
                if (length == buffer.length) {
                    byte[] larger = Arrays.copyOf(buffer, 2 * length);
                    Arrays.fill(buffer, (byte) 0);
                    buffer = larger;
                }
            }
        } catch (IOException e) {
            throw CliException.failed("standard input could not be read: " + e.getMessage());
        } finally {
            Arrays.fill(buffer, (byte) 0);
        }
    }
}
