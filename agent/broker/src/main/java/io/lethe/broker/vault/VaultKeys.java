package io.lethe.broker.vault;

import io.lethe.broker.BrokerException;
import io.lethe.broker.Grant;
import io.lethe.secret.Wipe;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The keys of a vault as an administrator sees them: workloads with one age identity each, and the admin's own. A key is on
 * disk before the index counts on it, and the old one is gone only after it does, so that a crash leaves one that works.
 *
 * <p>Loaded by the command line's loader. Made by {@link Vault#keys}, whose rules for threads and failures hold.
 */
public final class VaultKeys {

    private static final String IDENTITY = "the workload's identity";

    private final Vault vault;
    private final VaultFolder folder;

    VaultKeys(Vault vault, VaultFolder folder) {
        this.vault = vault;
        this.folder = folder;
    }

    public List<WorkloadInfo> workloads() throws BrokerException {
        Index index = vault.read();
        List<WorkloadInfo> infos = new ArrayList<>();
        for (Map.Entry<String, String> workload : index.workloads.entrySet()) {
            Set<String> secrets = new TreeSet<>();
            for (Grant grant : index.grants) {
                if (grant.workloads().contains(workload.getKey())) {
                    secrets.add(grant.secret());
                }
            }
            infos.add(new WorkloadInfo(workload.getKey(), workload.getValue(), secrets));
        }
        return infos;
    }

    /**
     * Makes an identity for a workload that is new, in a file that is readable for its owner only. Where the file is there, it
     * must hold a key that nobody uses: a command that was killed left it, and it is taken up.
     *
     * @return the workload's public key
     */
    public String addWorkload(String name, Path file) throws BrokerException {
        return vault.with(writer -> {
            writer.workloads().requireNew(name);
            if (folder.workloads().equals(file.getParent())) {
                AtomicFile.createFolder(folder.workloads(), folder.secrets());
            }
            if (Files.exists(file)) {
                AtomicFile.removeAside(file);
                return add(writer, name, unused(writer.index(), file));
            }
            return withFresh(identity -> {
                String recipient = AgeKey.recipientOf(identity);
                return withFile(
                        file, AgeKey.identityFile(identity), IDENTITY, writer, () -> add(writer, name, recipient));
            });
        });
    }

    /** As above, for a workload whose identity is kept elsewhere; only its public key is needed. */
    public void addRecipient(String name, String recipient) throws BrokerException {
        vault.change(writer -> {
            writer.workloads().add(name, recipient);
            return name;
        });
    }

    /**
     * Takes a workload and all its grants away, and its identity where that lies in the vault.
     *
     * @return the secrets that it could open
     */
    public Set<String> removeWorkload(String name) throws BrokerException {
        return vault.with(writer -> {
            Set<String> secrets = writer.workloads().remove(name);
            writer.commit();
            try {
                Files.deleteIfExists(folder.workloadKey(name));
            } catch (IOException e) {
                throw new BrokerException(
                        BrokerException.Kind.BROKEN,
                        "the workload " + name + " was removed, but its identity " + folder.workloadKey(name)
                                + " could not be (" + e + "); remove it",
                        e);
            }
            return secrets;
        });
    }

    /**
     * Replaces a workload's identity. Where the file is there it must hold the old one, and applications that read it see
     * no gap: it holds both until the vault is encrypted to the new one.
     *
     * @return the new public key
     */
    public String rekeyWorkload(String name, Path file) throws BrokerException {
        return vault.with(writer -> {
            byte[] recipient = AgeKey.recipient(writer.workloads().require(name));
            boolean inPlace = Files.exists(file);
            byte[] old =
                    inPlace ? AgeKey.readIdentity(file, IDENTITY, recipient, KeyFile.Access.GROUP_READS) : new byte[0];
            try {
                if (inPlace && !AgeKey.isOf(old, recipient)) {
                    throw new BrokerException(
                            BrokerException.Kind.BROKEN,
                            file + " is not the identity of " + name
                                    + "; name a file that is not there yet, or its own, and remove one that a rekey"
                                    + " left which was killed");
                }
                if (inPlace && !AgeKey.isAlone(file, IDENTITY)) {
                    throw new BrokerException(
                            BrokerException.Kind.BROKEN,
                            file + " holds other keys besides that of " + name + ", which would be lost; nothing was"
                                    + " changed: take them out, or add a new key yourself and say --recipient");
                }
                return withFresh(fresh -> {
                    String next = AgeKey.recipientOf(fresh);
                    if (!inPlace) {
                        byte[] text = AgeKey.identityFile(fresh);
                        return withFile(file, text, IDENTITY, writer, () -> rekey(writer, name, next));
                    }
                    AtomicFile.removeAside(file);
                    addKey(file, fresh, old);
                    rekey(writer, name, next);
                    takeOldAway(file, fresh, name);
                    return next;
                });
            } finally {
                Wipe.bytes(old);
            }
        });
    }

