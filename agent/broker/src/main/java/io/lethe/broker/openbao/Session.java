package io.lethe.broker.openbao;

import io.lethe.broker.BrokerException;
import io.lethe.broker.json.JsonException;
import io.lethe.broker.json.SecretJson;
import io.lethe.broker.transport.CertificateException;
import io.lethe.broker.transport.ClearTime;
import io.lethe.broker.transport.Exchange;
import io.lethe.broker.transport.OffHeap;
import io.lethe.broker.transport.Outgoing;
import io.lethe.secret.Sealed;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the server: log in, read, give the token back. A token of a login is never used twice; one from a file stays as
 * it is.
 *
 * <p>Loaded by the agent loader. One thread. Whatever goes wrong is a {@link BrokerException}, of which
 * {@link BrokerException.Kind#UNAVAILABLE} alone is worth a retry; it holds the server's status and none of its words, which may
 * hold anything.
 */
final class Session implements AutoCloseable {

    private static final int MOST = 256 << 10;

    private final OpenBaoSettings settings;
    private final ClearTime clear;
    private final Exchange exchange;
    private final OffHeap body = new OffHeap(MOST);
    private @Nullable Sealed token;
    private boolean ours;

    /** @param deadline {@link System#nanoTime()} value after which nothing waits any more */
    Session(OpenBaoSettings settings, ClearTime clear, long deadline) throws BrokerException {
        this.settings = settings;
        this.clear = clear;
        try {
            this.exchange = new Exchange(settings.server, settings.authorities, clear, deadline);
        } catch (IOException e) {
            throw failed(settings, e);
        }
    }

    /** Gets a token. */
    void logIn(Credential credential) throws BrokerException {
        String roleId = credential.roleId();
        Sealed secret = credential.read(clear);
        if (roleId == null) {
            token = secret;
            return;
        }
        try {
            Outgoing content = new Outgoing()
                    .text("{\"role_id\":\"" + roleId + "\",\"secret_id\":\"")
                    .secret(secret)
                    .text("\"}");
            int status = ask("POST", "auth/" + credential.mount() + "/login", content);
            if (status == 400 || status == 403 || status == 404) {
                throw broken(
                        "refused the login with AppRole (" + status + "): role-id or secret-id is wrong, used up or"
                                + " expired, or nothing is mounted at auth/" + credential.mount()
                                + "; deliver a new secret-id in " + credential.file());
            }
            SecretJson answer = answer(status);
            token = answer.secret("auth", "client_token");
            ours = token != null;
        } catch (JsonException e) {
            throw unreadable(e);
        } finally {
            secret.close();
        }
        if (token == null || token.length() == 0) {
            throw broken("gave no token for the login with AppRole");
        }
    }

    /** The status that the server gives itself. */
    int health() throws BrokerException {
        return ask("GET", "sys/health", new Outgoing());
    }

    /** The newest version of a secret, in memory of this session's. */
    SecretJson read(String secret) throws BrokerException {
        String path = settings.dataPath(secret);
        int status = ask("GET", path, new Outgoing());
        try {
            if (status == 404) {
                throw notFound(path);
            }
            if (status == 403) {
                throw new BrokerException(
                        BrokerException.Kind.DENIED,
                        settings.server + " does not let this workload read " + path
                                + " (403): its token has no policy for that, or is used up or expired");
            }
            SecretJson answer = answer(status);
            if (answer.isTrue("data", "metadata", "destroyed") || !answer.has("data", "data")) {
                throw answer.has("data") && !answer.has("data", "metadata")
                        ? broken("gave no version for " + path + ": is openbao.mount a KV engine of version 2?")
                        : notFound(path);
            }
            return answer;
        } catch (JsonException e) {
            throw unreadable(e);
        }
    }

    private BrokerException notFound(String path) throws BrokerException {
        String why = " is not there (404), or hidden from this workload; put it there or correct the reference";
        try {
            SecretJson answer = body.length() == 0 ? null : SecretJson.of(body);
            if (answer != null && answer.isTrue("data", "metadata", "destroyed")) {
                why = " is destroyed in its newest version; put it there again";
            } else if (answer != null && answer.has("data", "metadata", "version")) {
                why = " is deleted in its newest version; undelete it or put it there again";
            }
        } catch (JsonException e) {
            // A server without words for it, or something before it.
            return new BrokerException(BrokerException.Kind.NOT_FOUND, path + " on " + settings.server + why);
        }
        return new BrokerException(BrokerException.Kind.NOT_FOUND, path + " on " + settings.server + why);
    }

    /** Ends a token that a login gave. What cannot be ended now ends by its own TTL. */
    private void giveBack() {
        if (ours) {
            ours = false;
            try {
                ask("POST", "auth/token/revoke-self", new Outgoing());
            } catch (BrokerException e) {
                // The secret was read; its use does not depend on this.
                return;
            }
        }
    }

    private int ask(String method, String path, Outgoing content) throws BrokerException {
        Outgoing headers = new Outgoing().text("X-Vault-Request: true\r\n");
        if (settings.namespace != null) {
            headers.text("X-Vault-Namespace: " + settings.namespace + "\r\n");
        }
        Sealed known = token;
        if (known != null) {
            headers.text("X-Vault-Token: ").secret(known).text("\r\n");
        }
        try {
            return exchange.ask(method, "/v1/" + path, headers, content, body);
        } catch (IOException e) {
            ours = false;
            throw failed(settings, e);
        }
    }

    private SecretJson answer(int status) throws BrokerException, JsonException {
        if (status == 200) {
            return SecretJson.of(body);
        }
        throw status(settings, status);
    }

    /** What a status means that is no yes. */
    static BrokerException status(OpenBaoSettings settings, int status) {
        switch (status) {
            case 307:
            case 308:
                return unavailable(
                        settings,
                        "is a standby that sends clients elsewhere (" + status
                                + "); name the active node or what stands before it");
            case 412:
                return unavailable(settings, "has not seen the newest state yet (412)");
            case 429:
                return unavailable(settings, "limits how often it is asked (429)");
            case 503:
                return unavailable(settings, "is sealed or has no active node (503)");
            default:
                return status >= 500
                        ? unavailable(settings, "failed (" + status + ")")
                        : new BrokerException(
                                BrokerException.Kind.BROKEN,
                                settings.server + " answered with " + status + "; see its audit log");
        }
    }

    private static BrokerException failed(OpenBaoSettings settings, IOException e) {
        String text = String.valueOf(e.getMessage());
        if (e instanceof CertificateException) {
            return new BrokerException(
                    BrokerException.Kind.BROKEN,
                    settings.server + " is not trusted: " + text + "; name its authority in openbao.ca");
        }
        if (e instanceof SocketTimeoutException) {
            return unavailable(settings, "did not answer in time");
        }
        if (e instanceof UnknownHostException) {
            return unavailable(settings, "has a name that nobody knows");
        }
        if (e instanceof ConnectException || e instanceof NoRouteToHostException) {
            return unavailable(settings, "cannot be reached (" + text + ")");
        }
        // Words of our own transport, or of the JDK's sockets.
        return unavailable(
                settings, e instanceof EOFException || e.getClass() == IOException.class ? text : "broke off");
    }

    private static BrokerException unavailable(OpenBaoSettings settings, String what) {
        return new BrokerException(BrokerException.Kind.UNAVAILABLE, settings.server + " " + what);
    }

    private BrokerException broken(String what) {
        return new BrokerException(BrokerException.Kind.BROKEN, settings.server + " " + what);
    }

    BrokerException unreadable(JsonException e) {
        return broken("gave an answer that " + e.getMessage());
    }

    @Override
    public void close() {
        try {
            giveBack();
        } finally {
            body.close();
            Sealed known = token;
            if (known != null) {
                known.close();
            }
            exchange.close();
        }
    }
}
