package io.lethe.cli;

import io.lethe.broker.BrokerException;
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
    private Place place = new Place();

    VaultRm(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CliException, BrokerException {
        place.vault().removeSecret(name);
        streams.out.println("removed lethe:" + name + " and its grants; who held it may have kept it");
        return ExitCode.DONE;
    }
}
