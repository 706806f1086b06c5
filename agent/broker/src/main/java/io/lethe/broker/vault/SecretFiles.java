package io.lethe.broker.vault;

import io.lethe.broker.BrokerException;
import io.lethe.broker.Grant;
import io.lethe.broker.digest.Sha256;
import io.lethe.secret.NotSecret;
import io.lethe.secret.Wipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes and opens the age files of a vault whose index is being changed: each is encrypted to the admin and to exactly
 * the workloads that the index grants its field; a version that is only kept for the way back, to the admin alone.
 *
 * <p>Loaded by the command line's loader. One thread, under the lock. A file that the index on disk names is never
 * touched; what is written has another name, and matters once the new index names it.
 */
final class SecretFiles {

    private final VaultFolder folder;
    private final AdminKey admin;
    private final Index index;

    SecretFiles(VaultFolder folder, AdminKey admin, Index index) {
        this.folder = folder;
        this.admin = admin;
        this.index = index;
    }

    /** The workloads that may open a field, in order. */
    static List<String> workloadsOf(Index index, String secret, String field) {
        TreeSet<String> workloads = new TreeSet<>();
        for (Grant grant : index.grants) {
            if (grant.secret().equals(secret) && grant.fields().contains(field)) {
                workloads.addAll(grant.workloads());
            }
        }
        return new ArrayList<>(workloads);
    }

    /** Encrypts a value to those that are granted it now. The caller wipes the value. */
    Index.Field write(String secret, String field, long version, String file, byte[] value) throws IOException {
        return write(secret, version, file, value, workloadsOf(index, secret, field));
    }

    /** The version before, for nobody but the admin: no workload gets it, and none that is granted the field later. */
    Index.Field keep(String secret, String name, Index.Field before) throws IOException, BrokerException {
        return writeAnew(secret, name, before, Collections.emptyList());
    }

    private Index.Field write(String secret, long version, String file, byte[] value, List<String> workloads)
            throws IOException {
        List<byte[]> recipients = new ArrayList<>();
        for (String workload : workloads) {
            recipients.add(AgeKey.recipient(String.valueOf(index.workloads.get(workload))));
        }
        // Last, because each stanza before one's own costs an agreement to pass over.
        recipients.add(AgeKey.recipient(index.adminRecipient));
        byte[] sealed = Age.encrypt(value, recipients);
        AtomicFile.createFolder(folder.secret(secret), folder.secrets());
        AtomicFile.write(folder.secretFile(secret, file), sealed, AtomicFile.MODE, folder.index());
        return new Index.Field(version, null, file, Sha256.hex(sealed), workloads);
    }

    /** The caller wipes the result. */
    @NotSecret("the file is encrypted; what it holds stays in arrays")
    byte[] open(String secret, Index.Field field) throws IOException, BrokerException {
        Path path = folder.secretFile(secret, field.file);
        byte[] file = Files.readAllBytes(path);
        try {
            if (!Sha256.hex(file).equals(field.sha256)) {
                throw new AgeException("is not the one that the index names");
            }
            return admin.open(file);
        } catch (AgeException e) {
            throw new BrokerException(
                    BrokerException.Kind.BROKEN,
                    "the secret file " + path + " " + e.getMessage() + "; put the secret again",
                    e);
        }
    }

    /** Brings the recipients of a secret's files into line with its grants. */
    void align(String secret, Index.Secret entry) throws IOException, BrokerException {
        for (Map.Entry<String, Index.Field> field : entry.fields.entrySet()) {
            List<String> wanted = workloadsOf(index, secret, field.getKey());
            renew(secret, field, wanted, (file, allowed) -> !file.workloads.equals(allowed));
        }
    }

    /** Encrypts anew what is encrypted to a workload whose key changed; where that is null, everything. */
    void rekey(@Nullable String workload) throws IOException, BrokerException {
        for (Map.Entry<String, Index.Secret> secret : index.secrets.entrySet()) {
            for (Map.Entry<String, Index.Field> field : secret.getValue().fields.entrySet()) {
                List<String> wanted = workloadsOf(index, secret.getKey(), field.getKey());
                renew(
                        secret.getKey(),
                        field,
                        wanted,
                        (file, allowed) -> workload == null || file.workloads.contains(workload));
            }
        }
    }

    private void renew(String secret, Map.Entry<String, Index.Field> entry, List<String> wanted, Which which)
            throws IOException, BrokerException {
        Index.Field field = entry.getValue();
        if (field.value != null) {
            return;
        }
        Index.Field previous = field.previous;
        Index.Field fresh =
                which.is(field, wanted) ? writeAnew(secret, entry.getKey(), field, wanted) : field.withoutPrevious();
        if (previous != null) {
            boolean renewed = which.is(previous, Collections.emptyList());
            Index.Field kept = renewed ? keep(secret, entry.getKey(), previous) : previous;
            fresh = fresh.withPrevious(kept, field.previousUntil);
        }
        entry.setValue(fresh);
    }

    private Index.Field writeAnew(String secret, String name, Index.Field field, List<String> workloads)
            throws IOException, BrokerException {
        byte[] value = open(secret, field);
        try {
            // A name of its own, so that the file which the old index names stays as it is.
            String file = name + "." + field.version + "-" + index.serial + ".age";
            return write(secret, field.version, file, value, workloads);
        } finally {
            Wipe.bytes(value);
        }
    }

    /** Which files are written anew. */
    private interface Which {
        boolean is(Index.Field file, List<String> allowed);
    }
}
