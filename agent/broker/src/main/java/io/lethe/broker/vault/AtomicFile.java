package io.lethe.broker.vault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a file beside its place, makes it durable, and renames it there: after a crash at any moment there is the old
 * content or the new.
 *
 * <p>Loaded by the command line's loader. Stateless.
 */
final class AtomicFile {

    static final String KEY_MODE = "rw-------";
    static final String MODE = "rw-r--r--";
    private static final String TEMPORARY = ".tmp";

    private AtomicFile() {}

    /**
     * @param mode where there is no file to be like
     * @param like a file whose mode, group and owner the new one gets, as far as we may set them: an administrator who
     *     runs this as root must not take the file from the application
     */
    static void write(Path place, byte[] content, String mode, @Nullable Path like) throws IOException {
        Path aside = place.resolveSibling(
                "." + place.getFileName() + "." + Integer.toHexString(new SecureRandom().nextInt()) + TEMPORARY);
        boolean done = false;
        try {
            create(aside, mode);
            try (FileChannel channel = FileChannel.open(aside, StandardOpenOption.WRITE)) {
                writeAll(channel, content);
                channel.force(true);
            }
            if (like != null && Files.exists(like)) {
                makeLike(aside, like);
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

    private static void create(Path file, String mode) throws IOException {
        if (isPosix(file)) {
            Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(mode);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(permissions));
        } else {
            Files.createFile(file);
        }
    }

    private static void makeLike(Path file, Path like) throws IOException {
        if (!isPosix(file)) {
            return;
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
                return;
            }
        }
        view.setPermissions(wanted.permissions());
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
