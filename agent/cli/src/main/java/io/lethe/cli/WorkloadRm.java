package io.lethe.cli;

import io.lethe.broker.BrokerException;
import io.lethe.broker.audit.AuditException;
import io.lethe.broker.vault.VaultKeys;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lethe workload rm}: takes an application all that it was granted. */
@Command(
        name = "rm",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Removes a workload and its grants, and encrypts what it could open anew, without it.")
final class WorkloadRm implements Callable<Integer> {

    private final Streams streams;

    @Parameters(paramLabel = "NAME", description = "Name of the workload.")
    private String name = "";

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin
    private Reason reason = new Reason();

    @Mixin
    private Place place = new Place();

    WorkloadRm(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CliException, BrokerException, AuditException {
        VaultKeys keys = place.vault().keys();
        Set<String> secrets;
        try (Actor actor = Actor.begin(place, "workload-rm", Actor.values("workload", name), reason.text())) {
            secrets = keys.removeWorkload(name);
            actor.done("secrets", secrets);
        }
        if (json) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("removed", name);
            answer.put("rotate", new ArrayList<Object>(secrets));
            streams.json(answer);
            return ExitCode.DONE;
        }
        streams.out.println("removed workload " + name + (secrets.isEmpty() ? "; it was granted nothing" : ""));
        for (String secret : secrets) {
            streams.out.println("lethe:" + secret + ": " + Revoked.mustBeRotated(secret));
        }
        return ExitCode.DONE;
    }
}
