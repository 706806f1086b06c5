package io.lethe.cli;

import io.lethe.broker.BrokerException;
import io.lethe.broker.Grant;
import io.lethe.broker.GrantBuilder;
import io.lethe.broker.audit.AuditException;
import io.lethe.broker.vault.Vault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lethe vault grant}: who may use a secret where, or no longer. */
@Command(
        name = "grant",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = {
            "Lets workloads use a secret on a target. What is not granted is denied.",
            "lethe vault grant orders-db --to postgresql://db:5432/orders --user orders",
            "lethe vault grant payments --to https://api.example/v1 --header X-Api-Key --method POST",
            "In HTTP requests it may stand in the headers Authorization and Proxy-Authorization, or, where --header, --cookie, "
                    + "--form, --query or --path are given, there only."
        })
final class VaultGrant implements Callable<Integer> {

    private static final List<String> WITH_REMOVE =
            Arrays.asList("--remove", "--json", "--reason", "--vault", "--config", "--admin-key");

    private final Streams streams;

    @Parameters(paramLabel = "NAME", arity = "0..1", description = "Name of the secret, as in lethe:NAME.")
    private @Nullable String name;

    @Option(names = "--to", paramLabel = "TARGET", description = "Such as postgresql://db:5432/orders; repeatable.")
    private List<String> targets = new ArrayList<>();

    @Option(names = "--user", paramLabel = "U", description = "User beside the reference, '*' for any; repeatable.")
    private List<String> users = new ArrayList<>();

    @Option(names = "--field", paramLabel = "F", description = "Field granted (default: password); repeatable.")
    private List<String> fields = new ArrayList<>();

    @Mixin
    private Positions positions = new Positions();

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "Trust servers (https, databases) by these certificate authorities only (PEM); repeatable.")
    private List<Path> authorities = new ArrayList<>();

    @Option(
            names = "--pin",
            paramLabel = "sha256/BASE64",
            description = "Trust servers (https, databases) with this public key only; repeatable.")
    private List<String> pins = new ArrayList<>();

    @Mixin
    private GrantLimits limits = new GrantLimits();

    @Option(
            names = "--weak",
            paramLabel = "WHAT",
            description = "Tolerate cleartext, md5 or scram-iterations; repeatable.")
    private List<String> weak = new ArrayList<>();

    @Option(
            names = "--via",
            paramLabel = "OPTION=VALUE",
            description = "Tolerate a driver option that reroutes or weakens; repeatable.")
    private List<String> via = new ArrayList<>();

    @Option(
            names = "--workload",
            paramLabel = "NAME",
            description = "Name in the vault (default: the only one there is); repeatable.")
    private List<String> workloads = new ArrayList<>();

    @Mixin
    private Selectors selectors = new Selectors();

    @Option(names = "--remove", paramLabel = "ID", description = "Remove this grant instead; 'vault list' shows ids.")
    private @Nullable String remove;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin
    private Reason reason = new Reason();

    @Mixin
    private Place place = new Place();

    @Spec
    private @Nullable CommandSpec spec;

    VaultGrant(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CliException, BrokerException, AuditException {
        if (remove != null) {
            for (OptionSpec option : spec().commandLine().getParseResult().matchedOptions()) {
                if (!WITH_REMOVE.contains(option.longestName())) {
                    throw CliException.usage("--remove takes the id of a grant and nothing else, not "
                            + option.longestName() + "; 'lethe vault revoke ID --workload NAME' takes one workload");
                }
            }
            if (name != null) {
                throw CliException.usage("--remove takes the id of a grant and nothing else");
            }
            Vault vault = place.vault();
            Grant removed;
            try (Actor actor = Actor.begin(place, "revoke", Actor.values("grant", remove), reason.text())) {
                removed = vault.removeGrant(remove);
                actor.done("secret", removed.secret(), "workloads", removed.workloads());
            }
            if (json) {
                streams.json(Revoked.answer(removed, removed.workloads()));
            } else {
                streams.out.println("removed grant " + remove + "; " + Revoked.mustBeRotated(removed.secret()));
            }
            return ExitCode.DONE;
        }
        if (name == null) {
            throw CliException.usage("name the secret: lethe vault grant NAME --to TARGET --user U");
        }
        try {
            Vault vault = place.vault();
            GrantBuilder builder = builder(name);
            Grant grant;
            try (Actor actor = Actor.begin(
                    place, "grant", Actor.values("secret", name, "targets", targets, "users", users), reason.text())) {
                grant = vault.grant(builder);
                actor.done("grant", grant.toJson());
            }
            if (json) {
                streams.json(grant.toJson());
                return ExitCode.DONE;
            }
            streams.out.println("granted " + GrantText.of(grant));
            if (grant.users().contains(Grant.ANY)) {
                streams.out.println(
                        "Any user name is granted (--user '*'): whoever chooses the user chooses the account.");
            }
            if (grant.uses() > 0) {
                streams.out.println("Each process counts its " + grant.uses()
                        + (grant.uses() == 1 ? " use" : " uses")
                        + " by itself: two JVMs have twice as many, and a restart begins anew.");
            }
            for (byte[] certificate : grant.trust().authorities()) {
                for (String warning : Certificates.warnings(certificate, System.currentTimeMillis())) {
                    streams.err.println("lethe vault grant: " + grant.id() + " " + warning);
                }
            }
            return ExitCode.DONE;
        } catch (IllegalArgumentException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        }
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(spec);
    }

    private GrantBuilder builder(String secret) throws CliException {
        GrantBuilder builder = Grant.of(secret);
        targets.forEach(builder::to);
        users.forEach(builder::user);
        fields.forEach(builder::field);
        positions.addTo(builder);
        for (Path file : authorities) {
            CaFile.read(file).forEach(builder::authority);
        }
        pins.forEach(builder::pin);
        weak.forEach(builder::weak);
        for (String option : via) {
            if (option.indexOf('=') < 1) {
                throw CliException.usage("--via wants option=value, not '" + option + "'");
            }
            builder.via(option);
        }
        limits.addTo(builder);
        for (String workload : workloads) {
            builder.workload("name", workload);
        }
        selectors.asked().forEach(builder::workload);
        return builder;
    }
}
