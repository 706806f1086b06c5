package io.lethe.broker.vault;

import io.lethe.broker.BrokerException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * In whose hands an application's config, vault, audit folder and lethe.jar are. Where its own user can change one of them, who
 * took over the application changes its rules, or its trail, too: decisions and chains then say {@code self-administered}.
 *
 * <p>An audit folder is written by the application in any case. It counts where the application could also take away what others
 * wrote there; a folder of root's with the sticky bit (mode 1770) does not. What it wrote itself it can always write anew.
 *
 * <p>Loaded by the agent loader and the command line's. Complete it before it is shared; then thread-safe: it looks anew at each
 * call, a few dozen system calls.
 */
public final class Custody {

    /** On decisions of an application whose own user can change what they rest on. */
    public static final String SELF_ADMINISTERED = "self-administered";

    private final Writable writable;
    private final boolean required;
    private final Map<Path, String> files = new LinkedHashMap<>();
    private @Nullable Path adminKey;
    private @Nullable Path trail;

    private Custody(Writable writable, boolean required) {
        this.writable = writable;
        this.required = required;
    }

    /** Looks at nothing. */
    public static Custody none() {
        return new Custody(new Writable(-1), false);
    }

    /**
     * To be completed with what is to be looked at.
     *
     * @param uid of this process, as the kernel says it; null where that is not known, which counts as everybody's
     * @param required whether an application that administers itself gets no secret
     */
    public static Custody of(@Nullable String uid, boolean required) {
        int number;
        try {
            number = uid == null ? -1 : Integer.parseInt(uid);
        } catch (NumberFormatException e) {
            number = -1;
        }
        return new Custody(new Writable(number), required);
    }

    public Custody config(Path file) {
        files.put(file, "config");
        return this;
    }

    /** The folder, the index and the secrets in it; and its admin key, if it lies there, which this user must not even read. */
    public Custody vault(Path folder) {
        VaultFolder vault = new VaultFolder(folder);
        files.put(folder, "vault");
        files.put(vault.index(), "vault");
        files.put(vault.secrets(), "vault");
        adminKey = vault.adminKey();
        return this;
    }

    /** The grants of a broker that keeps none itself, and the folder that they lie in. */
    public Custody grants(Path file) {
        files.put(file, "grants file");
        return this;
    }

    public Custody trail(Path folder) {
        trail = folder;
        return this;
    }

    /**
     * Who vouches for a server that is asked: the decision point, or the one that keeps the secrets.
     *
     * @param key of the config, which names the file
     */
    public Custody authorities(Path file, String key) {
        files.put(file, key);
        return this;
    }

    public Custody jar(Path file) {
        files.put(file, "agent jar");
        return this;
    }

    /** What this user can change, and how, one line each; of each kind the first that is found. */
    public List<String> found() {
        Map<String, String> found = new LinkedHashMap<>();
        for (Map.Entry<Path, String> file : files.entrySet()) {
            if (!found.containsKey(file.getValue())) {
                note(found, file.getValue(), file.getKey(), writable.how(file.getKey()));
            }
        }
        Path key = adminKey;
        if (key != null && !found.containsKey("vault") && Files.isReadable(key)) {
            note(found, "vault", key, "may read the admin key");
        }
        if (trail != null) {
            note(found, "audit folder", trail, writable.howIfShared(trail));
        }
        return new ArrayList<>(found.values());
    }

    private static void note(Map<String, String> found, String what, Path path, @Nullable String how) {
        if (how != null) {
            found.put(what, what + " " + path + ": it " + how);
        }
    }

    /** Whether anything is {@link #found()}. */
    public boolean isSelfAdministered() {
        return !found().isEmpty();
    }

    /** Why no secret is handed out, in one line that names the path; null where that is no reason. */
    public @Nullable String refusal() {
        return required ? refusal(found()) : null;
    }

    private static @Nullable String refusal(List<String> found) {
        return found.isEmpty()
                ? null
                : "require-root-owned: true, but this process's own user can change the " + found.get(0)
                        + "; let root own it and the folders above it, and nobody else write them";
    }

    /**
     * What decisions are marked with.
     *
     * @throws BrokerException where the configuration asks for more and no secret may be handed out
     */
    public Set<String> marks() throws BrokerException {
        if (files.isEmpty() && trail == null) {
            return Collections.emptySet();
        }
        List<String> found = found();
        String refusal = required ? refusal(found) : null;
        if (refusal != null) {
            throw new BrokerException(BrokerException.Kind.BROKEN, refusal);
        }
        Set<String> marks = new TreeSet<>();
        if (!found.isEmpty()) {
            marks.add(SELF_ADMINISTERED);
        }
        return marks;
    }
}
