package io.lethe.broker.audit;

import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Opens files for writing in a folder where another user may have planted links, or files of his own: root's commands write
 * where the application does.
 *
 * <p>Loaded by the agent loader and the command line's. Stateless. An {@link IOException} says which file and what to do.
 */
final class OwnFiles {

    private static final Set<PosixFilePermission> OWNER = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private static final Set<PosixFilePermission> OTHERS_WRITE =
            EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    /** With this, JVMs up to 13 do give two locks on one file. */
    private static final String UNTOLD = "sun.nio.ch.disableSystemWideOverlappingFileLockCheck";

    private static final File PROTECTED = new File("/proc/sys/fs/protected_hardlinks");

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

    /**
     * Opens a stream that appends to a file. A stream follows links, so that whoever may rename in the folder could lead it
     * astray between the file's making and this: what was opened must be what was made, and nothing is written before.
     *
     * @param made the same file
     */
    static FileOutputStream stream(File file, FileChannel made) throws IOException {
        FileOutputStream out = new FileOutputStream(file, true);
        boolean ours = false;
        // A channel heeds a pending interrupt.
        boolean interrupted = Thread.interrupted();
        try {
            if (isAnother(made, out.getChannel())) {
                throw new IOException(file.getName() + " was replaced while it was opened");
            }
            ours = true;
            return out;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            if (!ours) {
                out.close();
            }
        }
    }

    /** Locks are by device and inode, and no JVM gives two on one file: the one way to compare what two descriptors are of. */
    private static boolean isAnother(FileChannel made, FileChannel opened) {
        try (FileLock lock = made.tryLock()) {
            if (lock == null) {
                // A process of this very user has it.
                return false;
            }
            try (FileLock other = opened.tryLock()) {
                return (other == null || other.isValid()) && System.getProperty(UNTOLD) == null;
            } catch (OverlappingFileLockException e) {
                return false;
            }
        } catch (IOException e) {
            // A file system without locks.
            return false;
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
            if (hasOtherNames(path) && othersWriteBeside(path, user)) {
                refuseOtherNames(file, PROTECTED);
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

    /**
     * A name that another user may have given to a file of this one's. A kernel that lets nobody link to what he may not write
     * anyway (Linux's default) leaves those of backups only.
     *
     * @param setting of the kernel
     */
    static void refuseOtherNames(File file, File setting) throws IOException {
        try (FileInputStream in = new FileInputStream(setting)) {
            if (in.read() == '1') {
                return;
            }
        } catch (FileNotFoundException e) {
            throw linked(file, e);
        }
        throw linked(file, null);
    }

    private static IOException linked(File file, @Nullable IOException why) {
        return new IOException(
                file.getName() + " has another name elsewhere (a hard link), which another user may have"
                        + " planted; put a copy in its place (cp -p X X.new && mv X.new X), and set fs.protected_hardlinks to 1",
                why);
    }

    private static boolean hasOtherNames(Path path) throws IOException {
        Object links = Files.getAttribute(path, "unix:nlink", LinkOption.NOFOLLOW_LINKS);
        return links instanceof Integer && (Integer) links > 1;
    }

    /** Where nobody else can, another name is a backup's. */
    private static boolean othersWriteBeside(Path path, String user) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        return folder == null
                || !user.equals(String.valueOf(Files.getAttribute(folder, "unix:uid")))
                || !Collections.disjoint(Files.getPosixFilePermissions(folder), OTHERS_WRITE);
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
