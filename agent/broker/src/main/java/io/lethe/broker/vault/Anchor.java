package io.lethe.broker.vault;

import io.lethe.broker.BrokerException;
import io.lethe.broker.digest.Sha256;
import io.lethe.secret.NotSecret;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an old index from being put back: a grant or a password of that time would be in force again, since its signature
 * is as good as ever. Three things tell: what this JVM has seen, what a file beside the vault remembers, and what the
 * configuration asks for.
 *
 * <p>Loaded by the agent loader and the command line's. Thread-safe, also against other processes: the mark in the file,
 * one for each vault and verifying key, never goes back. Where the file cannot be read or written there is no index, since
 * nobody would notice.
 */
public final class Anchor {

    /** On decisions where nothing outlives the JVM that would show an old index. */
    static final String UNANCHORED = "unanchored";

    private static final String FILE = "vault-version-";
    private static final int HASH = 16;
    private static final int MAX_DIGITS = 18;
    private static final long WAIT = TimeUnit.SECONDS.toNanos(5);

    private final long least;
    private final @Nullable Path folder;
    private final boolean marks;
    private final @Nullable Anchor original;
    private final @Nullable VaultFolder originalPlace;
    private long seen;

    private Anchor(Anchor original, VaultFolder place) {
        this.least = original.least;
        this.folder = original.folder;
        this.marks = original.marks;
        this.original = original;
        this.originalPlace = place;
    }

    private Anchor(long least, @Nullable Path folder, boolean marks) {
        this.original = null;
        this.originalPlace = null;
        this.least = least;
        this.folder = folder;
        this.marks = marks;
    }

    /**
     * The anchor that a configuration names.
     *
     * @param least the index's version at least; 0 for any
     * @param folder where the highest version is remembered, writable for this process; null for nowhere
     */
    public static Anchor of(long least, @Nullable Path folder) {
        return new Anchor(least, folder, least == 0 && folder == null);
    }

    /** This process's memory only, for who looks once. */
    static Anchor none() {
        return new Anchor(0, null, false);
    }

    /** This anchor for a copy that lies elsewhere: what is newer than that copy is newer than the vault's. */
    Anchor of(VaultFolder original) {
        return new Anchor(this, original);
    }

    boolean marks() {
        return marks;
    }

    /** Refuses an index that is older than one that was there before; remembers it else. */
    synchronized void check(Index index, VaultFolder vault) throws BrokerException {
        if (original != null && originalPlace != null) {
            original.check(index, originalPlace);
            return;
        }
        require(index, seen, "this process has seen", vault);
        require(index, least, "min-version asks for", vault);
        if (folder != null) {
            Path file = file(folder, index.verifier, vault);
            long remembered = read(file);
            require(index, remembered, file + " remembers", vault);
            if (index.serial > remembered) {
                require(index, raise(file, index.serial), file + " remembers", vault);
            }
        }
        seen = index.serial;
    }

    /** As {@link #check} does with a folder, and writes nothing there. */
    static void compare(Path folder, Index index, VaultFolder vault) throws BrokerException {
        Path file = file(folder, index.verifier, vault);
        require(index, read(file), file + " remembers", vault);
    }

    /** The highest version that is remembered in a folder, 0 where none is. */
    static long remembered(Path folder, String verifier, VaultFolder vault) throws BrokerException {
        return read(file(folder, verifier, vault));
    }

    /** Remembers a version where that is possible. */
    static void remember(Path folder, Index index, VaultFolder vault) {
        try {
            raise(file(folder, index.verifier, vault), index.serial);
        } catch (BrokerException e) {
            // An admin key on a medium that cannot be written: the next command compares with what is there.
            return;
        }
    }

    /** Where the version of this vault is remembered: several may share a folder, and an admin key. */
    static Path file(Path folder, String verifier, VaultFolder vault) {
        String named = verifier + "\n" + vault.path().toAbsolutePath().normalize();
        String hash = Sha256.hex(named.getBytes(StandardCharsets.UTF_8));
        return folder.resolve(FILE + hash.substring(0, HASH));
    }

    private static void require(Index index, long version, String who, VaultFolder vault) throws BrokerException {
        if (index.serial < version) {
            throw new BrokerException(
                    BrokerException.Kind.BROKEN,
                    "the vault's index " + vault.index() + " is version " + index.serial + ", but " + who + " "
                            + version
                            + ": an older copy was put back; restore the newest. Where that is lost, see the README on"
                            + " older copies before you let this one in force");
        }
    }

    /** Writes a version unless a higher one is there by now. @return the one that is there, at least this */
    private static long raise(Path file, long version) throws BrokerException {
        Path lock = file.resolveSibling(file.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = lock(channel)) {
            long now = held.isValid() ? read(file) : 0;
            if (version > now) {
                AtomicFile.write(file, (version + "\n").getBytes(StandardCharsets.US_ASCII), AtomicFile.KEY_MODE, null);
            }
            return Math.max(version, now);
        } catch (NoSuchFileException e) {
            throw unusable(file, "cannot be written, since its folder is missing", e);
        } catch (AccessDeniedException e) {
            throw unusable(file, "cannot be written by this process's user", e);
        } catch (IOException e) {
            throw unusable(file, "cannot be written (" + e.getMessage() + ")", e);
        }
    }

    private static FileLock lock(FileChannel channel) throws IOException {
        long until = System.nanoTime() + WAIT;
        while (System.nanoTime() - until < 0) {
            FileLock lock = tried(channel);
            if (lock != null) {
                return lock;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        throw new IOException("another process holds its lock");
    }

    private static @Nullable FileLock tried(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Somebody else in this JVM.
            return null;
        }
    }

    @NotSecret("a number")
    private static long read(Path file) throws BrokerException {
        try {
            String text = new String(Files.readAllBytes(file), StandardCharsets.US_ASCII).trim();
            if (text.isEmpty() || text.length() > MAX_DIGITS) {
                throw new NumberFormatException();
            }
            return Long.parseLong(text);
        } catch (NoSuchFileException e) {
            return 0;
        } catch (NumberFormatException e) {
            throw unusable(file, "holds no version", e);
        } catch (AccessDeniedException e) {
            throw unusable(file, "cannot be read by this process's user", e);
        } catch (IOException e) {
            throw unusable(file, "cannot be read (" + e.getMessage() + ")", e);
        }
    }

    private static BrokerException unusable(Path file, String why, Exception e) {
        return new BrokerException(
                BrokerException.Kind.BROKEN,
                file + " " + why + ", so an older vault would not be noticed; make it and its folder (state.dir, or the"
                        + " admin key's) this user's own, or remove the file where the vault is known to be the newest",
                e);
    }
}
