package io.lethe.broker.vault;

import io.lethe.broker.BreakGlass;
import io.lethe.broker.BrokerException;
import io.lethe.broker.Grants;
import io.lethe.broker.digest.Sha256;
import io.lethe.broker.json.JsonException;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An index whose signature was verified, and the grants in it.
 *
 * <p>Loaded by the agent loader and the command line's. Immutable once made. A text that is not signed as it should be
 * never becomes one.
 */
final class SignedIndex {

    /** On decisions of a vault whose verifying key came from the vault itself. */
    static final String UNPINNED = "unpinned";

    final Index index;
    final Grants grants;

    private SignedIndex(Index index, Grants grants) {
        this.index = index;
        this.grants = grants;
    }

    /** @param pinned the verifying key that the configuration names; where null, the index's own has to do */
    static SignedIndex verify(byte[] note, @Nullable String pinned, VaultFolder folder) throws BrokerException {
        return verify(note, pinned, folder, Collections.<String>emptySet());
    }

    /** @param more what decisions are marked with beside {@link #UNPINNED} */
    static SignedIndex verify(byte[] note, @Nullable String pinned, VaultFolder folder, Set<String> more)
            throws BrokerException {
        return verify(note, pinned, folder, more, false);
    }

    /** As {@link #verify} does, of what an override took along; its decisions are marked with that. */
    static SignedIndex bundle(byte[] note, String pinned, VaultFolder folder, Set<String> more) throws BrokerException {
        Set<String> marks = new TreeSet<>(more);
        marks.add(BreakGlass.MARK);
        return verify(note, pinned, folder, marks, true);
    }

    private static SignedIndex verify(
            byte[] note, @Nullable String pinned, VaultFolder folder, Set<String> more, boolean bundle)
            throws BrokerException {
        byte[] text = SignedNote.text(note);
        if (text == null) {
            throw broken(folder, "is cut off or no index: its signature is missing; restore it from a backup");
        }
        if (pinned != null && !SignedNote.isVerifier(pinned)) {
            throw broken(
                    folder,
                    "cannot be verified: the pinned key is malformed; it is the 'verifying key' that"
                            + " 'lethe vault init' printed");
        }
        if (pinned != null && !SignedNote.verify(note, pinned)) {
            throw unsigned(folder, "the key given");
        }
        Index index;
        try {
            index = Index.parse(text);
        } catch (JsonException e) {
            throw broken(folder, "is corrupt: " + e.getMessage() + "; restore it from a backup");
        }
        if (pinned == null && !SignedNote.verify(note, index.verifier)) {
            throw unsigned(folder, "its own key");
        }
        if (index.bundle != bundle) {
            throw broken(
                    folder,
                    index.bundle
                            ? "is what 'lethe break-glass --bundle' wrote, and no vault"
                            : "is a vault's, and not what 'lethe break-glass --bundle' wrote");
        }
        Set<String> marks = new TreeSet<>(more);
        if (pinned == null) {
            marks.add(UNPINNED);
        }
        Grants grants = new Grants(index.grants, index.usernames(), Index.PUBLIC_FIELDS, Sha256.hex(text), marks);
        return new SignedIndex(index, grants);
    }

    private static BrokerException unsigned(VaultFolder folder, String key) {
        return broken(
                folder,
                "has a bad signature: it does not verify with " + key
                        + ", so somebody without the admin key changed it or it is another vault's;"
                        + " restore it from a backup");
    }

    private static BrokerException broken(VaultFolder folder, String what) {
        return new BrokerException(BrokerException.Kind.BROKEN, "the vault's index " + folder.index() + " " + what);
    }
}
