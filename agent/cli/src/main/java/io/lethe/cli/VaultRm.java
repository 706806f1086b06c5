package io.lethe.cli;

import io.lethe.broker.BrokerException;
import io.lethe.broker.audit.AuditException;
import io.lethe.broker.vault.Vault;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code lethe vault rm}: removes a secret. */
@Command(
        name = "rm",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Removes a secret with all fields, versions and grants.")
final class VaultRm implements Callable<Integer> {

    private final Streams streams;

    @Parameters(paramLabel = "NAME", description = "Name of the secret, as in lethe:NAME.")
    private String name = "";

    @Mixin
    private Reason reason = new Reason();

    @Mixin
    private Place place = new Place();

    VaultRm(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CliException, BrokerException, AuditException {
        Vault vault = place.vault();
        try (Actor actor = Actor.begin(place, "rm", Actor.values("secret", name), reason.text())) {
            vault.removeSecret(name);
            actor.done();
        }
        streams.out.println("removed lethe:" + name + " and its grants; who held it may have kept it");
        return ExitCode.DONE;
    }
}
