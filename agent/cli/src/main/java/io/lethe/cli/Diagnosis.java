package io.lethe.cli;

import io.lethe.broker.BreakGlass;
import io.lethe.broker.BrokerException;
import io.lethe.broker.Grant;
import io.lethe.broker.WorkloadProbe;
import io.lethe.broker.ask.AuthZen;
import io.lethe.broker.openbao.Credential;
import io.lethe.broker.openbao.OpenBaoHealth;
import io.lethe.broker.vault.Custody;
import io.lethe.broker.vault.SecretInfo;
import io.lethe.broker.vault.Vault;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What {@code doctor} looks at, in the order in which an application meets it. Used by one thread; changes nothing. */
final class Diagnosis {

    /** How much it matters. */
    enum Level {
        OK("ok    "),
        WARNING("note  "),
        BROKEN("BROKEN");

        final String shown;

        Level(String shown) {
            this.shown = shown;
        }
    }

    /** One line of the answer. */
    static final class Finding {
        final Level level;
        final String what;
        final String text;

        Finding(Level level, String what, String text) {
            this.level = level;
            this.what = what;
            this.text = text;
        }

        Map<String, Object> toJson() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("level", level.shown);
            map.put("what", what);
            map.put("text", text);
            return map;
        }
    }

    private final Place place;
    private final List<Finding> findings = new ArrayList<>();

    Diagnosis(Place place) {
        this.place = place;
    }

    List<Finding> run() {
        jdk();
        try {
            config();
            ask();
            if (place.isOpenBao()) {
                openBao();
            } else {
                vault();
                identity();
            }
            audit();
            custody();
        } catch (CliException e) {
            // Nothing behind it can be looked at.
            add(Level.BROKEN, "config", String.valueOf(e.getMessage()));
        }
        return findings;
    }

    private void jdk() {
        String version = System.getProperty("java.version", "?");
        String problem = JdkVersion.problem(version);
        // Newer than tested is no reason to fail: fingerprints decide, class by class.
        Level level = problem == null ? Level.OK : problem.startsWith("newer") ? Level.WARNING : Level.BROKEN;
        add(level, "jdk", version + (problem == null ? "" : ": " + problem));
    }

    private void config() throws CliException {
        if (place.readsConfig()) {
            add(Level.OK, "config", place.config().file() + " is well-formed");
            if (!place.config().enabled()) {
                add(Level.WARNING, "config", "enabled: false: every reference is refused");
            }
            if (place.config().observe()) {
                add(Level.WARNING, "config", "mode: observe: decisions are logged and nothing resolves");
            }
        }
    }

    private void ask() throws CliException {
        AuthZen other = place.readsConfig() ? place.config().ask() : null;
        if (other != null) {
            add(
                    other.address().isOpen() ? Level.WARNING : Level.OK,
                    "ask",
                    other.address()
                            + (other.address().isOpen()
                                    ? " is asked too, without TLS: whoever is on the way can answer in its place"
                                    : " is asked too, and must allow each acquire"));
        }
    }

    private void openBao() throws CliException {
        try {
            List<Grant> grants = place.grantsFile().list();
            add(Level.OK, "grants", place.config().grantsFile() + " holds " + grants.size() + " grants");
            for (Grant grant : grants) {
                for (String warning : GrantText.warnings(grant, System.currentTimeMillis() / 1000)) {
                    add(Level.WARNING, "grants", warning);
                }
            }
        } catch (BrokerException e) {
            add(Level.BROKEN, "grants", String.valueOf(e.getMessage()));
        }
        try {
            add(Level.OK, "openbao", OpenBaoHealth.look(place.openBao()));
        } catch (BrokerException e) {
            add(Level.BROKEN, "openbao", String.valueOf(e.getMessage()));
        }
        Credential credential = place.credential();
        keyFile(credential.what(), credential.file());
    }

    private void vault() throws CliException {
        try {
            Vault vault = place.vault();
            List<SecretInfo> secrets = vault.list();
            List<Grant> grants = vault.grants();
            add(
                    Level.OK,
                    "vault",
                    place.vaultFolder() + " holds " + secrets.size() + " secrets, " + grants.size() + " grants");
            pinned(vault.verifyingKey());
            for (Grant grant : grants) {
                for (String warning : GrantText.warnings(grant, System.currentTimeMillis() / 1000)) {
                    add(Level.WARNING, "vault", warning);
                }
            }
            for (BreakGlass override : vault.breakGlasses()) {
                add(Level.WARNING, "vault", "an override is in force: " + override);
            }
        } catch (BrokerException e) {
            add(Level.BROKEN, "vault", String.valueOf(e.getMessage()));
        }
    }

    private void pinned(String key) throws CliException {
        String pinned = place.pinnedKey();
        if (pinned == null) {
            add(Level.WARNING, "vault", "its key is not pinned: add vault-key: " + key + " to the config");
        } else if (pinned.equals(key)) {
            add(Level.OK, "vault", "its key is the pinned one");
        } else {
            add(Level.BROKEN, "vault", "its key is " + key + ", not the pinned one: another vault, or a forged one");
        }
    }

    private void identity() throws CliException {
        keyFile("identity", place.identity());
    }

    /** @param what as the line calls it */
    private void keyFile(String what, Path file) throws CliException {
        try {
            if (!Files.isReadable(file)) {
                add(Level.BROKEN, what, file + " is missing or not readable by this user");
                return;
            }
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            boolean open = permissions.contains(PosixFilePermission.OTHERS_READ)
                    || permissions.contains(PosixFilePermission.OTHERS_WRITE);
            boolean group = permissions.contains(PosixFilePermission.GROUP_WRITE)
                    || (permissions.contains(PosixFilePermission.GROUP_READ) && !place.groupReadsIdentity());
            add(
                    open || group ? Level.BROKEN : Level.OK,
                    what,
                    file
                            + (open
                                    ? " is open to other users: chmod o-rwx it, and consider it known"
                                    : group
                                            ? " is open to its group: chmod g-rwx it, or say identity.group-ok: true"
                                            : " is readable by this user and closed to others"));
        } catch (IOException | UnsupportedOperationException e) {
            add(Level.BROKEN, what, file + " cannot be looked at (" + e.getMessage() + ")");
        }
    }

    private void audit() throws CliException {
        File folder = place.auditFolder();
        File parent = folder.getAbsoluteFile().getParentFile();
        if (folder.isDirectory()) {
            boolean usable = folder.canWrite() && folder.canExecute();
            add(
                    usable ? Level.OK : Level.BROKEN,
                    "audit",
                    folder
                            + (usable
                                    ? " is writable by this user"
                                    : " is not writable by this user: no secret would be handed out"));
        } else if (!folder.exists() && parent != null && parent.canWrite()) {
            add(Level.OK, "audit", folder + " does not exist yet and can be made by this user");
        } else {
            add(
                    Level.BROKEN,
                    "audit",
                    folder + " does not exist and cannot be made by this user: make it, or set audit.dir");
        }
    }

    /** As this user sees it: for an answer about an application, its own user has to ask. */
    private void custody() throws CliException {
        String uid = WorkloadProbe.probe("doctor").selector("uid");
        Custody custody = place.custody(uid);
        String refusal = custody.refusal();
        List<String> found = custody.found();
        if (refusal != null) {
            add(Level.BROKEN, "ownership", refusal);
        } else if (found.isEmpty()) {
            add(Level.OK, "ownership", "this user (uid " + uid + ") can change none of what Lethe rests on");
        } else {
            add(
                    Level.WARNING,
                    "ownership",
                    Custody.SELF_ADMINISTERED + ", as records will say: this user (uid " + uid + ") can change the "
                            + String.join(", the ", found));
        }
    }

    private void add(Level level, String what, String text) {
        findings.add(new Finding(level, what, text));
    }
}
