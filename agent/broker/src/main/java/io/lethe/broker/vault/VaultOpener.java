package io.lethe.broker.vault;

import io.lethe.broker.BrokerException;
import io.lethe.broker.digest.Sha256;
import io.lethe.secret.GcWatch;
import io.lethe.secret.NotSecret;
import io.lethe.secret.Sealed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Opens one field for one acquire. Everything that needs no key is done first, so that keys stand in the clear for as
 * short as they can: from taking the identity out of its file, which is read outside of the heap, to overwriting it and all
 * that came of it. That time is measured, and the collections that fell into it, since a collector may leave a copy behind.
 *
 * <p>Loaded by the agent loader. One thread, one use.
 */
final class VaultOpener {

    private static final String IDENTITY = "the workload's identity";

    private final VaultFolder folder;
    private final Path identity;
    private final @Nullable String recipient;
    private final KeyFile.Access access;
    private boolean began;
    private long start;
    private long mark;
    private long keyNanos = -1;
    private int keyCollections;

    /** @param recipient the workload's, as the index has it: half the arithmetic of finding it out from the identity */
    VaultOpener(VaultFolder folder, Path identity, @Nullable String recipient, KeyFile.Access access) {
        this.folder = folder;
        this.identity = identity;
        this.recipient = recipient;
        this.access = access;
    }

    Sealed open(String name, String fieldName, Index.Field field) throws BrokerException {
        if (field.value != null) {
            byte[] value = field.value.getBytes(StandardCharsets.UTF_8);
            return Sealed.of(value, 0, value.length);
        }
        Path path = folder.secretFile(name, field.file);
        byte[] file = readSecret(path, field);
        try {
            AgeHeader header = AgeHeader.parse(file);
            if (recipient == null) {
                throw new AgeException("is for other workloads");
            }
            return decrypt(header, file, AgeKey.recipient(recipient));
        } catch (AgeException | IllegalArgumentException e) {
            throw new BrokerException(
                    BrokerException.Kind.BROKEN,
                    "the " + fieldName + " of " + name + ", " + path + ", " + e.getMessage() + " (" + identity
                            + "); give the application the identity of the workload that was granted it",
                    e);
        }
    }

    long keyNanos() {
        return keyNanos;
    }

    int keyCollections() {
        return keyCollections;
    }

    private Sealed decrypt(AgeHeader header, byte[] file, byte[] recipientKey) throws AgeException, BrokerException {
        Rehearsal.done();
        Sealed opened = Sealed.reserve(Math.max(0, Age.payloadLength(header, file)));
        try (Sealed key = Sealed.reserve(Age.KEY)) {
            KeyFile.read(identity, IDENTITY, access, new KeyFile.Reader() {
                @Override
                public byte[] read(ByteBuffer text) throws BrokerException {
                    mark = GcWatch.mark();
                    start = System.nanoTime();
                    began = true;
                    byte[] scalar = AgeKey.identityOf(recipientKey, text, identity, IDENTITY);
                    key.take(scalar, 0);
                    return scalar;
                }
            });
            opened.take(Age.decrypt(header, file, key, recipientKey), 0);
            return opened;
        } catch (AgeException | BrokerException | RuntimeException e) {
            opened.close();
            throw e;
        } finally {
            if (began) {
                keyNanos = System.nanoTime() - start;
                keyCollections = GcWatch.since(mark);
            }
        }
    }

    @NotSecret("the file is encrypted; what it holds stays in arrays")
    private byte[] readSecret(Path path, Index.Field field) throws BrokerException {
        byte[] file;
        try {
            file = Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            throw new BrokerException(
                    BrokerException.Kind.BROKEN,
                    "the secret file " + path
                            + " that the index names is missing; restore it from a backup or put the secret again",
                    e);
        } catch (IOException e) {
            throw folder.unreadable("the secret file " + path, e);
        }
        if (!Sha256.hex(file).equals(field.sha256)) {
            throw new BrokerException(
                    BrokerException.Kind.BROKEN,
                    "the secret file " + path
                            + " is not the one that the index names (its SHA-256 differs): cut off, changed or"
                            + " swapped; restore it from a backup or put the secret again");
        }
        return file;
    }
}
