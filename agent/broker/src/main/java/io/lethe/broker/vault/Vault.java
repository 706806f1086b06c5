package io.lethe.broker.vault;

import io.lethe.broker.BreakGlass;
import io.lethe.broker.BrokerException;
import io.lethe.broker.Grant;
import io.lethe.broker.GrantBuilder;
import io.lethe.secret.Sealed;
import io.lethe.secret.Wipe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A vault as an administrator sees it: makes it, puts secrets in, grants them, lists and removes them.
 *
 * <p>Loaded by the command line's loader. Thread-safe, also against other processes: one writer at a time, readers any
 * time. A change is there as a whole or not at all. What is wrong with the arguments is an
 * {@link IllegalArgumentException}, all else a {@link BrokerException}, each with one line for people.
 */
public final class Vault {

    /** The workload that {@link #init} makes an identity for. */
    public static final String DEFAULT_WORKLOAD = "default";

    /** What is marked so rests on a vault whose verifying key came from the vault itself. */
    public static final String UNPINNED = SignedIndex.UNPINNED;

    private final VaultFolder folder;
    private final Path adminKey;
    private final long least;

    private Vault(VaultFolder folder, @Nullable Path adminKey, long least) {
        this.folder = folder;
        this.least = least;
        this.adminKey = adminKey == null ? folder.adminKey() : adminKey;
    }

    /**
     * The vault in a folder; whether there is one shows with the first call.
     *
     * @param adminKey where it does not lie in the vault's own folder; read only by what needs it
     */
    public static Vault at(Path folder, @Nullable Path adminKey) {
        return at(folder, adminKey, 0);
    }

    /** @param least the index's version at least, for what needs the admin key; an older one is a copy that was put back */
    public static Vault at(Path folder, @Nullable Path adminKey, long least) {
        return new Vault(new VaultFolder(folder), adminKey, least);
    }

    /** Makes a vault in a folder that holds none. Keys that are there already are kept and used. */
    public static Vault init(Path folder, @Nullable Path adminKey) throws BrokerException {
        Vault vault = at(folder, adminKey);
        VaultFolder place = vault.folder;
        try {
            AtomicFile.createFolder(folder, null);
            VaultLock lock = VaultLock.take(place);
            try {
                if (Files.exists(place.index())) {
                    throw new BrokerException(
                            BrokerException.Kind.BROKEN,
                            "there is a vault in " + folder + " already; nothing was changed");
                }
                AtomicFile.createFolder(place.secrets(), null);
                AtomicFile.createFolder(place.workloads(), null);
                vault.makeKeysAndIndex();
            } finally {
                lock.close();
            }
        } catch (IOException e) {
            throw new BrokerException(
                    BrokerException.Kind.BROKEN,
                    "the vault " + folder + " cannot be written (" + e
                            + "); keys that were made are used when this is done" + " again",
                    e);
        }
        return vault;
    }

    /**
     * Whether a folder holds a vault of this admin key in which nothing was put yet, as {@link #init} leaves it; false where it
     * holds none.
     */
    public static boolean isNew(Path folder, @Nullable Path adminKey) throws BrokerException {
        Vault vault = at(folder, adminKey);
        if (!Files.exists(vault.folder.index()) || !Files.exists(vault.adminKey)) {
            return false;
        }
        return vault.with(writer -> {
            Index index = writer.index();
            return index.secrets.isEmpty()
                    && index.grants.isEmpty()
                    && index.workloads.keySet().equals(Collections.singleton(DEFAULT_WORKLOAD));
        });
    }

    /** The key to pin in configurations. */
    public String verifyingKey() throws BrokerException {
        return read().verifier;
    }

    /**
     * Stores a field; where there is one already, as a new version.
     *
     * @param value overwritten in any case
     * @return the secret's version from now on
     */
    public long put(String name, String field, byte[] value) throws BrokerException {
        return put(name, field, value, null);
    }

    /** @param username the secret's public user name, stored in the same change; null to leave it as it is */
    public long put(String name, String field, byte[] value, @Nullable String username) throws BrokerException {
        try {
            return change(writer -> {
                if (username != null) {
                    writer.put(name, "username", username.getBytes(StandardCharsets.UTF_8), 0);
                }
                return writer.put(name, field, value, 0);
            });
        } finally {
            Wipe.bytes(value);
        }
    }

    /**
     * Stores a new version of a field and keeps the one before for a while, for the way back.
     *
     * @param value overwritten in any case
     * @param keptUntil seconds since 1970; 0 for not at all
     * @return the secret's version from now on
     */
    public long rotate(String name, String field, byte[] value, long keptUntil) throws BrokerException {
        try {
            return change(writer -> writer.rotate(name, field, value, keptUntil));
        } finally {
            Wipe.bytes(value);
        }
    }

    /** Adds a grant and encrypts the secret to its workloads. */
    public Grant grant(GrantBuilder builder) throws BrokerException {
        return change(writer -> writer.grant(builder));
    }

    /**
     * Removes a grant and encrypts the secret anew to those that are left. Who held it may have kept the secret.
     *
     * @return the grant as it was
     */
    public Grant removeGrant(String id) throws BrokerException {
        return change(writer -> writer.removeGrant(id));
    }

    /** Takes one workload out of a grant, as {@link #removeGrant} does with all of them. */
    public Grant revoke(String id, String workload) throws BrokerException {
        return change(writer -> writer.workloads().revoke(id, workload));
    }

