package io.lethe.broker.vault;

import io.lethe.broker.BrokerException;
import io.lethe.secret.NotSecret;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Where things lie in a vault's folder, and reading them.
 *
 * <p>Loaded by the agent loader and the command line's. Immutable. What cannot be read is a {@link BrokerException}
 * that names the file and what to do.
 */
final class VaultFolder {

    private final Path folder;

    VaultFolder(Path folder) {
        this.folder = folder;
    }

    Path path() {
        return folder;
    }

    Path index() {
        return folder.resolve("index");
    }

    Path lock() {
        return folder.resolve(".lock");
    }

    Path adminKey() {
        return folder.resolve("admin.key");
    }

    Path workloads() {
        return folder.resolve("workloads");
    }

    Path workloadKey(String name) {
        return workloads().resolve(name + ".key");
    }

    Path secrets() {
        return folder.resolve("secrets");
    }

    Path secret(String name) {
        return secrets().resolve(name);
    }

    Path secretFile(String name, String file) {
        return secret(name).resolve(file);
    }

    @NotSecret("the index is public")
    byte[] readIndex() throws BrokerException {
        try {
            return Files.readAllBytes(index());
        } catch (NoSuchFileException e) {
            throw broken(
                    "there is no vault in " + folder
                            + ": its index is missing; make one with 'lethe vault init " + folder
                            + "', restore it, or correct the path",
                    e);
        } catch (IOException e) {
            throw unreadable("the vault's index " + index(), e);
        }
    }

    BrokerException unreadable(String what, IOException e) {
        if (e instanceof AccessDeniedException) {
            return broken(
                    what + " may not be read by this process's user; give it the right to read it and its folders", e);
        }
        String detail = e instanceof CharacterCodingException ? "not text" : e.getMessage();
        return broken(what + " cannot be read (" + detail + ")", e);
    }

    private static BrokerException broken(String message, IOException e) {
        return new BrokerException(BrokerException.Kind.BROKEN, message, e);
    }
}
