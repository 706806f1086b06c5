package io.lethe.cli;

import io.lethe.broker.BrokerException;
import io.lethe.broker.audit.AuditException;
import io.lethe.broker.vault.Vault;
import io.lethe.secret.Wipe;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lethe vault put}: stores a secret byte for byte. */
@Command(
        name = "put",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = {
            "Stores a secret, or a new version of it. The value comes from standard input byte for byte, from a terminal "
                    + "without echo; never from an argument.",
            "printf %%s \"$PASSWORD\" | lethe vault put orders-db"
        })
final class VaultPut implements Callable<Integer> {

    private final Streams streams;

    @Parameters(paramLabel = "NAME", description = "Name of the secret, as in lethe:NAME.")
    private String name = "";

    @Option(names = "--field", paramLabel = "F", description = "Field of the secret (default: password).")
    private String field = "password";

    @Option(names = "--username", paramLabel = "U", description = "Also set the secret's user name, which is public.")
    private @Nullable String username;

    @Mixin
    private Reason reason = new Reason();

    @Mixin
    private Place place = new Place();

    VaultPut(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CliException, BrokerException, AuditException {
        Vault vault = place.vault();
        // A broken vault is known before anybody types.
        vault.list();
        byte[] value = SecretInput.read(streams, field + " of " + name);
        try (Actor actor = Actor.begin(
                place, "put", Actor.values("secret", name, "field", field, "username", username), reason.text())) {
            boolean lineBreak = SecretInput.endsWithLineBreak(value);
            long version = vault.put(name, field, value, username);
            actor.done("version", version);
            if (lineBreak) {
                SecretInput.warnOfLineBreak(streams, "put");
            }
            streams.out.println("stored " + field + " of lethe:" + name + ", version " + version);
            return ExitCode.DONE;
        } catch (IllegalArgumentException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        } finally {
            Wipe.bytes(value);
        }
    }
}
