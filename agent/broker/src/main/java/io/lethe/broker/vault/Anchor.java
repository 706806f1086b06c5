package io.lethe.broker.vault;

import io.lethe.broker.BrokerException;
import io.lethe.secret.NotSecret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an old index from being put back: a grant or a password of that time would be in force again, since its signature
 * is as good as ever. Three things tell: what this JVM has seen, what a file beside the vault remembers, and what the
 * configuration asks for.
 *
 * <p>Loaded by the agent loader and the command line's. Thread-safe. Where the file cannot be read or written there is no
 * index, since nobody would notice.
 */
public final class Anchor {

    /** On decisions where nothing outlives the JVM that would show an old index. */
    static final String UNANCHORED = "unanchored";

    private static final String FILE = "vault-version";
    private static final int MAX_DIGITS = 18;

    private final long least;
    private final @Nullable Path file;
    private final boolean marks;
    private long seen;

    private Anchor(long least, @Nullable Path folder, boolean marks) {
        this.least = least;
        this.file = folder == null ? null : folder.resolve(FILE);
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

    boolean marks() {
        return marks;
    }

    /** Refuses an index that is older than one that was there before; remembers it else. */
    synchronized void check(Index index, VaultFolder folder) throws BrokerException {
        require(index, seen, "this process has seen", folder);
        require(index, least, "min-version asks for", folder);
        if (file != null) {
            long remembered = read(file);
            require(index, remembered, file + " remembers", folder);
            if (index.serial > remembered) {
                write(file, index.serial);
            }
        }
        seen = index.serial;
    }

    private static void require(Index index, long version, String who, VaultFolder folder) throws BrokerException {
        if (index.serial < version) {
            throw new BrokerException(
                    BrokerException.Kind.BROKEN,
                    "the vault's index " + folder.index() + " is version " + index.serial + ", but " + who + " "
                            + version
                            + ": an older copy was put back; restore the newest, or rotate what it grants again until its"
                            + " version is higher");
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
        } catch (IOException | NumberFormatException e) {
            throw unusable(file, e);
        }
    }

    private static void write(Path file, long version) throws BrokerException {
        try {
            AtomicFile.write(file, (version + "\n").getBytes(StandardCharsets.US_ASCII), AtomicFile.KEY_MODE, null);
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    private static BrokerException unusable(Path file, Exception e) {
        return new BrokerException(
                BrokerException.Kind.BROKEN,
                file + " cannot be read or written (" + e
                        + "), so an older vault would not be noticed; mend the folder that" + " state.dir names",
                e);
    }
}
