package io.lethe.broker.openbao;

import io.lethe.broker.BrokerException;
import io.lethe.broker.Decision;
import io.lethe.broker.ExplainingBroker;
import io.lethe.broker.Explanation;
import io.lethe.broker.Grant;
import io.lethe.broker.Lease;
import io.lethe.broker.Request;
import io.lethe.broker.Uses;
import io.lethe.broker.ask.AuthZen;
import io.lethe.broker.json.JsonException;
import io.lethe.broker.json.SecretJson;
import io.lethe.broker.transport.ClearTime;
import io.lethe.secret.Sealed;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Secrets from the KV engine (version 2) of OpenBao or HashiCorp Vault. The grants decide first, here; only for what they allow is
 * the server asked, and its policies decide once more. Each acquire logs in, reads, and ends its token.
 *
 * <p>Loaded by the agent loader. Thread-safe; agent threads only. One acquire is one try: what is worth another is
 * {@link BrokerException.Kind#UNAVAILABLE}.
 */
public final class OpenBaoBroker implements ExplainingBroker {

    private static final int REQUEST_ID = 36;

    private final OpenBaoSettings settings;
    private final Credential credential;
    private final GrantsFile grants;
    private final @Nullable AuthZen ask;
    private final Uses uses = new Uses();
    private final LongSupplier epochSeconds;

    /** @param ask who must allow each acquire, too; null where nobody is asked */
    public OpenBaoBroker(OpenBaoSettings settings, Credential credential, GrantsFile grants, @Nullable AuthZen ask) {
        this(settings, credential, grants, ask, () -> System.currentTimeMillis() / 1000);
    }

    OpenBaoBroker(
            OpenBaoSettings settings,
            Credential credential,
            GrantsFile grants,
            @Nullable AuthZen ask,
            LongSupplier epochSeconds) {
        this.settings = settings;
        this.credential = credential;
        this.grants = grants;
        this.ask = ask;
        this.epochSeconds = epochSeconds;
    }

    @Override
    public Lease acquire(Request request, long deadline) throws BrokerException {
        GrantsFile.Content content = grants.get();
        long now = epochSeconds.getAsLong();
        Decision decision = content.grants.decide(request, now, uses);
        Grant grant = decision.allowed() ? content.grants.byId(request.secret(), decision.rule()) : null;
        if (grant == null) {
            throw denied(request, decision);
        }
        if (ask != null) {
            decision = ask.decide(request, decision, now, deadline);
            if (!decision.allowed()) {
                throw denied(request, decision);
            }
        }
        long expiresAt =
                System.nanoTime() + TimeUnit.SECONDS.toNanos(Math.min(grant.ttlSeconds(), grant.notAfter() - now));
        String username = content.usernames.get(request.secret());
        ClearTime clear = new ClearTime();
        Sealed sealed = null;
        try {
            String id;
            long version;
            try (Session session = new Session(settings, clear, deadline)) {
                session.logIn(credential);
                SecretJson answer = session.read(request.secret());
                try {
                    id = id(answer.text("request_id"));
                    version = answer.number("data", "metadata", "version");
                    checkUser(request, answer, username);
                    sealed = field(request, answer, clear);
                } catch (JsonException e) {
                    throw session.unreadable(e);
                }
            }
            Lease lease = new Lease(
                    id,
                    String.valueOf(version),
                    decision,
                    username,
                    content.grants.terms(grant, request, epochSeconds, uses, grants::latest, ask != null),
                    expiresAt,
                    sealed,
                    clear.nanos(),
                    clear.collections());
            sealed = null;
            return lease;
        } catch (BrokerException e) {
            throw new BrokerException(
                    e.kind(),
                    "no secret for lethe:" + request.secret() + " on "
                            + Explanation.shown(request.target().toString()) + ": " + e.getMessage(),
                    e);
        } finally {
            // Set where no lease has it.
            if (sealed != null) {
                sealed.close();
            }
        }
    }

    private Sealed field(Request request, SecretJson answer, ClearTime clear) throws BrokerException, JsonException {
        clear.begin();
        Sealed found;
        try {
            found = answer.secret("data", "data", request.field());
        } finally {
            clear.end();
        }
        if (found == null) {
            throw new BrokerException(
                    BrokerException.Kind.NOT_FOUND,
                    settings.dataPath(request.secret()) + " on " + settings.server + " has no field "
                            + Explanation.shown(request.field()) + "; put it there or correct the reference");
        }
        return found;
    }

    /** Who changes the user's name on the server does not thereby change what was granted. */
    private void checkUser(Request request, SecretJson answer, @Nullable String username)
            throws BrokerException, JsonException {
        if (username != null
                && answer.has("data", "data", "username")
                && !username.equals(answer.text("data", "data", "username"))) {
            throw new BrokerException(
                    BrokerException.Kind.BROKEN,
                    settings.dataPath(request.secret()) + " on " + settings.server
                            + " has another username than the grants file " + settings.grants);
        }
    }

    /** The server's own audit log knows it, so both join; not where it is anything else than an id. */
    private static String id(@Nullable String requestId) {
        if (requestId == null || requestId.length() != REQUEST_ID) {
            return UUID.randomUUID().toString();
        }
        for (int i = 0; i < REQUEST_ID; i++) {
            char c = requestId.charAt(i);
            if (c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return UUID.randomUUID().toString();
            }
        }
        return requestId;
    }

    @Override
    public String currentVersion(String secret) throws BrokerException {
        try (Session session =
                new Session(settings, new ClearTime(), System.nanoTime() + TimeUnit.SECONDS.toNanos(2))) {
            session.logIn(credential);
            try {
                return String.valueOf(session.read(secret).number("data", "metadata", "version"));
            } catch (JsonException e) {
                throw session.unreadable(e);
            }
        }
    }

    @Override
    public Explanation explain(Request request) throws BrokerException {
        Explanation explanation = Explanation.of(grants.get().grants, request, epochSeconds.getAsLong());
        if (explanation.needsCaller()) {
            // Whoever asks says it then, and asks again.
            throw denied(request, explanation.decision());
        }
        return explanation;
    }

    @Override
    public boolean names(String secret, String position) throws BrokerException {
        return grants.get().grants.names(secret, position);
    }

    /** Of the grants; a new version of a secret is seen when the lease on the old one has expired. */
    @Override
    public Object stamp() {
        return grants.stamp();
    }

    /** Nothing of versions, which cost a login to ask for. */
    @Override
    public @Nullable Object changes() throws BrokerException {
        grants.get();
        return null;
    }

    @Override
    public Set<String> marks() {
        return grants.marks();
    }

    /** What KV holds is not leased: acquiring another asks the same questions. */
    @Override
    public Lease renew(Lease lease, long deadline) throws BrokerException {
        throw new BrokerException(
                BrokerException.Kind.DENIED,
                "lease " + lease.id() + " is on a secret of a KV engine and not renewable; acquire another");
    }

    @Override
    public void revoke(Lease lease) {
        lease.close();
    }

    @Override
    public void close() {}

    private static BrokerException denied(Request request, Decision decision) {
        return new BrokerException(
                "lethe:" + request.secret() + " is denied for " + Explanation.shown(request) + ": " + decision.reason(),
                decision);
    }
}
