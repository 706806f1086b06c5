package io.lethe.cli;

import io.lethe.secret.Utf8;
import io.lethe.secret.Wipe;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Takes secrets from standard input: byte for byte from a pipe or file, without echo and twice from a terminal. Every array
 * that held one on the way is overwritten.
 *
 * <p>Stateless. The caller overwrites what it gets.
 */
final class SecretInput {

    /** Private keys and certificate bundles fit; a disk image that was piped in by mistake does not. */
    static final int LONGEST = 1 << 20;

    private SecretInput() {}

    /** The value of something new. */
    static byte[] read(Streams streams, String what) throws CliException {
        if (streams.prompt == null) {
            return readAll(streams.in);
        }
        char[] first = streams.prompt.read(what + ": ");
        char[] second = null;
        try {
            second = streams.prompt.read(what + " again: ");
            if (first == null || second == null) {
                throw CliException.usage("nothing was typed; nothing was changed");
            }
            if (!Arrays.equals(first, second)) {
                throw CliException.usage("the two are not the same; nothing was changed");
            }
            return Utf8.bytes(first, 0, first.length);
        } finally {
            Wipe.chars(first);
            Wipe.chars(second);
        }
    }

    static boolean endsWithLineBreak(byte[] value) {
        byte last = value.length == 0 ? 0 : value[value.length - 1];
        return last == '\n' || last == '\r';
    }

    static void warnOfLineBreak(Streams streams, String command) {
        streams.err.println(
                "lethe vault " + command + ": the value ends with a line break, which was stored byte for byte;"
                        + " strip it if it is no part of the secret (printf %s instead of echo): in an HTTP header it is"
                        + " refused");
    }

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
                    Wipe.bytes(buffer);
                    buffer = larger;
                }
            }
        } catch (IOException e) {
            throw CliException.failed("standard input could not be read: " + e.getMessage());
        } finally {
            Wipe.bytes(buffer);
        }
    }
}
