package io.lethe.broker.vault;

import io.lethe.broker.BrokerException;
import io.lethe.broker.Grants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The index as it is on disk now, read and verified again only when the file is another one than last time. Every
 * change makes a new file, so size, time and inode tell.
 *
 * <p>Loaded by the agent loader. Thread-safe; agent threads only.
 */
final class IndexCache {

    private static final int MAX_TRIES = 10;

    private final VaultFolder folder;
    private final @Nullable String pinned;
    private final Anchor anchor;
    private final Custody custody;
    private final boolean bundle;
    private @Nullable List<?> identity;
    private @Nullable SignedIndex current;
    /** As {@link #current}, but not gone while the next is being read. */
    private volatile @Nullable SignedIndex latest;

    /**
     * @param pinned the verifying key; null for the vault's own, which a bundle's never is
     * @param bundle whether it is what an override took along
     */
    IndexCache(VaultFolder folder, @Nullable String pinned, Anchor anchor, Custody custody, boolean bundle) {
        this.folder = folder;
        this.pinned = pinned;
        this.anchor = anchor;
        this.custody = custody;
        this.bundle = bundle;
    }

    synchronized SignedIndex get() throws BrokerException {
        SignedIndex found = null;
        try {
            found = read();
            return found;
        } finally {
            latest = found;
        }
    }

    private SignedIndex read() throws BrokerException {
        for (int i = 0; i < MAX_TRIES; i++) {
            List<?> before = identityNow();
            SignedIndex cached = current;
            if (cached != null && before != null && before.equals(identity)) {
                if (bundle) {
                    // The vault that it stands for may have been seen in a newer state since.
                    anchor.check(cached.index, folder);
                }
                return cached;
            }
            // A failure must not leave the old index in force.
            current = null;
            byte[] note = folder.readIndex();
            if (before != null && before.equals(identityNow())) {
                SignedIndex fresh = bundle && pinned != null
                        ? SignedIndex.bundle(note, pinned, folder, marks())
                        : SignedIndex.verify(note, pinned, folder, marks());
                try {
                    anchor.check(fresh.index, folder);
                } catch (BrokerException e) {
                    if (before.equals(identityNow())) {
                        throw e;
                    }
                    // Another process saw the next one, and said so, after this one was read.
                    continue;
                }
                identity = before;
                current = fresh;
                return fresh;
            }
        }
        throw new BrokerException(
                BrokerException.Kind.UNAVAILABLE, "the vault's index " + folder.index() + " keeps changing; try again");
    }

    /** The grants that were in force when somebody looked last; null where they were broken. Reads nothing. */
    @Nullable
    Grants latest() {
        SignedIndex last = latest;
        return last == null ? null : last.grants;
    }

    /** Equal to the last as long as the index is the same file; where there is none, equal to nothing. */
    Object stamp() {
        List<?> now = identityNow();
        return now == null ? new Object() : now;
    }

    /** What weakens all decisions from this index; looked at when it changes, since that is when somebody administered. */
    private Set<String> marks() throws BrokerException {
        Set<String> marks = new TreeSet<>(custody.marks());
        if (anchor.marks()) {
            marks.add(Anchor.UNANCHORED);
        }
        return marks;
    }

    /** What weakens whatever is said of the vault now, though its index cannot be read. */
    Set<String> weaknesses() {
        Set<String> marks = new TreeSet<>();
        if (custody.isSelfAdministered()) {
            marks.add(Custody.SELF_ADMINISTERED);
        }
        if (anchor.marks()) {
            marks.add(Anchor.UNANCHORED);
        }
        if (pinned == null) {
            marks.add(SignedIndex.UNPINNED);
        }
        return marks;
    }

    private @Nullable List<?> identityNow() {
        Path index = folder.index();
        try {
            BasicFileAttributes now = Files.readAttributes(index, BasicFileAttributes.class);
            return Arrays.asList(now.size(), now.lastModifiedTime(), now.fileKey());
        } catch (IOException e) {
            // Reading it will say why.
            return null;
        }
    }
}
