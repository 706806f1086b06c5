package io.lethe.cli;

import io.lethe.broker.BreakGlass;
import io.lethe.broker.BrokerException;
import io.lethe.broker.audit.AuditException;
import io.lethe.broker.json.Json;
import io.lethe.broker.vault.Vault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lethe break-glass}: an override for one secret and target, for some hours, signed and loud. */
@Command(
        name = "break-glass",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = {
            "For a night on which Lethe would stop an application: signs an override for one secret and target, at most 24h. "
                    + "A driver of which what lies beside the password's proof is not recognised then gets the reference; where the audit trail cannot be "
                    + "written, its records go to standard error; and with --bundle a folder beside the config speaks for a "
                    + "vault that cannot be read. It grants nothing. Each use is a line on standard error and a record.",
            "lethe break-glass --secret orders-db --target postgresql://db:5432/orders --for 2h --reason 'INC-4711'"
        })
final class BreakGlassCommand implements Callable<Integer> {

    private final Streams streams;

    @Option(names = "--secret", paramLabel = "S", description = "Name of the secret, as in lethe:S.")
    private @Nullable String secret;

    @Option(names = "--target", paramLabel = "T", description = "Such as postgresql://db:5432/orders.")
    private @Nullable String target;

    @Option(names = "--for", paramLabel = "2h", description = "How long; at most 24h.")
    private @Nullable String duration;

    @Option(names = "--reason", paramLabel = "R", description = "Why; the records keep it.")
    private @Nullable String reason;

    @Option(
            names = "--bundle",
            paramLabel = "DIR",
            description =
                    "Also take the secrets of all overrides along, encrypted as they are, for when the vault cannot be "
                            + "read; applications look in the folder break-glass beside their config.")
    private @Nullable Path bundle;

    @Option(names = "--list", description = "Show the overrides that hold now.")
    private boolean list;

    @Option(names = "--end", paramLabel = "ID", description = "End this one before its time; --reason says why.")
    private @Nullable String end;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin
    private Place place = new Place();

    BreakGlassCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CliException, BrokerException {
        boolean makes = secret != null || target != null || duration != null || bundle != null;
        if ((makes ? 1 : 0) + (list ? 1 : 0) + (end != null ? 1 : 0) != 1) {
            throw CliException.usage(
                    "say --secret S --target T --for 2h --reason R, or --list, or --end ID --reason R");
        }
        Vault vault = place.vault();
        if (list) {
            return list(vault.breakGlasses());
        }
        String why = reason;
        if (why == null) {
            throw CliException.usage("the records want to know why: say --reason TEXT");
        }
        if (end != null) {
            record("end", end, null, why);
            BreakGlass ended = vault.endBreakGlass(end);
            print("ended ", ended);
            return ExitCode.DONE;
        }
        if (secret == null || target == null || duration == null) {
            throw CliException.usage("an override needs --secret S, --target T and --for 2h");
        }
        try {
            long seconds = Times.seconds(duration);
            if (seconds > BreakGlass.MAX_SECONDS) {
                throw CliException.usage("--for is at most 24h, not " + duration);
            }
            vault.list();
            record("begin", secret, target, why);
            BreakGlass made = vault.breakGlass(
                    secret, target, seconds, Actor.name(), why, bundle == null ? null : bundle.toAbsolutePath());
            print("in force: ", made);
            return ExitCode.DONE;
        } catch (IllegalArgumentException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        }
    }

    /** On a night with a full disk the trail cannot take it either; the override itself, which is signed, says who and why. */
    private void record(String what, String subject, @Nullable String at, String why) throws CliException {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", BreakGlass.MARK);
        event.put("change", what);
        event.put(at == null ? "override" : "secret", subject);
        if (at != null) {
            event.put("target", at);
            event.put("for", String.valueOf(duration));
        }
        try {
            Actor.record(place, "lethe-break-glass", event, why);
        } catch (AuditException e) {
            streams.err.println("lethe break-glass: " + e.getMessage() + "; what it would say follows");
            byte[] line = Json.write(event);
            streams.err.write(line, 0, line.length);
            streams.err.println();
        }
    }

    private void print(String before, BreakGlass override) {
        if (json) {
            streams.json(override.toJson());
        } else {
            streams.out.println(before + override);
        }
    }

    private Integer list(List<BreakGlass> overrides) {
        if (json) {
            List<Object> all = new ArrayList<>();
            overrides.forEach(override -> all.add(override.toJson()));
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("overrides", all);
            streams.json(answer);
        } else if (overrides.isEmpty()) {
            streams.out.println("no override is in force");
        } else {
            overrides.forEach(override -> streams.out.println(override.toString()));
        }
        return ExitCode.DONE;
    }
}
