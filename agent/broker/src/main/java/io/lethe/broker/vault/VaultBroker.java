package io.lethe.broker.vault;

import io.lethe.broker.BreakGlass;
import io.lethe.broker.BrokerException;
import io.lethe.broker.Decision;
import io.lethe.broker.ExplainingBroker;
import io.lethe.broker.Explanation;
import io.lethe.broker.Grant;
import io.lethe.broker.Lease;
import io.lethe.broker.Request;
import io.lethe.broker.Uses;
import io.lethe.broker.ask.AuthZen;
import io.lethe.secret.Sealed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Issues leases from a vault folder. Each acquire looks whether the index changed, decides anew, reads the workload's
 * identity, decrypts the one field that was asked for and seals it; identity and every key are overwritten before it
 * returns.
 *
 * <p>Loaded by the agent loader. Thread-safe; agent threads only, since an interrupt would close the file it reads.
 * What is broken is one clear line, and no secret.
 */
public final class VaultBroker implements ExplainingBroker {

    /** A writer may replace a secret between our reading of the index and of the file that it named. */
    private static final int MAX_TRIES = 5;

    private final VaultFolder folder;
    private final Path identity;
    private final String workload;
    private final KeyFile.Access access;
    private final @Nullable String pinned;
    private final Anchor anchor;
    private final Custody custody;
    private final IndexCache cache;
    private final LongSupplier epochSeconds;
    private final Uses uses;
    private final @Nullable AuthZen ask;

    /**
     * @param pinned the verifying key of the vault's index; where null, decisions are marked {@code unpinned}
     * @param identity the file with this workload's age identity; where null, the one in the vault by the workload's
     *     name
     * @param workload the name under which the vault knows this workload
     */
    public VaultBroker(Path folder, @Nullable String pinned, @Nullable Path identity, String workload) {
        this(folder, pinned, identity, workload, false, Anchor.none(), Custody.none());
    }

    /** As below, asking nobody else. */
    public VaultBroker(
            Path folder,
            @Nullable String pinned,
            @Nullable Path identity,
            String workload,
            boolean groupReads,
            Anchor anchor,
            Custody custody) {
        this(folder, pinned, identity, workload, groupReads, anchor, custody, null);
    }