    /** As above, for an identity that is kept elsewhere. */
    public void rekeyRecipient(String name, String recipient) throws BrokerException {
        vault.change(writer -> {
            writer.workloads().rekey(name, recipient);
            return name;
        });
    }

    /**
     * Makes a new admin key in a file that must not be there yet, encrypts everything to it, and signs with it. Whoever
     * pinned the old verifying key refuses the vault from now on.
     *
     * @return the verifying key to pin
     */
    public String rekeyAdmin(Path file) throws BrokerException {
        return vault.with(writer -> {
            try (AdminKey fresh = AdminKey.generate()) {
                return withFile(file, fresh.file(), "the admin key", writer, () -> {
                    writer.index().verifier = fresh.verifier();
                    writer.index().adminRecipient = fresh.recipient();
                    writer.files().rekey(null);
                    writer.commit(fresh);
                    return fresh.verifier();
                });
            }
        });
    }

    /** Where an identity lies that no file was named for. */
    public Path identityFile(String workload) {
        return folder.workloadKey(workload);
    }

    private static void replace(Path file, byte[] text) throws IOException {
        try {
            AtomicFile.replace(file, text);
        } finally {
            Wipe.bytes(text);
        }
    }

    private static String add(VaultWriter writer, String name, String recipient) throws IOException, BrokerException {
        writer.workloads().add(name, recipient);
        writer.commit();
        return recipient;
    }

    private static String rekey(VaultWriter writer, String name, String recipient) throws IOException, BrokerException {
        writer.workloads().rekey(name, recipient);
        writer.commit();
        return recipient;
    }

    private static void addKey(Path file, byte[] fresh, byte[] old) throws IOException, BrokerException {
        try {
            replace(file, AgeKey.identityFile(fresh, old));
        } catch (AtomicFile.NotAlike e) {
            throw new BrokerException(
                    BrokerException.Kind.BROKEN, e.getMessage() + "; nothing was changed: run this as root", e);
        }
    }

    private static void takeOldAway(Path file, byte[] fresh, String name) throws BrokerException {
        try {
            replace(file, AgeKey.identityFile(fresh));
        } catch (IOException e) {
            throw new BrokerException(
                    BrokerException.Kind.BROKEN,
                    "the workload " + name + " has the first key in " + file
                            + " now, but the old one could not be taken out of that file (" + e
                            + "); remove its last line",
                    e);
        }
    }

    /** The recipient of the one key in a file that is there, which must not be anybody's. */
    private static String unused(Index index, Path file) throws BrokerException {
        byte[] identity = AgeKey.readIdentity(file, IDENTITY);
        try {
            String recipient = AgeKey.recipientOf(identity);
            boolean used = recipient.equals(index.adminRecipient) || index.workloads.containsValue(recipient);
            if (used || !AgeKey.isAlone(file, IDENTITY)) {
                throw isThere(IDENTITY, file, new FileAlreadyExistsException(file.toString()));
            }
            return recipient;
        } finally {
            Wipe.bytes(identity);
        }
    }

    /** Makes a file with a key for a change that commits; without the change the file is gone again. */
    private static <T> T withFile(Path file, byte[] text, String what, VaultWriter writer, Committing<T> change)
            throws IOException, BrokerException {
        try {
            AtomicFile.removeAside(file);
            AtomicFile.create(file, text, AtomicFile.IDENTITY_MODE);
        } catch (FileAlreadyExistsException e) {
            throw isThere(what, file, e);
        } finally {
            Wipe.bytes(text);
        }
        try {
            return change.make();
        } finally {
            if (!writer.committed()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static BrokerException isThere(String what, Path file, Exception e) {
        return new BrokerException(
                BrokerException.Kind.BROKEN,
                what + " is not written to " + file
                        + ", which is there already; nothing was changed: name another file, or"
                        + " remove it where a command left it that was killed",
                e);
    }

    private static <T> T withFresh(Use<T> use) throws IOException, BrokerException {
        byte[] identity = AgeKey.generate();
        try {
            return use.of(identity);
        } finally {
            Wipe.bytes(identity);
        }
    }

    /** A change that commits. */
    private interface Committing<T> {
        T make() throws IOException, BrokerException;
    }

    /** What is done with a fresh identity, which is overwritten afterwards. */
    private interface Use<T> {
        T of(byte[] identity) throws IOException, BrokerException;
    }
}
