package io.lethe.cli;

import io.lethe.broker.BrokerException;
import io.lethe.broker.vault.VaultCheck;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lethe vault check}: whether a vault is what its index says. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description =
                "Compares a vault with its index: signature, digests, recipients and grants, file modes. With the "
                        + "admin key each file is opened, too. Changes and shows nothing. Exit code 1: something is broken; 3: "
                        + "the index cannot be read.")
final class VaultCheckCommand implements Callable<Integer> {

    private final Streams streams;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin
    private Place place = new Place();

    VaultCheckCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CliException, BrokerException {
        VaultCheck check = place.check();
        check.run();
        boolean sound = check.broken().isEmpty();
        if (json) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("sound", sound);
            answer.put("files", check.files());
            answer.put("opened", check.opened());
            answer.put("broken", new ArrayList<Object>(check.broken()));
            answer.put("notes", new ArrayList<Object>(check.notes()));
            streams.json(answer);
        } else {
            for (String line : check.broken()) {
                streams.out.println("BROKEN  " + line);
            }
            for (String line : check.notes()) {
                streams.out.println("note    " + line);
            }
            streams.out.println(
                    (sound ? "ok      " : "BROKEN  ") + place.vaultFolder() + ": " + check.files() + " secret files"
                            + (check.opened() ? ", each opened with the admin key" : ", compared with the index"));
        }
        return sound ? ExitCode.DONE : ExitCode.NO;
    }
}