    /**
     * @param groupReads whether the identity's group may read it, too; others never may
     * @param anchor what tells an old index that was put back
     * @param custody who may write what decisions rest on
     * @param ask who must allow each acquire, too; null for nobody
     */
    public VaultBroker(
            Path folder,
            @Nullable String pinned,
            @Nullable Path identity,
            String workload,
            boolean groupReads,
            Anchor anchor,
            Custody custody,
            @Nullable AuthZen ask) {
        this(
                folder,
                pinned,
                identity,
                workload,
                groupReads ? KeyFile.Access.GROUP_READS : KeyFile.Access.OWNER,
                anchor,
                custody,
                ask,
                () -> TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis()));
    }

    VaultBroker(
            Path folder, @Nullable String pinned, @Nullable Path identity, String workload, LongSupplier epochSeconds) {
        this(
                folder,
                pinned,
                identity,
                workload,
                KeyFile.Access.OWNER,
                Anchor.none(),
                Custody.none(),
                null,
                epochSeconds);
    }

    private VaultBroker(
            Path folder,
            @Nullable String pinned,
            @Nullable Path identity,
            String workload,
            KeyFile.Access access,
            Anchor anchor,
            Custody custody,
            @Nullable AuthZen ask,
            LongSupplier epochSeconds) {
        this.ask = ask;
        this.uses = new Uses();
        this.access = access;
        this.folder = new VaultFolder(folder);
        this.identity = identity == null ? this.folder.workloadKey(workload) : identity;
        this.workload = workload;
        this.pinned = pinned;
        this.anchor = anchor;
        this.custody = custody;
        this.cache = new IndexCache(this.folder, pinned, anchor, custody, false);
        this.epochSeconds = epochSeconds;
    }

    private VaultBroker(VaultBroker vault, String pinned, Path bundle) {
        this.folder = new VaultFolder(bundle);
        this.identity = vault.identity;
        this.workload = vault.workload;
        this.access = vault.access;
        this.pinned = pinned;
        this.anchor = vault.anchor;
        this.custody = vault.custody;
        this.cache = new IndexCache(folder, pinned, anchor.of(vault.folder), custody, true);
        this.epochSeconds = vault.epochSeconds;
        // Broken glass lets nobody past whoever else has to allow it, nor past what is used up.
        this.ask = vault.ask;
        this.uses = vault.uses;
    }

    /**
     * The same application's broker on a bundle that an override took along; null where no key is pinned, since anybody could
     * have signed it.
     */
    @Nullable
    VaultBroker bundle(Path bundle) {
        return pinned == null ? null : new VaultBroker(this, pinned, bundle);
    }

    @Override
    public Lease acquire(Request request, long deadline) throws BrokerException {
        return acquire(request, deadline, null);
    }

    /** @param override what allows this vault, which is a bundle, to be asked at all; null for a vault */
    Lease acquire(Request request, long deadline, @Nullable BreakGlass override) throws BrokerException {
        SignedIndex signed = cache.get();
        for (int i = 1; ; i++) {
            try {
                return issue(signed, request, deadline, override);
            } catch (BrokerException e) {
                SignedIndex now = cache.get();
                if (now == signed || i == MAX_TRIES || e.kind() == BrokerException.Kind.DENIED) {
                    throw e;
                }
                signed = now;
            }
        }
    }

    @Override
    public String currentVersion(String secret) throws BrokerException {
        return String.valueOf(secret(cache.get(), secret).version);
    }

    @Override
    public boolean names(String secret, String position) throws BrokerException {
        return cache.get().grants.names(secret, position);
    }

    @Override
    public Object stamp() {
        return cache.stamp();
    }

    @Override
    public List<BreakGlass> breakGlass(String secret) throws BrokerException {
        List<BreakGlass> live = new ArrayList<>();
        long now = epochSeconds.getAsLong();
        for (BreakGlass override : cache.get().index.overrides) {
            if (override.secret().equals(secret) && override.isLive(now)) {
                live.add(override);
            }
        }
        return live;
    }

    @Override
    public Set<String> marks() {
        return cache.weaknesses();
    }

    @Override
    public Explanation explain(Request request) throws BrokerException {
        Explanation explanation = explain(request, epochSeconds.getAsLong());
        if (explanation.needsCaller()) {
            // Whoever asks says it then, and asks again.
            throw denied(request, explanation.decision());
        }
        return explanation;
    }

    /**
     * As above, at another time. Whoever has to be asked, too, is not.
     *
     * @param now seconds since 1970
     */
    public Explanation explain(Request request, long now) throws BrokerException {
        SignedIndex signed = cache.get();
        secret(signed, request.secret());
        return Explanation.of(signed.grants, request, now);
    }

    /** A lease of a vault is not prolonged: acquiring another asks the same questions. */
    @Override
    public Lease renew(Lease lease, long deadline) throws BrokerException {
        throw new BrokerException(
                BrokerException.Kind.DENIED,
                "lease " + lease.id() + " is a vault's and not renewable; acquire another");
    }

    @Override
    public void revoke(Lease lease) {
        lease.close();
    }

    @Override
    public void close() {}

    private Lease issue(SignedIndex signed, Request request, long deadline, @Nullable BreakGlass override)
            throws BrokerException {
        Index.Secret secret = secret(signed, request.secret());
        long now = epochSeconds.getAsLong();
        Decision decision = signed.grants.decide(request, now, uses);
        Grant grant = decision.allowed() ? signed.grants.byId(request.secret(), decision.rule()) : null;
        if (grant == null) {
            throw denied(request, decision);
        }
        Index.Field field = secret.fields.get(request.field());
        if (field == null) {
            throw new BrokerException(
                    BrokerException.Kind.NOT_FOUND,
                    "the secret " + request.secret() + " has no field " + Explanation.shown(request.field()) + " in "
                            + folder.path() + "; put it there or correct the reference");
        }
        if (ask != null) {
            decision = ask.decide(request, decision, now, deadline);
            if (!decision.allowed()) {
                throw denied(request, decision);
            }
        }
        long seconds = Math.min(grant.ttlSeconds(), grant.notAfter() - now);
        if (override != null) {
            seconds = Math.min(seconds, override.until() - now);
        }
        long expiresAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        VaultOpener opener = new VaultOpener(folder, identity, signed.index.workloads.get(workload), access);
        Sealed sealed = opener.open(request.secret(), request.field(), field);
        return new Lease(
                UUID.randomUUID().toString(),
                String.valueOf(secret.version),
                decision,
                secret.username(),
                signed.grants.terms(grant, request, epochSeconds, uses, cache::latest, ask != null || override != null),
                expiresAt,
                sealed,
                opener.keyNanos(),
                opener.keyCollections());
    }

    private static BrokerException denied(Request request, Decision decision) {
        return new BrokerException(
                "lethe:" + request.secret() + " is denied for " + Explanation.shown(request) + ": " + decision.reason(),
                decision);
    }

    private Index.Secret secret(SignedIndex signed, String name) throws BrokerException {
        Index.Secret secret = signed.index.secrets.get(name);
        if (secret == null) {
            throw new BrokerException(
                    BrokerException.Kind.NOT_FOUND,
                    "there is no secret " + Explanation.shown(name) + " in " + folder.path()
                            + "; put it there (lethe vault put) or correct the reference");
        }
        return secret;
    }
}
