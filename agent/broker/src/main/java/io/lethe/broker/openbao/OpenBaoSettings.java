package io.lethe.broker.openbao;

import io.lethe.broker.transport.Authorities;
import io.lethe.broker.transport.ServerAddress;
import java.io.File;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Which server, and where on it.
 *
 * <p>Loaded by the agent loader and the command line's. Immutable. Nothing of it is secret. What cannot be is an
 * {@link IllegalArgumentException} with a line for people.
 */
public final class OpenBaoSettings {

    final ServerAddress server;
    final Authorities authorities;
    final String mount;
    final String folder;
    final @Nullable String namespace;
    final Path grants;

    /**
     * @param authorities certificates, in PEM, that vouch for the server; null for the JVM's default trust store
     * @param mount of the KV engine, version 2
     * @param folder in it in which each secret lies under its name; empty for none
     * @param grants the file that says who may use which secret where, see {@link GrantsFile}
     */
    public OpenBaoSettings(
            ServerAddress server,
            @Nullable File authorities,
            String mount,
            String folder,
            @Nullable String namespace,
            Path grants) {
        this.server = server;
        this.authorities = new Authorities(authorities);
        this.mount = path(mount, "mount");
        this.folder = folder.isEmpty() ? "" : path(folder, "path");
        this.namespace = namespace == null ? null : path(namespace, "namespace");
        this.grants = grants;
    }

    /** Where a secret is read. */
    String dataPath(String secret) {
        return mount + "/data/" + (folder.isEmpty() ? "" : folder + "/") + secret;
    }

    /** Segments that need no percent form, with single slashes between them. */
    static String path(String text, String what) {
        boolean first = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain =
                    c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "-_.~".indexOf(c) >= 0;
            if (!plain && !(c == '/' && !first && i < text.length() - 1)) {
                throw new IllegalArgumentException(wrong(what));
            }
            // Not "..", which somebody on the way could take at its word.
            if (first && c == '.') {
                throw new IllegalArgumentException(wrong(what));
            }
            first = c == '/';
        }
        if (text.isEmpty()) {
            throw new IllegalArgumentException(wrong(what));
        }
        return text;
    }

    private static String wrong(String what) {
        return "openbao." + what + " is a path of letters, digits and - _ . ~ without a slash at its ends";
    }
}
