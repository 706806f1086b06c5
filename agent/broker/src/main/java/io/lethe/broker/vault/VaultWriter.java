package io.lethe.broker.vault;

import io.lethe.broker.BreakGlass;
import io.lethe.broker.BrokerException;
import io.lethe.broker.Explanation;
import io.lethe.broker.Grant;
import io.lethe.broker.GrantBuilder;
import io.lethe.broker.TargetPattern;
import io.lethe.secret.Reference;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One change of a vault under its lock: new files first, then, with {@link #commit()}, the index that names them, then
 * the files that nothing names any more are removed.
 *
 * <p>Loaded by the command line's loader. One thread, one change.
 */
final class VaultWriter implements AutoCloseable {

    private static final int MAX_NAME = 100;

    private final VaultFolder folder;
    private final VaultLock lock;
    private final AdminKey admin;
    private final Index index;
    private final SecretFiles files;
    /** Where the highest version is remembered; null where the admin key lies in the vault, whose writer could change it. */
    private final @Nullable Path memory;

    private boolean committed;

    private VaultWriter(VaultFolder folder, VaultLock lock, AdminKey admin, Index index, @Nullable Path memory) {
        this.folder = folder;
        this.lock = lock;
        this.admin = admin;
        this.index = index;
        this.files = new SecretFiles(folder, admin, index);
        this.memory = memory;
    }

    /** @param least the index's version at least: what is changed is signed anew, and an older copy would be the newest */
    static VaultWriter open(VaultFolder folder, Path adminKey, long least) throws BrokerException {
        // Says what is wrong before a lock file is made in a folder that holds no vault.
        folder.readIndex();
        VaultLock lock = VaultLock.take(folder);
        AdminKey admin = null;
        boolean opened = false;
        try {
            admin = AdminKey.read(adminKey);
            Index index = SignedIndex.verify(folder.readIndex(), admin.verifier(), folder).index;
            Anchor.of(least, null).check(index, folder);
            Path memory = memory(folder, adminKey);
            if (memory != null) {
                Anchor.compare(memory, index, folder);
            }
            index.serial++;
            // First of all, so that no change has to bring along what is not kept any more.
            dropExpired(index);
            opened = true;
            return new VaultWriter(folder, lock, admin, index, memory);
        } finally {
            if (!opened) {
                if (admin != null) {
                    admin.close();
                }
                lock.close();
            }
        }
    }

    /** @param keptUntil seconds since 1970 until which the version before is kept; 0 for not at all */
    long put(String name, String fieldName, byte[] value, long keptUntil) throws IOException, BrokerException {
        if (!Reference.isName(name) || name.length() > MAX_NAME) {
            throw new IllegalArgumentException("'" + Explanation.shown(name)
                    + "' is not a name of a secret: a-z, 0-9, '_', '.', '-', at most 100, ending in a letter or digit");
        }
        if (!Reference.isName(fieldName) || fieldName.length() > 64) {
            throw new IllegalArgumentException("'" + Explanation.shown(fieldName)
                    + "' is not a name of a field: a-z, 0-9, '_', '.', '-', at most 64, ending in a letter or digit");
        }
        if (value.length == 0 || value.length > Age.MAX_PAYLOAD) {
            throw new IllegalArgumentException(
                    "a value has 1 to " + Age.MAX_PAYLOAD + " bytes, this has " + value.length);
        }
        Index.Secret secret = index.secrets.computeIfAbsent(name, n -> new Index.Secret());
        secret.version++;
        Index.Field before = secret.fields.get(fieldName);
        Index.Field field;
        if (Index.PUBLIC_FIELDS.contains(fieldName)) {
            field = Index.Field.ofPublic(secret.version, publicText(fieldName, value));
        } else {
            String file = fieldName + "." + secret.version + ".age";
            field = files.write(name, fieldName, secret.version, file, value);
            if (keptUntil > 0 && before != null) {
                field = field.withPrevious(files.keep(name, fieldName, before), keptUntil);
            }
        }
        secret.fields.put(fieldName, field);
        return secret.version;
    }

    /** As {@link #put}, for a secret field that is there. */
    long rotate(String name, String fieldName, byte[] value, long keptUntil) throws IOException, BrokerException {
        if (Index.PUBLIC_FIELDS.contains(fieldName)) {
            throw new IllegalArgumentException("the field " + fieldName + " is public; change it with lethe vault put");
        }
        field(name, fieldName);
        return put(name, fieldName, value, keptUntil);
    }

    Grant grant(GrantBuilder builder) throws IOException, BrokerException {
        builder.requireSense();
        nameTheWorkload(builder);
        Grant grant = builder.build("g" + index.nextGrant);
        Index.Secret secret = secret(grant.secret());
        boolean jdbc = false;
        for (TargetPattern target : grant.targets()) {
            jdbc |= target.defaultAction().equals("connect");
        }
        if (jdbc && grant.users().isEmpty() && secret.username() == null) {
            throw new IllegalArgumentException(
                    "a grant for a database needs a user name: --user NAME, or put the secret's own"
                            + " (lethe vault put " + grant.secret() + " --field username)");
        }
        for (String workload : grant.workloads()) {
            workloads().require(workload);
        }
        index.nextGrant++;
        index.grants.add(grant);
        files.align(grant.secret(), secret);
        return grant;
    }

    /** @return the grant as it was */
    Grant removeGrant(String id) throws IOException, BrokerException {
        for (Iterator<Grant> i = index.grants.iterator(); i.hasNext(); ) {
            Grant grant = i.next();
            if (grant.id().equals(id)) {
                i.remove();
                files.align(grant.secret(), secret(grant.secret()));
                return grant;
            }
        }
        throw new BrokerException(
                BrokerException.Kind.NOT_FOUND, "there is no grant " + Explanation.shown(id) + " in " + folder.path());
    }

    BreakGlass breakGlass(String name, String target, long seconds, String actor, String reason)
            throws BrokerException {
        secret(name);
        long now = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
        BreakGlass made =
                new BreakGlass("b" + index.nextGrant, name, target, now, Math.addExact(now, seconds), actor, reason);
        index.nextGrant++;
        index.overrides.add(made);
        return made;
    }

    BreakGlass endBreakGlass(String id) throws BrokerException {
        for (BreakGlass override : index.overrides) {
            if (override.id().equals(id)) {
                index.overrides.remove(override);
                return override;
            }
        }
        throw new BrokerException(
                BrokerException.Kind.NOT_FOUND,
                "there is no override " + Explanation.shown(id) + " in " + folder.path());
    }

    /** Takes the secrets of all overrides along to a folder elsewhere, after they are committed. */
    void bundle(Path to) throws IOException, BrokerException {
        new Bundle(folder, index, to).write(admin);
    }

    void removeSecret(String name) throws BrokerException {
        secret(name);
        index.secrets.remove(name);
        index.grants.removeIf(grant -> grant.secret().equals(name));
        index.overrides.removeIf(override -> override.secret().equals(name));
    }

    /**
     * The caller wipes the result.
     *
     * @param version 0 for the newest
     */
    byte[] reveal(String name, String fieldName, long version) throws IOException, BrokerException {
        Index.Field field = field(name, fieldName);
        if (version != 0 && version != field.version) {
            Index.Field previous = field.previous;
            if (previous == null || previous.version != version) {
                throw new BrokerException(
                        BrokerException.Kind.NOT_FOUND,
                        "the vault has no version " + version + " of the " + Explanation.shown(fieldName) + " of "
                                + name + "; it has " + field.version
                                + (previous == null ? "" : " and " + previous.version));
            }
            field = previous;
        }
        return field.value != null ? field.value.getBytes(StandardCharsets.UTF_8) : files.open(name, field);
    }

    /** What is changed about workloads. */
    Workloads workloads() {
        return new Workloads(folder, index, files);
    }

    Index index() {
        return index;
    }

    SecretFiles files() {
        return files;
    }

    void commit() throws IOException, BrokerException {
        commit(admin);
    }

    /** Whether the change is in force, whatever came afterwards. */
    boolean committed() {
        return committed;
    }

    /** Makes the change and, with it, the signer of all that come. */
    void commit(AdminKey signer) throws IOException, BrokerException {
        dropExpired(index);
        byte[] note = signer.sign(index.write());
        try {
            AtomicFile.write(folder.index(), note, AtomicFile.MODE, folder.index());
        } catch (IOException e) {
            committed = Arrays.equals(folder.readIndex(), note);
            if (!committed) {
                throw e;
            }
            throw new BrokerException(
                    BrokerException.Kind.BROKEN,
                    "the change of " + folder.path() + " was made, but may be lost in a power failure (" + e
                            + "); look after its disk",
                    e);
        }
        committed = true;
        if (memory != null) {
            Anchor.remember(memory, index, folder);
        }
        try {
            VaultGarbage.remove(folder, index);
        } catch (IOException e) {
            // The change is made; the next one tries again.
            return;
        }
    }

    @Override
    public void close() {
        admin.close();
        lock.close();
    }

    static @Nullable Path memory(VaultFolder folder, Path adminKey) {
        Path key = adminKey.toAbsolutePath().normalize();
        return key.startsWith(folder.path().toAbsolutePath().normalize()) ? null : key.getParent();
    }

    private static void dropExpired(Index index) {
        long now = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
        index.overrides.removeIf(override -> override.until() <= now);
        for (Index.Secret secret : index.secrets.values()) {
            for (Map.Entry<String, Index.Field> field : secret.fields.entrySet()) {
                Index.Field value = field.getValue();
                if (value.previous != null && value.previousUntil <= now) {
                    field.setValue(value.withoutPrevious());
                }
            }
        }
    }

    /** A grant that names no workload is for the only one there is. */
    private void nameTheWorkload(GrantBuilder builder) {
        if (!builder.workloads().isEmpty()) {
            return;
        }
        if (index.workloads.size() != 1) {
            throw new IllegalArgumentException("the vault knows the workloads "
                    + String.join(", ", index.workloads.keySet()) + ": say --workload NAME");
        }
        builder.workload("name", index.workloads.keySet().iterator().next());
    }

    private Index.Field field(String name, String fieldName) throws BrokerException {
        Index.Field field = secret(name).fields.get(fieldName);
        if (field == null) {
            throw new BrokerException(
                    BrokerException.Kind.NOT_FOUND,
                    "the secret " + name + " has no field " + Explanation.shown(fieldName) + " in " + folder.path());
        }
        return field;
    }

    private Index.Secret secret(String name) throws BrokerException {
        Index.Secret secret = index.secrets.get(name);
        if (secret == null) {
            throw new BrokerException(
                    BrokerException.Kind.NOT_FOUND,
                    "there is no secret " + Explanation.shown(name) + " in " + folder.path());
        }
        return secret;
    }

    private static String publicText(String fieldName, byte[] value) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a " + fieldName + " is text in UTF-8", e);
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                throw new IllegalArgumentException("a " + fieldName
                        + " holds no line feed or other control character; use printf %s in place of echo");
            }
        }
        return text;
    }
}
