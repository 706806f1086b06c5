package io.lethe.cli;

import io.lethe.broker.BrokerException;
import io.lethe.broker.audit.AuditException;
import io.lethe.broker.vault.Vault;
import io.lethe.secret.Sealed;
import io.lethe.secret.Window;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lethe vault get}: the way back. Shows a secret with the admin key, after the audit trail has it. */
@Command(
        name = "get",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description =
                "Writes a secret to standard output, byte for byte, with the admin key: the way back out of Lethe.")
final class VaultGet implements Callable<Integer> {

    private final Streams streams;

    @Parameters(paramLabel = "NAME", description = "Name of the secret, as in lethe:NAME.")
    private String name = "";

    @Option(names = "--field", paramLabel = "F", description = "Field of the secret (default: password).")
    private String field = "password";

    @Option(names = "--reveal", description = "Say that the secret is to leave the vault.")
    private boolean reveal;

    @Option(names = "--reason", paramLabel = "R", description = "Why; the audit trail keeps it, with who you are.")
    private String reason = "";

    @Option(names = "--secret-version", paramLabel = "N", description = "Of this version (default: the newest).")
    private long version;

    @Option(names = "--force", description = "Even onto a terminal.")
    private boolean force;

    @Mixin
    private Place place = new Place();

    VaultGet(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CliException, BrokerException, AuditException {
        if (!reveal) {
            throw CliException.usage("this shows the secret: say --reveal if that is meant");
        }
        if (reason.isEmpty()) {
            throw CliException.usage("the audit trail wants to know why: say --reason TEXT");
        }
        if (streams.outIsTerminal && !force) {
            throw CliException.usage("standard output is a terminal: redirect it, or say --force");
        }
        Vault vault = place.vault();
        try (Sealed secret = vault.reveal(name, field, version)) {
            Actor.record(place, "lethe-vault-get", event(), reason);
            try (Window window = secret.open()) {
                streams.bytes(window.bytes());
            }
        }
        return ExitCode.DONE;
    }

    private Map<String, Object> event() {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", "reveal");
        event.put("secret", name);
        event.put("field", field);
        if (version != 0) {
            event.put("version", version);
        }
        return event;
    }
}
