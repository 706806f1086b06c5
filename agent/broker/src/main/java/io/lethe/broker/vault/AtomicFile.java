package io.lethe.broker.vault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a file beside its place, makes it durable, and renames it there: after a crash at any moment there is the old
 * content or the new.
 *
 * <p>Loaded by the agent loader, for {@link Anchor}, and the command line's. Stateless.
 */
final class AtomicFile {

    static final String KEY_MODE = "rw-------";
    /** Of identities that go where an operator says: who needs another owner or group gives it one. */
    static final String IDENTITY_MODE = "r--------";

    static final String MODE = "rw-r--r--";
    private static final String TEMPORARY = ".tmp";

    private AtomicFile() {}

    /**
     * @param mode where there is no file to be like
     * @param like a file whose mode, group and owner the new one gets, as far as we may set them: an administrator who
     *     runs this as root must not take the file from the application
     */
    static void write(Path place, byte[] content, String mode, @Nullable Path like) throws IOException {
        write(place, content, mode, like, false);
    }

    /** Replaces a file by one with the same owner, group and mode; where it may not set those, it changes nothing. */
    static void replace(Path file, byte[] content) throws IOException {
        write(file, content, IDENTITY_MODE, file, true);
    }

    private static void write(Path place, byte[] content, String mode, @Nullable Path like, boolean strict)
            throws IOException {
        Path aside = aside(place);
        boolean done = false;
        try {
            writeNew(aside, content, mode);
            if (like != null && Files.exists(like) && !makeLike(aside, like) && strict) {
                throw new NotAlike(place);
            }
            Files.move(aside, place, StandardCopyOption.ATOMIC_MOVE);
            done = true;
            syncFolder(place);
        } finally {
            if (!done) {
                Files.deleteIfExists(aside);
            }
        }
    }

    /** Makes a file that must not be there yet, durable: after a crash at any moment there is none, or the whole. */
    static void create(Path place, byte[] content, String mode) throws IOException {
        Path aside = aside(place);
        try {
            writeNew(aside, content, mode);
            // Does not replace what is there.
            Files.move(aside, place);
        } finally {
            Files.deleteIfExists(aside);
        }
        try {
            syncFolder(place);
        } catch (IOException e) {
            Files.deleteIfExists(place);
            throw e;
        }
    }

    /** Takes away what a command left beside a file that was killed; to be called by who alone writes it. */
    static void removeAside(Path place) throws IOException {
        Path folder = place.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (isTemporary(file) && name.startsWith("." + place.getFileName() + ".")) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    static boolean isTemporary(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.startsWith(".") && name.endsWith(TEMPORARY);
    }

    static void createFolder(Path folder, @Nullable Path like) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Files.createDirectories(folder);
        if (like != null) {
            makeLike(folder, like);
        }
        syncFolder(folder);
    }

    /** Makes the entry of a file in its folder durable. */
    static void syncFolder(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !isPosix(folder)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Through a direct buffer of our own, overwritten afterwards: the content may be a key. */
    private static void writeAll(FileChannel channel, byte[] content) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(content.length);
        try {
            buffer.put(content);
            buffer.flip();
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } finally {
            for (int i = 0; i < content.length; i++) {
                buffer.put(i, (byte) 0);
            }
        }
    }

    /** Opened by the call that makes it: what is made read-only could not be opened for writing again. */
    private static void writeNew(Path file, byte[] content, String mode) throws IOException {
        Set<StandardOpenOption> options = EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        FileAttribute<?>[] attributes = {};
        if (isPosix(file)) {
            attributes =
                    new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
                    };
        }
        try (FileChannel channel = FileChannel.open(file, options, attributes)) {
            writeAll(channel, content);
            channel.force(true);
        }
    }

    private static Path aside(Path place) {
        return place.resolveSibling(
                "." + place.getFileName() + "." + Integer.toHexString(new SecureRandom().nextInt()) + TEMPORARY);
    }

    /** @return whether owner, group and mode are the same now */
    private static boolean makeLike(Path file, Path like) throws IOException {
        if (!isPosix(file)) {
            return true;
        }
        PosixFileAttributes wanted = Files.readAttributes(like, PosixFileAttributes.class);
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        PosixFileAttributes actual = view.readAttributes();
        if (!actual.group().equals(wanted.group()) || !actual.owner().equals(wanted.owner())) {
            try {
                view.setGroup(wanted.group());
                view.setOwner(wanted.owner());
            } catch (IOException e) {
                // Only root may give files away; as the vault's own user there is nothing to give.
                return false;
            }
        }
        view.setPermissions(wanted.permissions());
        return true;
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /** A file was not replaced, since the new one would have been somebody else's. */
    static final class NotAlike extends IOException {

        private static final long serialVersionUID = 1L;

        NotAlike(Path file) {
            super(file + " belongs to another user or group, whom this user may not give a file");
        }
    }
}