    /** Removes a secret, its files and its grants. */
    public void removeSecret(String name) throws BrokerException {
        change(writer -> {
            writer.removeSecret(name);
            return name;
        });
    }

    /**
     * Signs an override for a secret and target.
     *
     * @param seconds at most {@link BreakGlass#MAX_SECONDS}
     * @param bundle a folder that takes the secrets of all overrides along, for when this vault cannot be read; null for none
     */
    public BreakGlass breakGlass(
            String secret, String target, long seconds, String actor, String reason, @Nullable Path bundle)
            throws BrokerException {
        return with(writer -> {
            BreakGlass made = writer.breakGlass(secret, target, seconds, actor, reason);
            writer.commit();
            if (bundle != null) {
                try {
                    writer.bundle(bundle);
                } catch (IOException e) {
                    throw new BrokerException(
                            BrokerException.Kind.BROKEN,
                            "the override " + made.id() + " is in force, but its bundle " + bundle
                                    + " cannot be written (" + e + ")",
                            e);
                }
            }
            return made;
        });
    }

    /** Ends an override before its time. */
    public BreakGlass endBreakGlass(String id) throws BrokerException {
        return change(writer -> writer.endBreakGlass(id));
    }

    /** The overrides that hold now. */
    public List<BreakGlass> breakGlasses() throws BrokerException {
        List<BreakGlass> live = new ArrayList<>();
        for (BreakGlass override : read().overrides) {
            if (override.isLive(System.currentTimeMillis() / 1000)) {
                live.add(override);
            }
        }
        return live;
    }

    /** What is done about workloads and keys. */
    public VaultKeys keys() {
        return new VaultKeys(this, folder);
    }

    /** The index's version, which grows with every change: what {@code min-version} in a configuration is compared with. */
    public long version() throws BrokerException {
        return read().serial;
    }

    public List<SecretInfo> list() throws BrokerException {
        List<SecretInfo> infos = new ArrayList<>();
        for (Map.Entry<String, Index.Secret> entry : read().secrets.entrySet()) {
            infos.add(new SecretInfo(entry.getKey(), entry.getValue()));
        }
        return infos;
    }

    public List<Grant> grants() throws BrokerException {
        return Collections.unmodifiableList(read().grants);
    }

    /** The file with a workload's identity, whether it exists or not. */
    public Path identityFile(String workload) {
        return folder.workloadKey(workload);
    }

    /** Opens a field with the admin key, for the way back and for the scanner. */
    public Sealed reveal(String name, String field) throws BrokerException {
        return reveal(name, field, 0);
    }

    /** @param version 0 for the newest */
    public Sealed reveal(String name, String field, long version) throws BrokerException {
        return with(writer -> {
            byte[] value = writer.reveal(name, field, version);
            return Sealed.of(value, 0, value.length);
        });
    }

    /** One change under the lock, committed where it ends without an exception. */
    <T> T change(Change<T> change) throws BrokerException {
        return with(writer -> {
            T result = change.make(writer);
            writer.commit();
            return result;
        });
    }

    /** As {@link #change}, where the change commits or has nothing to. */
    <T> T with(Change<T> change) throws BrokerException {
        try (VaultWriter writer = VaultWriter.open(folder, adminKey, least)) {
            return change.make(writer);
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    /** What is done to a vault under its lock. */
    interface Change<T> {
        T make(VaultWriter writer) throws IOException, BrokerException;
    }

    private void makeKeysAndIndex() throws IOException, BrokerException {
        if (!Files.exists(adminKey)) {
            try (AdminKey fresh = AdminKey.generate()) {
                writeKey(adminKey, fresh.file());
            }
        }
        Path workload = folder.workloadKey(DEFAULT_WORKLOAD);
        if (!Files.exists(workload)) {
            byte[] identity = AgeKey.generate();
            try {
                writeKey(workload, AgeKey.identityFile(identity));
            } finally {
                Wipe.bytes(identity);
            }
        }
        byte[] identity = AgeKey.readIdentity(workload, "the workload's identity");
        try (AdminKey admin = AdminKey.read(adminKey)) {
            Index index = new Index();
            // A vault that is made again: copies of the one before must not be newer.
            Path memory = VaultWriter.memory(folder, adminKey);
            index.serial = 1 + (memory == null ? 0 : Anchor.remembered(memory, admin.verifier(), folder));
            index.verifier = admin.verifier();
            index.adminRecipient = admin.recipient();
            index.workloads.put(DEFAULT_WORKLOAD, AgeKey.recipientOf(identity));
            AtomicFile.write(folder.index(), admin.sign(index.write()), AtomicFile.MODE, null);
        } finally {
            Wipe.bytes(identity);
        }
    }

    private static void writeKey(Path file, byte[] text) throws IOException {
        try {
            AtomicFile.removeAside(file);
            AtomicFile.write(file, text, AtomicFile.KEY_MODE, null);
        } finally {
            Wipe.bytes(text);
        }
    }

    Index read() throws BrokerException {
        return SignedIndex.verify(folder.readIndex(), null, folder).index;
    }

    private static BrokerException unwritable(VaultFolder folder, IOException e) {
        return new BrokerException(
                BrokerException.Kind.BROKEN,
                "the vault " + folder.path() + " cannot be written (" + e + "); nothing was changed",
                e);
    }
}
