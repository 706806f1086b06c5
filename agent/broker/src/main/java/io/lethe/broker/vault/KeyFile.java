package io.lethe.broker.vault;

import io.lethe.broker.BrokerException;
import io.lethe.secret.Bech32;
import io.lethe.secret.Wipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/**
 * Files that hold keys, one in a line, in Bech32.
 *
 * <p>Loaded by the agent loader and the command line's. Stateless. A file that others may read is refused; links are
 * followed first, so that what was looked at is what is read, and a link that is moved meanwhile (Kubernetes moves its
 * {@code ..data} when a secret changes) is followed anew. It is read
 * into a direct buffer of our own, which is overwritten: {@code Files.readAllBytes} leaves a full copy in the thread's
 * cached buffer and {@code FileInputStream} most of one on its stack, while this leaves none (run on 8 to 25).
 */
public final class KeyFile {

    private static final int MAX = 16_384;
    private static final int MAX_MOVES = 5;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(MAX);

    /** What is made of the text; the buffer is overwritten afterwards. */
    public interface Reader {
        byte[] read(ByteBuffer text) throws BrokerException;
    }

    private KeyFile() {}

    /** A key of whoever runs this, whom a group of administrators may share it with. */
    static byte[] read(Path file, String what, Reader reader) throws BrokerException {
        return read(file, what, Access.GROUP, reader);
    }

