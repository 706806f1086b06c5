package io.lethe.cli;

import io.lethe.broker.BrokerException;
import io.lethe.broker.audit.AuditException;
import io.lethe.broker.vault.VaultKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lethe vault rekey}: another identity for a workload, or another admin key. */
@Command(
        name = "rekey",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = {
            "Replaces the identity of a workload, or the admin key, and encrypts everything that it opened to the new one.",
            "lethe vault rekey --workload billing --identity /etc/billing/lethe-identity",
            "JVMs that read that file see no gap. Under systemd's LoadCredential a JVM reads a copy that was made when its unit "
                    + "started: it gets no secret from then on until the unit is restarted.",
            "lethe vault rekey --new-admin-key /root/lethe-admin.key"
        })
final class VaultRekey implements Callable<Integer> {

    private final Streams streams;

    @Option(names = "--workload", paramLabel = "NAME", description = "The workload whose identity is replaced.")
    private @Nullable String workload;

    @Option(
            names = "--identity",
            paramLabel = "FILE",
            description = "Its identity file, replaced without a gap, or one that is not there yet "
                    + "(default: workloads/NAME.key in the vault).")
    private @Nullable Path identity;

    @Option(names = "--recipient", paramLabel = "age1...", description = "Its new public key; nothing is written then.")
    private @Nullable String recipient;

    @Option(names = "--new-admin-key", paramLabel = "FILE", description = "Where a new admin key goes instead.")
    private @Nullable Path newAdminKey;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin
    private Reason reason = new Reason();

    @Mixin
    private Place place = new Place();

    VaultRekey(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CliException, BrokerException, AuditException {
        if ((workload == null) == (newAdminKey == null)) {
            throw CliException.usage("say --workload NAME or --new-admin-key FILE");
        }
        if (recipient != null && identity != null || newAdminKey != null && (recipient != null || identity != null)) {
            throw CliException.usage("--identity and --recipient exclude each other and belong to --workload");
        }
        VaultKeys keys = place.vault().keys();
        try {
            if (newAdminKey != null) {
                admin(keys, newAdminKey.toAbsolutePath());
            } else if (workload != null) {
                workload(keys, workload);
            }
            return ExitCode.DONE;
        } catch (IllegalArgumentException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        }
    }

    private void workload(VaultKeys keys, String name) throws CliException, BrokerException, AuditException {
        String key;
        String where;
        if (recipient != null) {
            try (Actor actor = rekeying("workload", name)) {
                keys.rekeyRecipient(name, recipient);
                key = recipient;
                actor.done("recipient", key);
            }
            where = "the application needs the identity of that key from now on";
        } else {
            Path file = identity != null ? identity.toAbsolutePath() : keys.identityFile(name);
            if (identity == null && !Files.exists(file)) {
                // A key made here would be one that no JVM of the workload reads.
                throw CliException.usage("the vault holds no identity of " + name + " (" + file
                        + "); say --identity FILE with the file that its application reads, or --recipient age1...");
            }
            try (Actor actor = rekeying("workload", name)) {
                key = keys.rekeyWorkload(name, file);
                actor.done("recipient", key);
            }
            where = "its identity is " + file;
        }
        if (json) {
            say("workload", name, "recipient", key);
        } else {
            streams.out.println("workload " + name + " has the public key " + key + " now; " + where);
            streams.out.println(
                    "Whoever has the old identity can still open old copies of the files: where it got out, "
                            + "rotate the secrets, too.");
            if (recipient == null) {
                streams.out.println(
                        "Where systemd hands the identity over (LoadCredential), restart the unit now: it has a"
                                + " copy of the old one, which opens nothing any more.");
            }
        }
    }

    private void admin(VaultKeys keys, Path file) throws CliException, BrokerException, AuditException {
        String verifier;
        try (Actor actor = rekeying("adminKey", file.toString())) {
            verifier = keys.rekeyAdmin(file);
            actor.done("vaultKey", verifier);
        }
        if (json) {
            say("admin-key", file.toString(), "vault-key", verifier);
        } else {
            streams.out.println("the admin key is " + file + " now; say --admin-key " + file
                    + ", or move it to where the old one was, which opens old copies only");
            streams.out.println(
                    "Put this line into every lethe.yaml that pins the old key, and restart those JVMs, which"
                            + " refuse references until then:");
            streams.out.println("vault-key: " + verifier);
        }
    }

    private Actor rekeying(String what, String name) throws CliException, AuditException {
        return Actor.begin(place, "rekey", Actor.values(what, name), reason.text());
    }

    private void say(String what, String name, String key, String value) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put(what, name);
        answer.put(key, value);
        streams.json(answer);
    }
}
