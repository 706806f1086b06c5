package io.lethe.cli;

import io.lethe.runtime.Config;
import io.lethe.runtime.ConfigException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts {@code broker} and {@code vault-key} into a config and leaves every other line, comments too, as it is. The new file
 * is checked before it takes the old one's place.
 *
 * <p>Used by one thread. Where something goes wrong the old file is untouched.
 */
final class ConfigFile {

    private final Path file;
    private final List<String> lines;
    private final boolean exists;

    private ConfigFile(Path file, List<String> lines, boolean exists) {
        this.file = file;
        this.lines = lines;
        this.exists = exists;
    }

    /** Reads a config, or notes that there is none yet. */
    static ConfigFile read(Path file) throws CliException {
        try {
            return new ConfigFile(file, new ArrayList<>(Files.readAllLines(file)), true);
        } catch (NoSuchFileException e) {
            Path folder = file.getParent();
            if (folder == null || !Files.isDirectory(folder)) {
                throw CliException.failed("the directory of " + file + " does not exist; make it first");
            }
            return new ConfigFile(file, new ArrayList<>(), false);
        } catch (IOException e) {
            throw CliException.failed(file + " cannot be read (" + e.getMessage() + "); nothing was changed");
        }
    }

    /** Whether a vault's key is pinned in it. */
    boolean hasKey() {
        for (String line : lines) {
            if (isOf("vault-key", line)) {
                return true;
            }
        }
        return false;
    }

    void pin(Path vault, String key) throws CliException {
        boolean named = replace("vault-key", key);
        if (!replace("broker", "vault:" + vault)) {
            lines.add("broker: vault:" + vault);
        }
        if (!named) {
            lines.add("vault-key: " + key);
        }
        Path aside = file.resolveSibling("." + file.getFileName() + ".new");
        try {
            write(aside);
            Config.read(aside.toFile());
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (ConfigException e) {
            throw notPinned(vault, key, String.valueOf(e.getMessage()).replace(aside.toString(), file.toString()));
        } catch (IOException e) {
            throw notPinned(vault, key, file + " cannot be written (" + e.getMessage() + ")");
        } finally {
            delete(aside);
        }
    }

    private static CliException notPinned(Path vault, String key, String why) {
        return CliException.failed("the vault " + vault + " was made, but not pinned: " + why
                + "; mend that and add the line 'vault-key: " + key + "' yourself");
    }

    /** Replaces the top-level line of a key; its comment, if any, goes with the old value. */
    private boolean replace(String key, String value) {
        for (int i = 0; i < lines.size(); i++) {
            if (isOf(key, lines.get(i))) {
                lines.set(i, key + ": " + value);
                return true;
            }
        }
        return false;
    }

    private static boolean isOf(String key, String line) {
        return line.startsWith(key) && line.substring(key.length()).trim().startsWith(":");
    }

    private void write(Path aside) throws IOException {
        delete(aside);
        ByteBuffer text = ByteBuffer.wrap((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
        try (FileChannel channel = FileChannel.open(aside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (text.hasRemaining()) {
                channel.write(text);
            }
            channel.force(true);
        }
        PosixFileAttributeView view = Files.getFileAttributeView(aside, PosixFileAttributeView.class);
        if (exists && view != null) {
            PosixFileAttributes wanted = Files.readAttributes(file, PosixFileAttributes.class);
            PosixFileAttributes actual = view.readAttributes();
            // Only what differs: giving a file away needs root.
            if (!actual.owner().equals(wanted.owner())) {
                view.setOwner(wanted.owner());
            }
            if (!actual.group().equals(wanted.group())) {
                view.setGroup(wanted.group());
            }
            view.setPermissions(wanted.permissions());
        }
    }

    private static void delete(Path aside) {
        try {
            Files.deleteIfExists(aside);
        } catch (IOException e) {
            // A leftover that the next run overwrites.
        }
    }
}