    /**
     * Reads a file that holds what opens secrets.
     *
     * @param what how messages call it
     */
    public static byte[] read(Path file, String what, Access access, Reader reader) throws BrokerException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(MAX);
        try {
            fill(buffer, file, what, access);
            if (!buffer.hasRemaining()) {
                throw new BrokerException(
                        BrokerException.Kind.BROKEN, what + " " + file + " is too long for a key file");
            }
            buffer.flip();
            return reader.read(buffer);
        } catch (NoSuchFileException e) {
            throw new BrokerException(
                    BrokerException.Kind.BROKEN,
                    what + " " + file + " is missing; put it there or correct its path",
                    e);
        } catch (AccessDeniedException e) {
            throw new BrokerException(
                    BrokerException.Kind.BROKEN,
                    what + " " + file + " may not be read by this process's user; make it its owner",
                    e);
        } catch (IOException e) {
            throw new BrokerException(
                    BrokerException.Kind.BROKEN, what + " " + file + " cannot be read (" + e.getMessage() + ")", e);
        } finally {
            overwrite(buffer);
        }
    }

    /** Looks for the first line {@code <lead><PREFIX>1...} and decodes it into {@code key}. */
    static boolean findKey(ByteBuffer text, String lead, String prefix, byte[] key) {
        return findKey(text, lead, prefix, key, 0);
    }

    /** @param skipped how many such lines are passed over */
    static boolean findKey(ByteBuffer text, String lead, String prefix, byte[] key, int skipped) {
        int left = skipped;
        int start = 0;
        for (int end = lineEnd(text, start); start < text.limit(); start = end + 1, end = lineEnd(text, start)) {
            int last = end > start && text.get(end - 1) == '\r' ? end - 1 : end;
            if (startsWith(text, start, last, lead + prefix + "1") && left-- == 0) {
                ByteBuffer line = text.duplicate();
                line.limit(last);
                line.position(start + lead.length());
                try {
                    return Bech32.decode(line, prefix, key) == key.length;
                } catch (IllegalArgumentException e) {
                    return false;
                }
            }
        }
        return false;
    }

    /** How many lines are neither empty nor a comment, whatever kind of key stands there. */
    static int keys(ByteBuffer text) {
        int keys = 0;
        int start = 0;
        for (int end = lineEnd(text, start); start < text.limit(); start = end + 1, end = lineEnd(text, start)) {
            int first = start;
            while (first < end && text.get(first) <= ' ') {
                first++;
            }
            keys += first < end && text.get(first) != '#' ? 1 : 0;
        }
        return keys;
    }

    static boolean hasLine(ByteBuffer text, String line) {
        int start = 0;
        for (int end = lineEnd(text, start); start < text.limit(); start = end + 1, end = lineEnd(text, start)) {
            if (end - start == line.length() && startsWith(text, start, end, line)) {
                return true;
            }
        }
        return false;
    }

    /** The line that {@link #findKey} finds; the caller wipes it. */
    static byte[] keyLine(String lead, String prefix, byte[] key) {
        byte[] text = Bech32.encode(prefix, key, 0, key.length);
        byte[] line = new byte[lead.length() + text.length + 1];
        for (int i = 0; i < lead.length(); i++) {
            line[i] = (byte) lead.charAt(i);
        }
        for (int i = 0; i < text.length; i++) {
            byte c = text[i];
            line[lead.length() + i] = c >= 'a' && c <= 'z' ? (byte) (c - 32) : c;
        }
        line[line.length - 1] = '\n';
        Wipe.bytes(text);
        return line;
    }

    private static void fill(ByteBuffer buffer, Path file, String what, Access access)
            throws IOException, BrokerException {
        for (int i = 1; ; i++) {
            try {
                Path real = file.toRealPath();
                refuseOthers(real, file, what, access);
                try (FileChannel channel = FileChannel.open(real, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
                    int n = channel.read(buffer);
                    while (n > 0) {
                        n = channel.read(buffer);
                    }
                }
                return;
            } catch (NoSuchFileException e) {
                if (i == MAX_MOVES) {
                    throw e;
                }
            }
        }
    }

    private static void refuseOthers(Path real, Path file, String what, Access access)
            throws IOException, BrokerException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(real, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view == null) {
            return;
        }
        Set<PosixFilePermission> permissions = view.readAttributes().permissions();
        if (isOpenToOthers(permissions)) {
            throw new BrokerException(
                    BrokerException.Kind.BROKEN,
                    what + " " + file + " is open to other users; chmod o-rwx it, and consider its keys known");
        }
        if (isOpenToGroup(permissions, access)) {
            throw new BrokerException(
                    BrokerException.Kind.BROKEN,
                    what + " " + file
                            + " is open to its group; chmod g-rwx it, or say identity.group-ok: true where the"
                            + " group has nobody else and may only read it");
        }
    }

    static boolean isOpenToGroup(Set<PosixFilePermission> mode, Access access) {
        boolean reads = mode.contains(PosixFilePermission.GROUP_READ);
        boolean more =
                mode.contains(PosixFilePermission.GROUP_WRITE) || mode.contains(PosixFilePermission.GROUP_EXECUTE);
        switch (access) {
            case OWNER:
                return reads || more;
            case GROUP_READS:
                return more;
            default:
                return false;
        }
    }

    /** Who besides the owner may get at a key file; others never may. */
    public enum Access {
        /** Nobody. */
        OWNER,
        /** Its group may read it: systemd's credentials and Kubernetes' volumes are made like that. */
        GROUP_READS,
        /** Its group. */
        GROUP
    }

    static boolean isOpenToOthers(Set<PosixFilePermission> mode) {
        return mode.contains(PosixFilePermission.OTHERS_READ)
                || mode.contains(PosixFilePermission.OTHERS_WRITE)
                || mode.contains(PosixFilePermission.OTHERS_EXECUTE);
    }

    /** At once, in C: one store after another would take longer than the key was in use. */
    private static void overwrite(ByteBuffer buffer) {
        ByteBuffer zeros = ZEROS.duplicate();
        buffer.clear();
        zeros.limit(buffer.capacity());
        buffer.put(zeros);
    }

    private static int lineEnd(ByteBuffer text, int from) {
        int end = from;
        while (end < text.limit() && text.get(end) != '\n') {
            end++;
        }
        return end;
    }

    private static boolean startsWith(ByteBuffer text, int from, int to, String what) {
        if (to - from < what.length()) {
            return false;
        }
        for (int i = 0; i < what.length(); i++) {
            if (text.get(from + i) != what.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
