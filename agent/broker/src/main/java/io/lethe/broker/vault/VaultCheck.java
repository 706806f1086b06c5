package io.lethe.broker.vault;

import io.lethe.broker.BrokerException;
import io.lethe.broker.Grant;
import io.lethe.broker.digest.Sha256;
import io.lethe.secret.NotSecret;
import io.lethe.secret.Wipe;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether a vault is what its index says: signature, digests, recipients, file modes. Changes nothing and opens no secret
 * without the admin key.
 *
 * <p>Loaded by the command line's loader. One thread, one use. Beside the index, what cannot be looked
 * at is a finding, not an exception.
 */
public final class VaultCheck {

    private final VaultFolder folder;
    private final Path adminKey;
    private final @Nullable String pinned;
    private final List<String> broken = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private int files;
    private boolean opened;

    /**
     * @param adminKey where it does not lie in the vault; with it each file is opened, too
     * @param pinned the verifying key that a config names; where null, the index's own has to do
     */
    public VaultCheck(Path folder, @Nullable Path adminKey, @Nullable String pinned) {
        this.folder = new VaultFolder(folder);
        this.adminKey = adminKey == null ? this.folder.adminKey() : adminKey;
        this.pinned = pinned;
    }

    /** Looks at everything; to be called once. Where the index cannot be read at all there is no answer. */
    public void run() throws BrokerException {
        look(true);
    }

    /** In place of {@link #run()}: the same, without reading the admin key; so no file is opened. */
    public void compare() throws BrokerException {
        look(false);
    }

    private void look(boolean withKey) throws BrokerException {
        byte[] note = folder.readIndex();
        Index index;
        try {
            index = SignedIndex.verify(note, pinned, folder).index;
        } catch (BrokerException e) {
            broken.add(String.valueOf(e.getMessage()));
            return;
        }
        if (pinned == null) {
            notes.add("no verifying key is pinned: who can write the vault's folder can sign it anew");
        }
        workloads(index);
        AdminKey admin = withKey ? admin(index) : null;
        try {
            secrets(index, admin);
        } finally {
            if (admin != null) {
                admin.close();
            }
        }
        modes(index);
        leftovers(index);
    }

    /** What must be mended; empty where the vault is in order. */
    public List<String> broken() {
        return broken;
    }

    /** What an operator should know. */
    public List<String> notes() {
        return notes;
    }

    /** How many secret files were looked at. */
    public int files() {
        return files;
    }

    /** Whether they were opened with the admin key, and not only compared with the index. */
    public boolean opened() {
        return opened;
    }

    private void workloads(Index index) {
        Set<String> used = new HashSet<>();
        for (Grant grant : index.grants) {
            used.addAll(grant.workloads());
            for (String workload : grant.workloads()) {
                if (!index.workloads.containsKey(workload)) {
                    broken.add("grant " + grant.id() + " is for the workload " + workload + ", which is not there");
                }
            }
            if (!index.secrets.containsKey(grant.secret())) {
                broken.add("grant " + grant.id() + " is on the secret " + grant.secret() + ", which is not there");
            }
        }
        for (String workload : index.workloads.keySet()) {
            if (!used.contains(workload)) {
                notes.add("the workload " + workload + " is granted nothing");
            }
        }
    }

    /** The caller closes it. */
    private @Nullable AdminKey admin(Index index) {
        try {
            AdminKey admin = AdminKey.read(adminKey);
            if (admin.verifier().equals(index.verifier)) {
                opened = true;
                return admin;
            }
            notes.add("the files were compared with the index and not opened: the admin key " + adminKey
                    + " is not this vault's, or not any more; say --admin-key FILE with the one that is");
            admin.close();
        } catch (BrokerException e) {
            notes.add("the files were compared with the index and not opened: " + e.getMessage());
        }
        return null;
    }

    private void secrets(Index index, @Nullable AdminKey admin) {
        for (Map.Entry<String, Index.Secret> secret : index.secrets.entrySet()) {
            for (Map.Entry<String, Index.Field> field : secret.getValue().fields.entrySet()) {
                List<String> granted = SecretFiles.workloadsOf(index, secret.getKey(), field.getKey());
                file(secret.getKey(), field.getValue(), granted, admin);
                Index.Field previous = field.getValue().previous;
                if (previous != null) {
                    file(secret.getKey(), previous, Collections.emptyList(), admin);
                    kept(secret.getKey(), field.getKey(), field.getValue(), previous);
                }
            }
        }
    }

