package io.lethe.runtime;

import io.lethe.broker.Broker;
import io.lethe.broker.Circuit;
import io.lethe.broker.ExplainingBroker;
import io.lethe.broker.Leases;
import io.lethe.broker.WarmLeases;
import io.lethe.broker.Workload;
import io.lethe.broker.WorkloadProbe;
import io.lethe.broker.audit.Audit;
import io.lethe.broker.audit.AuditException;
import io.lethe.broker.audit.Heads;
import io.lethe.broker.openbao.GrantsFile;
import io.lethe.broker.openbao.OpenBaoBroker;
import io.lethe.broker.vault.Anchor;
import io.lethe.broker.vault.BundledBroker;
import io.lethe.broker.vault.Custody;
import io.lethe.broker.vault.VaultBroker;
import io.lethe.http.HttpAccess;
import io.lethe.jdbc.Access;
import io.lethe.jdbc.Delegates;
import java.io.File;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Puts config, broker and audit trail together. What is missing or broken is one line on standard error, and from then on the
 * reason of every refusal.
 *
 * <p>Loaded by the agent loader, when the first reference is seen. Immutable.
 */
final class Wiring implements Access, HttpAccess {

    private final Leases leases;
    private final WarmLeases warm;
    private final boolean strict;
    private final List<String> delegating;
    private final long drainNanos;
    private final Circuit circuit = new Circuit(System::nanoTime);

    private Wiring(Leases leases, boolean strict, List<String> delegating, int drainSeconds) {
        this.drainNanos = TimeUnit.SECONDS.toNanos(drainSeconds);
        this.leases = leases;
        this.warm = new WarmLeases(leases);
        this.strict = strict;
        this.delegating = delegating;
    }

    /** @param jar lethe.jar */
    static Wiring open(@Nullable File file, File jar) {
        if (file == null) {
            return denyAll(
                    "no config was found, so every reference is refused; name one with -javaagent:lethe.jar=<file>");
        }
        try {
            return open(Config.read(file), jar);
        } catch (ConfigException e) {
            return denyAll(e.getMessage());
        }
    }

    private static Wiring open(Config config, File jar) throws ConfigException {
        Workload workload = WorkloadProbe.probe(config.workload());
        if (!config.enabled()) {
            return denyAll(config.file() + " says enabled: false, so every reference is refused");
        }
        File vault = config.vault();
        File auditDir = config.auditDir();
        if (auditDir == null) {
            return denyAll(config.file() + " names no vault; add a line such as: broker: vault:/etc/lethe/vault");
        }
        Custody custody = config.custody(workload.selector("uid"), jar);
        String refusal = custody.refusal();
        if (refusal != null) {
            return denyAll(refusal);
        }
        Audit audit = audit(config, auditDir, describe(workload, custody));
        signAtTheEnd(audit);
        try {
            audit.check();
        } catch (AuditException e) {
            // Each acquire will say so again; here it is said while somebody looks at the start of the application.
            System.err.println("lethe: " + e.getMessage());
        }
        ExplainingBroker broker = vault == null ? openBao(config, custody) : vault(config, vault, custody);
        Broker chosen = config.observe()
                ? new Observing(broker)
                : broker instanceof VaultBroker
                        ? new BundledBroker(
                                (VaultBroker) broker, config.bundle().toPath())
                        : broker;
        return new Wiring(
                new Leases(chosen, audit, workload), config.strict(), config.delegating(), config.drainSeconds());
    }

    private static ExplainingBroker openBao(Config config, Custody custody) throws ConfigException {
        GrantsFile grants = new GrantsFile(config.grantsFile().toPath(), custody);
        return new OpenBaoBroker(config.openBao(), config.credential(), grants, config.ask());
    }

    private static ExplainingBroker vault(Config config, File vault, Custody custody) {
        File identity = config.identity();
        File state = config.stateDir();
        return new VaultBroker(
                vault.toPath(),
                config.vaultKey(),
                identity == null ? null : identity.toPath(),
                config.workload(),
                config.identityGroupOk(),
                Anchor.of(config.minVersion(), state == null ? null : state.toPath()),
                custody,
                config.ask());
    }

    /** For the first line of each chain: who this is, and what its own user can change. */
    private static Map<String, Object> describe(Workload workload, Custody custody) {
        Map<String, Object> described = new LinkedHashMap<>(workload.describe());
        List<String> found = custody.found();
        if (!found.isEmpty()) {
            described.put(Custody.SELF_ADMINISTERED, new ArrayList<Object>(found));
        }
        return described;
    }

    private static Audit audit(Config config, File folder, Map<String, Object> workload) {
        String server = config.auditSocket();
        if (server != null) {
            return Audit.toServer(server, workload, config.auditSyncEach());
        }
        return new Audit(
                folder, workload, config.auditSyncEach(), Heads.to(config.auditHeads()), config.auditKeepDays());
    }

    /** The trail goes on after that: other hooks of the application may still open connections. */
    private static void signAtTheEnd(Audit audit) {
        Thread hook = new Thread(audit::checkpointAtTheEnd, "lethe-audit-end");
        hook.setContextClassLoader(null);
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending already; what is not signed is covered by the next chain that begins.
            return;
        }
    }

    /** Refuses every reference with this reason, which is said once now. */
    static Wiring denyAll(@Nullable String reason) {
        String said = String.valueOf(reason);
        System.err.println("lethe: " + said);
        Leases none = Leases.denyAll(said, WorkloadProbe.probe("default"));
        return new Wiring(none, true, Collections.emptyList(), 0);
    }

    @Override
    public Leases leases() {
        return leases;
    }

    @Override
    public WarmLeases warm() {
        return warm;
    }

    @Override
    public Circuit circuit() {
        return circuit;
    }

    @Override
    public long drainNanos() {
        return drainNanos;
    }

    @Override
    public boolean strict() {
        return strict;
    }

    @Override
    public boolean delegates(String className) {
        return isIn(className, delegating) || Delegates.knows(className);
    }

    /** Whether a class lies in one of the packages or below. */
    static boolean isIn(String className, List<String> packages) {
        for (String known : packages) {
            if (className.startsWith(known.endsWith(".") ? known : known + ".")) {
                return true;
            }
        }
        return false;
    }
}
