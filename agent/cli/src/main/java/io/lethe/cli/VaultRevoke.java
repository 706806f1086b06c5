package io.lethe.cli;

import io.lethe.broker.BrokerException;
import io.lethe.broker.Grant;
import io.lethe.broker.audit.AuditException;
import io.lethe.broker.vault.Vault;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lethe vault revoke}: takes a grant away, or one of its workloads. */
@Command(
        name = "revoke",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Removes a grant, or one workload of it, and encrypts the secret anew to those that are left.")
final class VaultRevoke implements Callable<Integer> {

    private final Streams streams;

    @Parameters(paramLabel = "ID", description = "Id of the grant; 'vault list' shows ids.")
    private String id = "";

    @Option(names = "--workload", paramLabel = "NAME", description = "Only from this one of the grant's workloads.")
    private @Nullable String workload;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin
    private Reason reason = new Reason();

    @Mixin
    private Place place = new Place();

    VaultRevoke(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CliException, BrokerException, AuditException {
        Vault vault = place.vault();
        Grant grant;
        try (Actor actor =
                Actor.begin(place, "revoke", Actor.values("grant", id, "workload", workload), reason.text())) {
            grant = workload == null ? vault.removeGrant(id) : vault.revoke(id, workload);
            actor.done("secret", grant.secret(), "workloads", grant.workloads());
        }
        Set<String> taken = new TreeSet<>(grant.workloads());
        if (workload != null) {
            taken.retainAll(Collections.singleton(workload));
        }
        if (json) {
            streams.json(Revoked.answer(grant, taken));
        } else {
            streams.out.println("revoked grant " + grant.id() + " on lethe:" + grant.secret() + " from workload "
                    + String.join(", ", taken) + "; " + Revoked.mustBeRotated(grant.secret()));
        }
        return ExitCode.DONE;
    }
}
