package io.lethe.cli;

import io.lethe.broker.BrokerException;
import io.lethe.broker.Explanation;
import io.lethe.broker.Position;
import io.lethe.broker.Request;
import io.lethe.broker.Target;
import io.lethe.broker.TargetPattern;
import io.lethe.broker.Workload;
import io.lethe.broker.ask.AuthZen;
import io.lethe.broker.json.Json;
import io.lethe.broker.vault.VaultBroker;
import io.lethe.secret.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lethe explain}: what would be decided, by which rule, and what each grant says to it. Opens no secret. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = {
            "Shows whether a workload would get a secret for a target, and why. Exit code 1: denied.",
            "For http and https: by the method GET in the header Authorization, unless you say otherwise."
        })
final class ExplainCommand implements Callable<Integer> {

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

    private final Streams streams;

    @Option(names = "--secret", required = true, paramLabel = "S", description = "Name, or reference (lethe:S#field).")
    private String secret = "";

    @Option(names = "--target", required = true, paramLabel = "T", description = "Such as postgresql://db:5432/orders.")
    private String target = "";

    @Option(names = "--user", paramLabel = "U", description = "The user beside the reference; else the secret's own.")
    private @Nullable String user;

    @Option(names = "--via", paramLabel = "OPTION=VALUE", description = "A driver option that reroutes or weakens.")
    private List<String> via = new ArrayList<>();

    @Mixin
    private Positions positions = new Positions();

    @Option(names = "--workload", paramLabel = "NAME", description = "Name in the vault (default: the config's).")
    private @Nullable String workload;

    @Mixin
    private Selectors selectors = new Selectors();

    @Option(names = "--at", paramLabel = "TIME", description = "At this instant, such as 2027-01-31T18:00:00Z.")
    private @Nullable String at;

    @Option(names = "--ask", description = "Ask the decision point of the config, too.")
    private boolean ask;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin
    private Place place = new Place();

    ExplainCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CliException, BrokerException {
        Request request = request();
        Explanation explanation;
        try (VaultBroker broker = new VaultBroker(place.vaultFolder(), place.pinnedKey(), null, workloadName())) {
            explanation = asked(request, broker.explain(request, now()));
        }
        if (json) {
            streams.bytes(Json.writePretty(explanation.toJson()));
        } else {
            for (String line : explanation.lines()) {
                streams.out.println(line);
            }
            if (request.target().scheme().equals("http")) {
                streams.out.println(
                        "a grant for http:// is consent to plain HTTP: whatever answers under that name, and whoever"
                                + " listens, gets the secret");
            }
        }
        return explanation.decision().allowed() ? ExitCode.DONE : ExitCode.NO;
    }

    private long now() throws CliException {
        return at == null ? TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis()) : Times.moment(at);
    }

    /** With what the decision point of the config says, or that it is still to be asked. */
    private Explanation asked(Request request, Explanation granted) throws CliException, BrokerException {
        AuthZen other = place.readsConfig() ? place.config().ask() : null;
        if (other == null) {
            if (ask) {
                throw CliException.usage("--ask needs a config that names a decision point (ask: https://...)");
            }
            return granted;
        }
        if (!granted.decision().allowed()) {
            return granted;
        }
        if (!ask) {
            return granted.with(granted.decision(), other.address().toString());
        }
        long deadline = System.nanoTime() + PATIENCE;
        return granted.with(other.decide(request, granted.decision(), now(), deadline), null);
    }

    private Request request() throws CliException {
        try {
            Reference reference =
                    Reference.parse(Reference.claims(secret) ? secret : Reference.PREFIX + secret, "password");
            Workload who = new Workload(workloadName(), selectors.ofWorkload(), "self");
            String action = TargetPattern.parse(target).defaultAction();
            String name = Objects.requireNonNull(reference).name();
            if (action.equals("request")) {
                return http(who, name, reference.field()).by(selectors.caller());
            }
            if (!positions.asked().isEmpty() || !positions.methods().isEmpty()) {
                throw CliException.usage(
                        "--header, --cookie, --form, --query, --path and --method are about http and https");
            }
            return new Request(who, name, reference.field(), Target.parse(target), action, user, via)
                    .by(selectors.caller());
        } catch (IllegalArgumentException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        }
    }

    private Request http(Workload who, String name, String field) throws CliException {
        if (user != null) {
            throw CliException.usage("--user is about databases; an HTTP request has none that a grant names");
        }
        List<String> asked = positions.asked();
        List<String> methods = positions.methods();
        if (asked.size() > 1 || methods.size() > 1) {
            throw CliException.usage("a request has one method, and one position is asked for at a time");
        }
        return Request.http(
                who,
                name,
                field,
                Target.parse(target),
                methods.isEmpty() ? "GET" : methods.get(0),
                asked.isEmpty() ? Position.header("Authorization") : asked.get(0),
                via);
    }

    private String workloadName() throws CliException {
        return workload != null ? workload : place.workload();
    }
}
