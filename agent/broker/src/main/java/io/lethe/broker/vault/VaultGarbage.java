package io.lethe.broker.vault;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Removes files of the vault that its index does not name: old versions, and what a command left that was killed.
 *
 * <p>Loaded by the command line's loader. To be called under the lock, after the index is durable. Only files in the
 * form of ours are touched.
 */
final class VaultGarbage {

    private VaultGarbage() {}

    static void remove(VaultFolder folder, Index index) throws IOException {
        removeTemporary(folder.path());
        removeTemporary(folder.workloads());
        if (!Files.isDirectory(folder.secrets())) {
            return;
        }
        try (DirectoryStream<Path> secrets = Files.newDirectoryStream(folder.secrets())) {
            for (Path secret : secrets) {
                if (Files.isDirectory(secret)) {
                    Index.Secret known = index.secrets.get(String.valueOf(secret.getFileName()));
                    removeUnknown(secret, known == null ? new HashSet<>() : filesOf(known));
                }
            }
        }
    }

    static Set<String> filesOf(Index.Secret secret) {
        Set<String> files = new HashSet<>();
        for (Index.Field field : secret.fields.values()) {
            files.add(field.file);
            if (field.previous != null) {
                files.add(field.previous.file);
            }
        }
        return files;
    }

    private static void removeUnknown(Path secret, Set<String> known) throws IOException {
        boolean empty = true;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(secret)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (AtomicFile.isTemporary(file) || (name.endsWith(".age") && !known.contains(name))) {
                    Files.deleteIfExists(file);
                } else {
                    empty = false;
                }
            }
        }
        if (empty && known.isEmpty()) {
            Files.deleteIfExists(secret);
        }
    }

    private static void removeTemporary(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                if (AtomicFile.isTemporary(file)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
