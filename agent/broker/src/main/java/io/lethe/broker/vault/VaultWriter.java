package io.lethe.broker.vault;

import io.lethe.broker.BrokerException;
import io.lethe.broker.Explanation;
import io.lethe.broker.Grant;
import io.lethe.broker.GrantBuilder;
import io.lethe.broker.TargetPattern;
import io.lethe.broker.digest.Sha256;
import io.lethe.secret.NotSecret;
import io.lethe.secret.Reference;
import io.lethe.secret.Wipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * One change of a vault under its lock: new files first, then, with {@link #commit()}, the index that names them, then
 * the files that nothing names any more are removed.
 *
 * <p>Loaded by the command line's loader. One thread, one change.
 */
final class VaultWriter implements AutoCloseable {

    private final VaultFolder folder;
    private final VaultLock lock;
    private final AdminKey admin;
    private final Index index;

    private VaultWriter(VaultFolder folder, VaultLock lock, AdminKey admin, Index index) {
        this.folder = folder;
        this.lock = lock;
        this.admin = admin;
        this.index = index;
    }

    static VaultWriter open(VaultFolder folder, Path adminKey) throws BrokerException {
        // Says what is wrong before a lock file is made in a folder that holds no vault.
        folder.readIndex();
        VaultLock lock = VaultLock.take(folder);
        boolean opened = false;
        try {
            AdminKey admin = AdminKey.read(adminKey);
            Index index = SignedIndex.verify(folder.readIndex(), admin.verifier(), folder).index;
            index.serial++;
            opened = true;
            return new VaultWriter(folder, lock, admin, index);
        } finally {
            if (!opened) {
                lock.close();
            }
        }
    }

    long put(String name, String fieldName, byte[] value) throws IOException {
        if (!Reference.isName(name) || name.length() > 100) {
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
        Index.Field field;
        if (Index.PUBLIC_FIELDS.contains(fieldName)) {
            field = Index.Field.ofPublic(secret.version, publicText(fieldName, value));
        } else {
            field = encrypt(name, fieldName, secret.version, fieldName + "." + secret.version + ".age", value);
        }
        secret.fields.put(fieldName, field);
        return secret.version;
    }

    Grant grant(GrantBuilder builder) throws IOException, BrokerException {
        builder.requireSense();
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
        String workload = String.valueOf(grant.workload().get("name"));
        if (!index.workloads.containsKey(workload)) {
            throw new BrokerException(
                    BrokerException.Kind.NOT_FOUND, "there is no workload " + workload + " in " + folder.path());
        }
        index.nextGrant++;
        index.grants.add(grant);
        encryptAnew(grant.secret());
        return grant;
    }

    void removeGrant(String id) throws IOException, BrokerException {
        for (Iterator<Grant> i = index.grants.iterator(); i.hasNext(); ) {
            Grant grant = i.next();
            if (grant.id().equals(id)) {
                i.remove();
                encryptAnew(grant.secret());
                return;
            }
        }
        throw new BrokerException(
                BrokerException.Kind.NOT_FOUND, "there is no grant " + Explanation.shown(id) + " in " + folder.path());
    }

    void removeSecret(String name) throws BrokerException {
        secret(name);
        index.secrets.remove(name);
        index.grants.removeIf(grant -> grant.secret().equals(name));
    }

    /** The caller wipes the result. */
    byte[] reveal(String name, String fieldName) throws IOException, BrokerException {
        Index.Field field = secret(name).fields.get(fieldName);
        if (field == null) {
            throw new BrokerException(
                    BrokerException.Kind.NOT_FOUND,
                    "the secret " + name + " has no field " + Explanation.shown(fieldName) + " in " + folder.path());
        }
        return field.value != null ? field.value.getBytes(StandardCharsets.UTF_8) : decrypt(name, field);
    }

    void commit() throws IOException {
        AtomicFile.write(folder.index(), admin.sign(index.write()), AtomicFile.MODE, folder.index());
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

    /** Brings the recipients of each field into line with the grants. */
    private void encryptAnew(String name) throws IOException, BrokerException {
        for (Map.Entry<String, Index.Field> entry : secret(name).fields.entrySet()) {
            Index.Field field = entry.getValue();
            if (field.value != null || field.workloads.equals(workloadsOf(name, entry.getKey()))) {
                continue;
            }
            byte[] value = decrypt(name, field);
            try {
                // A name of its own, so that the file which the old index names stays as it is.
                String file = entry.getKey() + "." + field.version + "-" + index.serial + ".age";
                entry.setValue(encrypt(name, entry.getKey(), field.version, file, value));
            } finally {
                Wipe.bytes(value);
            }
        }
    }

    private Index.Field encrypt(String name, String fieldName, long version, String file, byte[] value)
            throws IOException {
        List<String> workloads = workloadsOf(name, fieldName);
        List<byte[]> recipients = new ArrayList<>();
        for (String workload : workloads) {
            recipients.add(AgeKey.recipient(String.valueOf(index.workloads.get(workload))));
        }
        // Last, because each stanza before one's own costs an agreement to pass over.
        recipients.add(AgeKey.recipient(index.adminRecipient));
        byte[] sealed = Age.encrypt(value, recipients);
        AtomicFile.createFolder(folder.secret(name), folder.secrets());
        AtomicFile.write(folder.secretFile(name, file), sealed, AtomicFile.MODE, folder.index());
        return new Index.Field(version, null, file, Sha256.hex(sealed), workloads);
    }

    @NotSecret("the file is encrypted; what it holds stays in arrays")
    private byte[] decrypt(String name, Index.Field field) throws IOException, BrokerException {
        Path path = folder.secretFile(name, field.file);
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

    private List<String> workloadsOf(String name, String fieldName) {
        TreeSet<String> workloads = new TreeSet<>();
        for (Grant grant : index.grants) {
            String workload = grant.workload().get("name");
            if (grant.secret().equals(name) && grant.fields().contains(fieldName) && workload != null) {
                workloads.add(workload);
            }
        }
        return new ArrayList<>(workloads);
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
