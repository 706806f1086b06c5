package io.lethe.cli;

import io.lethe.broker.BrokerException;
import io.lethe.broker.audit.AuditException;
import io.lethe.broker.vault.VaultKeys;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lethe workload add}: one more application, with an identity of its own. */
@Command(
        name = "add",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = {
            "Adds a workload, which is granted nothing yet, and writes its age identity with mode 0400. Or takes the public "
                    + "key of an identity that was made where it is used (age-keygen), and never sees the private one.",
            "lethe workload add billing --identity /etc/billing/lethe-identity"
        })
final class WorkloadAdd implements Callable<Integer> {

    private final Streams streams;

    @Parameters(paramLabel = "NAME", description = "Name of the workload, as in the config's workload: NAME.")
    private String name = "";

    @Option(
            names = "--identity",
            paramLabel = "FILE",
            description = "Where its identity goes; one that is there and nobody's is taken up "
                    + "(default: workloads/NAME.key in the vault).")
    private @Nullable Path identity;

    @Option(names = "--recipient", paramLabel = "age1...", description = "Its public key; nothing is written then.")
    private @Nullable String recipient;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin
    private Reason reason = new Reason();

    @Mixin
    private Place place = new Place();

    WorkloadAdd(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CliException, BrokerException, AuditException {
        if (identity != null && recipient != null) {
            throw CliException.usage("--recipient is for an identity that exists; --identity makes one");
        }
        VaultKeys keys = place.vault().keys();
        try (Actor actor = Actor.begin(place, "workload-add", Actor.values("workload", name), reason.text())) {
            Path file = identity != null ? identity.toAbsolutePath() : keys.identityFile(name);
            String key = recipient;
            if (key != null) {
                keys.addRecipient(name, key);
                file = null;
            } else {
                key = keys.addWorkload(name, file);
            }
            actor.done("recipient", key, "identity", file == null ? null : file.toString());
            say(key, file);
        } catch (IllegalArgumentException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        }
        return ExitCode.DONE;
    }

    private void say(String key, @Nullable Path file) {
        if (json) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("workload", name);
            answer.put("recipient", key);
            if (file != null) {
                answer.put("identity", file.toString());
            }
            streams.json(answer);
            return;
        }
        streams.out.println("added workload " + name + " with the public key " + key);
        if (file != null) {
            streams.out.println(
                    "Its identity is " + file + " (mode 0400): make the application's user its owner, and say in"
                            + " the application's lethe.yaml:");
        } else {
            streams.out.println("Say in the application's lethe.yaml:");
        }
        streams.out.println("workload: " + name);
        streams.out.println("identity: " + (file == null ? "FILE" : file));
    }
}
