package io.lethe.broker.vault;

import io.lethe.broker.BrokerException;
import io.lethe.broker.json.Json;
import io.lethe.secret.Wipe;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes all secrets of a vault as age files for one recipient, who need not be known to the vault: for a backup that
 * another key opens, or to take everything elsewhere. Nothing is written in the clear.
 *
 * <p>Loaded by the command line's loader. One thread, one use, under the vault's lock.
 */
public final class VaultExport {

    private static final String INDEX = "INDEX.json";
    /** There from the first file to the last. */
    private static final String UNFINISHED = ".lethe-export-unfinished";

    private final Vault vault;
    private final byte[] recipient;

    /** @param recipient an age public key; an {@link IllegalArgumentException} where it is none */
    public VaultExport(Vault vault, String recipient) {
        this.vault = vault;
        try {
            this.recipient = AgeKey.recipient(recipient);
        } catch (IllegalArgumentException e) {
            // Not shown: it may be the private key, by mistake.
            throw new IllegalArgumentException("this is no public key of age (age1...)", e);
        }
    }

    /**
     * Writes {@code NAME/FIELD.age} for each secret field, and {@code INDEX.json} with what is public: no secret has a name
     * in upper case. What an export left that was killed says so by a file of its own, and is written anew.
     *
     * @param folder empty, not there yet, or with an export that was not finished
     * @return the names of the files written
     */
    public List<String> to(Path folder) throws BrokerException {
        return vault.with(writer -> {
            requireEmpty(folder);
            AtomicFile.createFolder(folder, null);
            AtomicFile.create(folder.resolve(UNFINISHED), new byte[0], AtomicFile.KEY_MODE);
            List<String> written = new ArrayList<>();
            Map<String, Object> secrets = new TreeMap<>();
            for (Map.Entry<String, Index.Secret> secret : writer.index().secrets.entrySet()) {
                Map<String, Object> fields = new TreeMap<>();
                for (Map.Entry<String, Index.Field> field :
                        secret.getValue().fields.entrySet()) {
                    String value = field.getValue().value;
                    if (value == null) {
                        value = secret.getKey() + "/" + field.getKey() + ".age";
                        AtomicFile.createFolder(folder.resolve(secret.getKey()), null);
                        write(writer, secret.getKey(), field.getValue(), folder.resolve(value));
                        written.add(value);
                        fields.put(field.getKey(), Collections.singletonMap("file", value));
                    } else {
                        fields.put(field.getKey(), Collections.singletonMap("value", value));
                    }
                }
                secrets.put(secret.getKey(), fields);
            }
            byte[] index = Json.writePretty(Collections.singletonMap("secrets", secrets));
            AtomicFile.create(folder.resolve(INDEX), index, AtomicFile.KEY_MODE);
            Files.delete(folder.resolve(UNFINISHED));
            AtomicFile.syncFolder(folder.resolve(INDEX));
            return written;
        });
    }

    private void write(VaultWriter writer, String secret, Index.Field field, Path place)
            throws IOException, BrokerException {
        byte[] value = writer.files().open(secret, field);
        try {
            AtomicFile.create(place, Age.encrypt(value, Collections.singletonList(recipient)), AtomicFile.KEY_MODE);
        } catch (FileAlreadyExistsException e) {
            throw new BrokerException(BrokerException.Kind.BROKEN, place + " is there already", e);
        } finally {
            Wipe.bytes(value);
        }
    }

    private static void requireEmpty(Path folder) throws IOException, BrokerException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> there = in(folder);
        if (Files.exists(folder.resolve(UNFINISHED))) {
            for (Path path : there) {
                if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    for (Path file : in(path)) {
                        Files.delete(file);
                    }
                }
                if (!path.endsWith(UNFINISHED)) {
                    Files.delete(path);
                }
            }
            // Last, so that what is left over after another kill is still known for what it is.
            Files.delete(folder.resolve(UNFINISHED));
        } else if (!onlyTemporary(there)) {
            throw new BrokerException(
                    BrokerException.Kind.BROKEN, folder + " is not empty; name a folder that is not there yet");
        }
    }

    /** An export that was killed before its first file was there. */
    private static boolean onlyTemporary(List<Path> files) throws IOException {
        for (Path file : files) {
            String name = String.valueOf(file.getFileName());
            if (!AtomicFile.isTemporary(file) || !name.startsWith("." + UNFINISHED)) {
                return false;
            }
        }
        for (Path file : files) {
            Files.delete(file);
        }
        return true;
    }

    private static List<Path> in(Path folder) throws IOException {
        List<Path> there = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                there.add(file);
            }
        }
        return there;
    }
}