    private void kept(String secret, String name, Index.Field field, Index.Field previous) {
        if (field.previousUntil <= TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis())) {
            notes.add("version " + previous.version + " of the " + name + " of " + secret
                    + " is past its grace; the next change of the vault removes it");
        }
    }

    @NotSecret("the file is encrypted; what it holds stays in arrays")
    private void file(String secret, Index.Field field, List<String> granted, @Nullable AdminKey admin) {
        if (field.value != null) {
            return;
        }
        files++;
        Path path = folder.secretFile(secret, field.file);
        if (!field.workloads.equals(granted)) {
            broken.add(path + " is encrypted to " + named(field.workloads) + ", granted to " + named(granted));
        }
        try {
            byte[] file = Files.readAllBytes(path);
            if (!Sha256.hex(file).equals(field.sha256)) {
                broken.add(path + " is not the one that the index names (its SHA-256 differs)");
                return;
            }
            // Stanzas do not say whose they are; the number must be right, and the admin's must open it.
            int recipients = AgeHeader.parse(file).stanzas.size();
            if (recipients != field.workloads.size() + 1) {
                broken.add(path + " has " + recipients + " recipients, not " + (field.workloads.size() + 1)
                        + " (the admin and " + named(field.workloads) + ")");
            }
            if (admin != null) {
                Wipe.bytes(admin.open(file));
            }
        } catch (AgeException e) {
            broken.add(path + " " + e.getMessage());
        } catch (IOException e) {
            broken.add(String.valueOf(
                    folder.unreadable("the secret file " + path, e).getMessage()));
        }
    }

    private void modes(Index index) {
        writable(folder.path());
        writable(folder.index());
        writable(folder.secrets());
        if (Files.exists(folder.workloads())) {
            writable(folder.workloads());
        }
        for (Map.Entry<String, Index.Secret> secret : index.secrets.entrySet()) {
            if (Files.exists(folder.secret(secret.getKey()))) {
                writable(folder.secret(secret.getKey()));
            }
            for (Index.Field field : secret.getValue().fields.values()) {
                if (field.value == null && Files.exists(folder.secretFile(secret.getKey(), field.file))) {
                    writable(folder.secretFile(secret.getKey(), field.file));
                }
            }
        }
        List<Path> keys = new ArrayList<>();
        keys.add(adminKey);
        for (String workload : index.workloads.keySet()) {
            keys.add(folder.workloadKey(workload));
        }
        for (Path key : keys) {
            if (Files.exists(key)) {
                closed(key);
            }
        }
    }

    private void writable(Path path) {
        Set<PosixFilePermission> mode = mode(path);
        if (mode != null
                && (mode.contains(PosixFilePermission.OTHERS_WRITE)
                        || mode.contains(PosixFilePermission.GROUP_WRITE))) {
            notes.add(path + " has the mode " + PosixFilePermissions.toString(mode)
                    + ": others than its owner can write it; chmod go-w it");
        }
    }

    private void closed(Path key) {
        Set<PosixFilePermission> mode = mode(key);
        if (mode != null && KeyFile.isOpenToOthers(mode)) {
            broken.add(key + " has the mode " + PosixFilePermissions.toString(mode)
                    + ": chmod o-rwx it, and consider its keys known");
        }
    }

    private @Nullable Set<PosixFilePermission> mode(Path path) {
        try {
            return Files.getPosixFilePermissions(path);
        } catch (IOException e) {
            broken.add(path + " cannot be looked at (" + e + ")");
        } catch (UnsupportedOperationException e) {
            // No modes there; nothing to say.
            return null;
        }
        return null;
    }

    private void leftovers(Index index) {
        int left = leftoversIn(folder.path(), new HashSet<>()) + leftoversIn(folder.workloads(), new HashSet<>());
        for (Map.Entry<String, Index.Secret> secret : index.secrets.entrySet()) {
            left += leftoversIn(folder.secret(secret.getKey()), VaultGarbage.filesOf(secret.getValue()));
        }
        if (left > 0) {
            notes.add(left + " files that the index does not name, left by a command that was killed; the next change"
                    + " of the vault removes them");
        }
    }

    private int leftoversIn(Path place, Set<String> known) {
        int left = 0;
        if (!Files.isDirectory(place)) {
            return left;
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(place)) {
            for (Path file : found) {
                String name = String.valueOf(file.getFileName());
                left += AtomicFile.isTemporary(file) || (name.endsWith(".age") && !known.contains(name)) ? 1 : 0;
            }
        } catch (IOException e) {
            broken.add(place + " cannot be looked at (" + e + ")");
        }
        return left;
    }

    private static String named(List<String> workloads) {
        return workloads.isEmpty() ? "no workload" : String.join(", ", workloads);
    }
}
