package io.lethe.cli;

import io.lethe.broker.BrokerException;
import io.lethe.broker.audit.AuditException;
import io.lethe.broker.vault.VaultExport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lethe vault export}: all secrets, encrypted to a key that need not be the vault's. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = {
            "Writes each secret as an age file for one recipient, DIR/NAME/FIELD.age, and DIR/INDEX.json with what is public. The way out of Lethe, "
                    + "and a backup that does not need the admin key. Nothing is written in the clear.",
            "lethe vault export /backup/lethe --recipient age1... --reason \"yearly backup\""
        })
final class VaultExportCommand implements Callable<Integer> {

    private final Streams streams;

    @Parameters(paramLabel = "DIR", description = "Where the files go; empty, or not there yet.")
    private @Nullable Path folder;

    @Option(names = "--recipient", required = true, paramLabel = "age1...", description = "The key that opens them.")
    private String recipient = "";

    @Option(names = "--reason", required = true, paramLabel = "R", description = "Why; the audit trail keeps it.")
    private String reason = "";

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin
    private Place place = new Place();

    VaultExportCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CliException, BrokerException, AuditException {
        Path where = Objects.requireNonNull(folder).toAbsolutePath();
        VaultExport export;
        try {
            export = new VaultExport(place.vault(), recipient);
        } catch (IllegalArgumentException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        }
        // A vault that cannot be read needs no line about what left it.
        place.vault().list();
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", "export");
        event.put("recipient", recipient);
        Actor.record(place, "lethe-vault-export", event, reason);
        List<String> files = export.to(where);
        if (json) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("folder", where.toString());
            answer.put("files", new ArrayList<Object>(files));
            streams.json(answer);
        } else {
            streams.out.println(
                    "exported " + files.size() + " files to " + where + "; each opens with: age -d -i IDENTITY FILE");
        }
        return ExitCode.DONE;
    }
}
