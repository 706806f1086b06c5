package io.lethe.http;

import io.lethe.broker.BrokerException;
import io.lethe.broker.Position;
import io.lethe.broker.Request;
import io.lethe.broker.Target;
import io.lethe.secret.ByteSet;
import io.lethe.secret.Reference;
import io.lethe.secret.Sealed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one request has been allowed: its leases, its connection's {@link Wire}, and the markers armed there.
 *
 * <p>Loaded by the agent loader. One thread. A refusal is an {@link IOException} whose message names reference, target and
 * reason; nothing stays armed once {@link #abandon} is called.
 */
final class Claims {

    /** Between encoding and encrypting there are buffers, not waits; longer than this and the request is gone. */
    private static final long LIFE = TimeUnit.SECONDS.toNanos(60);

    private static final String PROXY_LOGIN = Position.header("proxy-authorization");

    private final Http http;
    private final Destination where;
    private final String method;
    private final String requestTarget;
    private final long deadline;
    private final List<Marker.Claim> claims = new ArrayList<>(1);
    private final List<Marker> armed = new ArrayList<>(1);
    private @Nullable Wire wire;
    private @Nullable Target target;

    /** @param wait in nanoseconds, from now on, for all leases and for the first look at TLS together */
    Claims(Http http, Destination where, String method, String requestTarget, long wait) {
        this.http = http;
        this.where = where;
        this.method = method;
        this.requestTarget = requestTarget;
        this.deadline = System.nanoTime() + wait;
    }

    private long left() {
        return Math.max(0, deadline - System.nanoTime());
    }

    boolean isEmpty() {
        return claims.isEmpty();
    }

    /** The first of them, as messages name it. */
    String first() {
        return shown(claims.get(0));
    }

    private static String shown(Marker.Claim claim) {
        return "lethe:" + claim.request.secret() + " for " + claim.request.target();
    }

    void begin() {
        if (!isPlain()) {
            http.tls().begin();
        }
    }

    void await() {
        if (isPlain()) {
            // Sockets are hooked for a grant, not for every text that looks like a reference.
            if (target != null) {
                http.plain().await(left());
            }
        } else {
            http.tls().await(left());
        }
    }

    private boolean isPlain() {
        return where.scheme.equals("http");
    }

    /** Whether a reference in this position is one: where no grant on the secret names the position it is text. */
    boolean resolve(Reference reference, String position) throws IOException {
        if (isCredentials(position)) {
            // Nothing but credentials stands there: what no grant allows is refused, not sent.
            return true;
        }
        try {
            return http.access().leases().names(reference.name(), position, left());
        } catch (BrokerException e) {
            throw refusal(reference.name(), e);
        }
    }

    /** The headers in which nothing but credentials stands. */
    static boolean isCredentials(String position) {
        return Position.isDefault(position);
    }

    /** A lease for a secret in a position, on a connection that may carry it to the peer that the grant names. */
    Marker.Claim claim(String secret, String field, String position) throws IOException {
        if (http.tunnels().comesOut(where, method)) {
            throw refusal(
                    Reference.PREFIX + secret
                            + " would go in clear text through a tunnel, to whom the proxy leads it; use https for the request");
        }
        // Beside the broker, not after it: the first request of a JVM waits for both.
        if (where.tls != null) {
            http.tls().begin();
        } else {
            requireProxyAndItsLogin(secret, position);
            String none = Plain.noSink(where);
            if (none != null) {
                throw refusal(Reference.PREFIX + secret + ": " + none);
            }
        }
        Marker.Claim claim = ask(secret, field, position);
        claims.add(claim);
        if (method.equals(Tunnels.CONNECT)) {
            http.tunnels().ask(where, requestTarget);
        }
        if (where.tls != null) {
            requireTls(where.tls, claim);
        } else {
            requirePlain(claim);
        }
        return claim;
    }

    /** The lease alone, to be closed by the caller. */
    Marker.Claim ask(String secret, String field, String position) throws IOException {
        Target to = target;
        if (to == null) {
            to = where.target(isForProxy() ? "" : requestTarget);
            target = to;
        }
        Request request = Request.http(
                http.access().leases().workload(), secret, field, to, method, position, Collections.emptyList());
        try {
            return new Marker.Claim(request, http.access().warm().use(request, left()));
        } catch (BrokerException e) {
            throw refusal(secret, e);
        }
    }

    private boolean isForProxy() {
        return isPlain() && Destination.isForProxy(method, requestTarget);
    }

    /** In clear text: a proxy gets its own login and nothing else, and nobody else gets that. */
    private void requireProxyAndItsLogin(String secret, String position) throws IOException {
        boolean login = position.equals(PROXY_LOGIN);
        if (isForProxy() && !login) {
            throw refusal(Reference.PREFIX + secret
                    + " would go through a proxy in clear text, which could read it; only the proxy's own login, in "
                    + "Proxy-Authorization, goes there: use https for the request");
        }
        if (!isForProxy() && login) {
            throw refusal(
                    Reference.PREFIX + secret + " stands in Proxy-Authorization, and this request goes to no proxy");
        }
    }

    /** As {@link #requireTls}, for a connection without it. */
    private void requirePlain(Marker.Claim claim) throws IOException {
        if (wire == null) {
            String obstacle = http.plain().obstacle(where, left());
            if (obstacle != null) {
                throw refusal(shown(claim) + ": " + obstacle);
            }
            wire = http.plain().wire(where);
        }
    }

    /** The connection's end must be JSSE's, in client mode, proven, and its peer the one that the grant names. */
    private void requireTls(Object tls, Marker.Claim claim) throws IOException {
        if (wire == null) {
            String obstacle = http.tls().obstacle(tls, left());
            if (obstacle != null) {
                throw refusal(shown(claim) + ": " + obstacle);
            }
            wire = http.tls().wire(tls);
        }
        http.tls().requirePeerNow(tls, wire, claim);
    }

    /** A header cannot hold line breaks: they would end it. */
    Sealed sendable(Marker.Claim claim, Reference reference) throws IOException {
        Sealed secret = claim.lease().secret();
        if (secret.contains(ByteSet.CONTROLS)) {
            throw refusal("lethe:" + reference.name() + " holds a control character (a line break at its end?), "
                    + "which no header can carry; store it again without");
        }
        return secret;
    }

    /** Arms a marker; returns its text. */
    String arm(Filling filling, Marker.Claim claim, Before before) throws IOException {
        Wire on = wire;
        if (on == null) {
            throw new IllegalStateException("no wire");
        }
        if (filling.length() < Marker.SHORTEST) {
            throw refusal("lethe:" + claim.request.secret() + " is shorter than " + Marker.SHORTEST
                    + " characters, too short for a marker that cannot be guessed");
        }
        Marker marker = new Marker(Marker.random(filling.length()), before, filling, claim, System.nanoTime() + LIFE);
        armed.add(marker);
        on.arm(marker);
        return marker.asText();
    }

    /** The request will not be sent: its markers mean nothing any more. */
    void abandon() {
        Wire on = wire;
        if (on != null) {
            for (Marker marker : armed) {
                on.disarm(marker);
            }
        }
        armed.clear();
        for (Marker.Claim claim : claims) {
            claim.close();
        }
        claims.clear();
    }

    private IOException refusal(String secret, BrokerException e) {
        String message = String.valueOf(e.getMessage());
        String reference = Reference.PREFIX + secret;
        return refusal(message.contains(reference) ? message : reference + ": " + message);
    }

    /** Where it would have gone is always said: of several requests it is this one. */
    IOException refusal(String message) {
        String host = where.host.indexOf(':') < 0 ? where.host : "[" + where.host + "]";
        String origin = where.scheme + "://" + host + ":" + where.port;
        return new IOException("lethe: " + message + (message.contains(origin) ? "" : " (" + origin + ")"));
    }
}
