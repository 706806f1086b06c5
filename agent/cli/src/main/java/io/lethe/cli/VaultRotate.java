package io.lethe.cli;

import io.lethe.broker.BrokerException;
import io.lethe.broker.audit.AuditException;
import io.lethe.broker.vault.Vault;
import io.lethe.secret.Wipe;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lethe vault rotate}: a new version of a secret, with a way back to the one before. */
@Command(
        name = "rotate",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = {
            "Stores a new version of a secret, which running JVMs use from their next login on. The value comes in as for "
                    + "'vault put'. With --grace the version before stays in the vault for that long, for the way back: "
                    + "'vault get NAME --secret-version N'. No application gets it.",
            "printf %%s \"$NEW\" | lethe vault rotate orders-db --grace 24h"
        })
final class VaultRotate implements Callable<Integer> {

    private static final long MAX_GRACE = TimeUnit.DAYS.toSeconds(3650);

    private final Streams streams;

    @Parameters(paramLabel = "NAME", description = "Name of the secret, as in lethe:NAME.")
    private String name = "";

    @Option(names = "--field", paramLabel = "F", description = "Field of the secret (default: password).")
    private String field = "password";

    @Option(names = "--grace", paramLabel = "24h", description = "How long the version before is kept (default: not).")
    private @Nullable String grace;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin
    private Reason reason = new Reason();

    @Mixin
    private Place place = new Place();

    VaultRotate(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CliException, BrokerException, AuditException {
        long until = grace == null ? 0 : System.currentTimeMillis() / 1000 + seconds(grace);
        Vault vault = place.vault();
        vault.list();
        byte[] value = SecretInput.read(streams, "new " + field + " of " + name);
        long version;
        try (Actor actor = Actor.begin(
                place,
                "rotate",
                Actor.values("secret", name, "field", field, "previousUntil", until == 0 ? null : until),
                reason.text())) {
            boolean lineBreak = SecretInput.endsWithLineBreak(value);
            version = vault.rotate(name, field, value, until);
            actor.done("version", version);
            if (lineBreak) {
                SecretInput.warnOfLineBreak(streams, "rotate");
            }
        } catch (IllegalArgumentException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        } finally {
            Wipe.bytes(value);
        }
        if (json) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("secret", name);
            answer.put("field", field);
            answer.put("version", version);
            if (until > 0) {
                answer.put("previous-until", until);
            }
            streams.json(answer);
        } else {
            streams.out.println("rotated " + field + " of lethe:" + name + " to version " + version + "; "
                    + (until == 0
                            ? "the version before is gone"
                            : "the version before is kept until " + Instant.ofEpochSecond(until)));
        }
        return ExitCode.DONE;
    }

    private static long seconds(String grace) throws CliException {
        long seconds = Times.seconds(grace);
        if (seconds > MAX_GRACE) {
            throw CliException.usage("--grace is at most 87600h (3650 days), not " + grace);
        }
        return seconds;
    }
}
