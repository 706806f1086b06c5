package io.lethe.broker.vault;

import io.lethe.broker.BreakGlass;
import io.lethe.broker.BrokerException;
import io.lethe.secret.NotSecret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes what overrides take along for when the vault cannot be read: an index like the vault's, signed like it and of the same
 * version, with their secrets, the grants on those, and nothing else; and the encrypted files. It opens nothing that the
 * workloads granted could not open before.
 *
 * <p>Loaded by the command line's loader. One thread, under the vault's lock. The index is written last; with it the bundle is
 * there as a whole.
 */
final class Bundle {

    private final VaultFolder vault;
    private final Index index;
    private final VaultFolder to;

    /** @param index as it is in force */
    Bundle(VaultFolder vault, Index index, Path to) {
        this.vault = vault;
        this.index = index;
        this.to = new VaultFolder(to);
    }

    @NotSecret("the files are encrypted")
    void write(AdminKey admin) throws IOException, BrokerException {
        if (Files.exists(to.index())) {
            // Says what is wrong where it is a vault.
            SignedIndex.bundle(to.readIndex(), admin.verifier(), to, new TreeSet<>());
        }
        Index bundle = bundle();
        AtomicFile.createFolder(to.path(), vault.path());
        AtomicFile.createFolder(to.secrets(), vault.secrets());
        for (Map.Entry<String, Index.Secret> secret : bundle.secrets.entrySet()) {
            AtomicFile.createFolder(to.secret(secret.getKey()), vault.secrets());
            for (Index.Field field : secret.getValue().fields.values()) {
                if (field.value == null) {
                    byte[] file = Files.readAllBytes(vault.secretFile(secret.getKey(), field.file));
                    AtomicFile.write(to.secretFile(secret.getKey(), field.file), file, AtomicFile.MODE, vault.index());
                }
            }
        }
        AtomicFile.write(to.index(), admin.sign(bundle.write()), AtomicFile.MODE, vault.index());
    }

    private Index bundle() {
        Set<String> names = new TreeSet<>();
        for (BreakGlass override : index.overrides) {
            names.add(override.secret());
        }
        Index bundle = new Index();
        bundle.bundle = true;
        bundle.serial = index.serial;
        bundle.verifier = index.verifier;
        bundle.adminRecipient = index.adminRecipient;
        bundle.nextGrant = index.nextGrant;
        bundle.workloads.putAll(index.workloads);
        bundle.overrides.addAll(index.overrides);
        index.grants.stream().filter(grant -> names.contains(grant.secret())).forEach(bundle.grants::add);
        for (String name : names) {
            Index.Secret all = index.secrets.get(name);
            if (all != null) {
                Index.Secret newest = new Index.Secret();
                newest.version = all.version;
                all.fields.forEach((field, value) -> newest.fields.put(field, value.withoutPrevious()));
                bundle.secrets.put(name, newest);
            }
        }
        return bundle;
    }
}
