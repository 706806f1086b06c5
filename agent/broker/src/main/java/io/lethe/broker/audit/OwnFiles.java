package io.lethe.broker.audit;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/**
 * Opens files for writing in a folder where another user may have planted links, or files of his own: root's commands write
 * where the application does.
 *
 * <p>Loaded by the agent loader and the command line's. Stateless. An {@link IOException} says which file and what to do.
 */
final class OwnFiles {

    private static final Set<PosixFilePermission> OWNER = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private OwnFiles() {}

    /**
     * Opens a file to read and write it, and makes it where there is none.
     *
     * @param user whose it must be: a number, or a name where the file system has no numbers
     * @param mode of a new one; one for the owner only is asked of an old one, too
     */
    static FileChannel open(File file, String user, String mode) throws IOException {
        Path path = file.toPath();
        boolean secret = OWNER.containsAll(PosixFilePermissions.fromString(mode));
        check(file, user, secret);
        Set<OpenOption> options = new HashSet<>();
        options.add(StandardOpenOption.CREATE);
        options.add(StandardOpenOption.READ);
        options.add(StandardOpenOption.WRITE);
        options.add(LinkOption.NOFOLLOW_LINKS);
        FileChannel channel = ChainFiles.isPosix(file)
                ? FileChannel.open(path, options, ChainFiles.mode(mode))
                : FileChannel.open(path, options);
        boolean ours = false;
        try {
            // It may have been put there meanwhile.
            check(file, user, secret);
            ours = true;
            return channel;
        } finally {
            if (!ours) {
                channel.close();
            }
        }
    }

    /** Refuses what is there and is no regular file of this user, or may be read by others where it is secret. */
    static void check(File file, String user, boolean secret) throws IOException {
        Path path = file.toPath();
        try {
            if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                    && Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException(file.getName() + " there is a link, or no file; remove it");
            }
            if (!ChainFiles.isPosix(file)) {
                return;
            }
            if (secret && !OWNER.containsAll(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS))) {
                throw new IOException("others may read or write " + file.getName() + "; make its mode 0600");
            }
            if (isNumber(user)
                    && !user.equals(String.valueOf(Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS)))) {
                throw new IOException(file.getName() + " there belongs to another user; remove it");
            }
        } catch (NoSuchFileException e) {
            // It is made now.
            return;
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            // No file system that knows users by number.
            return;
        }
    }

    private static boolean isNumber(String user) {
        for (int i = 0; i < user.length(); i++) {
            if (user.charAt(i) < '0' || user.charAt(i) > '9') {
                return false;
            }
        }
        return !user.isEmpty();
    }
}
