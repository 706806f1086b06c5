package io.lethe.broker.ask;

import io.lethe.broker.BrokerException;
import io.lethe.broker.Decision;
import io.lethe.broker.Evaluation;
import io.lethe.broker.Explanation;
import io.lethe.broker.Request;
import io.lethe.broker.json.Json;
import io.lethe.broker.json.JsonException;
import io.lethe.broker.transport.TimedSocket;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A decision point that must allow an acquire besides the grants: approval, change record, state of a workflow. Speaks OpenID
 * AuthZEN 1.0: {@code POST /access/v1/evaluation}, and nothing but {@code "decision": true} in a 200 is a yes.
 *
 * <p>A client of its own: {@code HttpURLConnection} would obey the application's Authenticator, ProxySelector, cookies and
 * trust-all defaults. One connection for each question; no redirect is followed.
 *
 * <p>Loaded by the agent loader. Thread-safe; agent threads only. Where nobody answers in time, or there is no connection, it is
 * a {@link BrokerException} of {@link BrokerException.Kind#UNAVAILABLE}, which is worth a retry; whatever else is no yes is a
 * decision that denies.
 */
public final class AuthZen {

    private final AskAddress address;
    private final AskTls tls;

    /** @param authorities certificates, in PEM, that vouch for an https server; null for the JVM's default trust store */
    public AuthZen(AskAddress address, @Nullable File authorities) {
        this.address = address;
        this.tls = new AskTls(authorities);
    }

    /** Whom it asks. */
    public AskAddress address() {
        return address;
    }

    /**
     * Asks.
     *
     * @param granted what the grants decided
     * @param now seconds since 1970
     * @param deadline {@link System#nanoTime()} value
     * @return what both decide
     */
    public Decision decide(Request request, Decision granted, long now, long deadline) throws BrokerException {
        byte[] question = Json.write(Evaluation.of(request, granted, now));
        Reply reply;
        try (TimedSocket plain = new TimedSocket(deadline)) {
            plain.connectTo(address.host(), address.port());
            try (Socket socket = address.isTls() ? tls.over(plain, address) : plain) {
                send(question, socket.getOutputStream());
                reply = Reply.read(new BufferedInputStream(socket.getInputStream()));
            }
        } catch (SocketTimeoutException e) {
            throw unavailable(request, "did not answer in time", e);
        } catch (ConnectException | NoRouteToHostException | UnknownHostException e) {
            throw unavailable(
                    request, "cannot be reached (" + Explanation.shown(String.valueOf(e.getMessage())) + ")", e);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            if (e.getCause() instanceof SocketTimeoutException) {
                throw unavailable(request, "did not answer in time", e);
            }
            return granted.asked(address.toString(), false, "could not be asked: " + e.getMessage());
        }
        return granted(granted, reply);
    }

    private void send(byte[] question, OutputStream out) throws IOException {
        String head = "POST " + address.path() + " HTTP/1.1\r\nHost: " + address.authority()
                + "\r\nContent-Type: application/json\r\nAccept: application/json\r\nConnection: close\r\nContent-Length: "
                + question.length + "\r\n\r\n";
        byte[] bytes = head.getBytes(StandardCharsets.US_ASCII);
        byte[] whole = new byte[bytes.length + question.length];
        System.arraycopy(bytes, 0, whole, 0, bytes.length);
        System.arraycopy(question, 0, whole, bytes.length, question.length);
        out.write(whole);
        out.flush();
    }

    private Decision granted(Decision granted, Reply reply) {
        String whom = address.toString();
        if (reply.status != 200) {
            return granted.asked(whom, false, "status " + reply.status);
        }
        try {
            Object answer = Json.readForeign(reply.body, Reply.MAX_BODY);
            Object decision = answer instanceof Map ? ((Map<?, ?>) answer).get("decision") : null;
            if (!(decision instanceof Boolean)) {
                return granted.asked(whom, false, "its answer holds no decision");
            }
            return granted.asked(whom, (Boolean) decision, reason(((Map<?, ?>) answer).get("context")));
        } catch (JsonException e) {
            return granted.asked(whom, false, "its answer is no JSON: " + e.getMessage());
        }
    }

    /** What the context says: {@code reason_admin}, which may be a text or texts by language or code; else other texts in it. */
    private static @Nullable String reason(@Nullable Object context) {
        if (!(context instanceof Map)) {
            return null;
        }
        for (String key : new String[] {"reason_admin", "reason", "reason_user", "id"}) {
            Object reason = ((Map<?, ?>) context).get(key);
            if (reason instanceof Map && !((Map<?, ?>) reason).isEmpty()) {
                reason = ((Map<?, ?>) reason).values().iterator().next();
            }
            if (reason instanceof String) {
                return (String) reason;
            }
        }
        return null;
    }

    private BrokerException unavailable(Request request, String why, Exception cause) {
        return new BrokerException(
                BrokerException.Kind.UNAVAILABLE,
                "no secret for lethe:" + Explanation.shown(request.secret()) + " on "
                        + Explanation.shown(request.target().toString()) + ": " + address
                        + ", which has to allow it, " + why + "; try again",
                cause);
    }
}
