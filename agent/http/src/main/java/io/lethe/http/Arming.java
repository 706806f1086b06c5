package io.lethe.http;

import io.lethe.broker.BrokerException;
import io.lethe.broker.Request;
import io.lethe.broker.Target;
import io.lethe.broker.Use;
import io.lethe.secret.ByteSet;
import io.lethe.secret.Reference;
import io.lethe.secret.Sealed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request that is being put into bytes: finds the references in it, asks for their leases, and gives the text to send
 * instead, with markers. Holds no secret.
 *
 * <p>Loaded by the agent loader. One thread. A refusal is an {@link IOException} whose message names reference, target and
 * reason; nothing stays armed after it once {@link #abandon} is called.
 */
final class Arming {

    /** How long an application thread waits for a lease. */
    static final long PATIENT = TimeUnit.SECONDS.toNanos(5);
    /** How long an event loop does. */
    static final long HASTY = TimeUnit.MILLISECONDS.toNanos(200);

    /** Between encoding and encrypting there are buffers, not waits; longer than this and the request is gone. */
    private static final long LIFE = TimeUnit.SECONDS.toNanos(60);

    /** What every peer takes in one frame of HTTP/2 (RFC 9113, 4.2), without a priority's five bytes. */
    private static final int FRAME = 16_384 - 5;
    /** Before a name and before a value: at most an opcode, and a length of four bytes each. */
    private static final int FIELD = 10;

    private final Http http;
    private final Destination where;
    private final String method;
    private final String requestTarget;
    private final long wait;
    private final List<Marker.Claim> claims = new ArrayList<>(1);
    private final List<Marker> armed = new ArrayList<>(1);
    private @Nullable Wire wire;
    private @Nullable Target target;

    Arming(Http http, Destination where, String method, String requestTarget, long wait) {
        this.http = http;
        this.where = where;
        this.method = method;
        this.requestTarget = requestTarget;
        this.wait = wait;
    }

    /** Whether a value of a header has to go through {@link #header} at all: cheap, and false for nearly all. */
    static boolean concerns(@Nullable String value) {
        return value != null && (Spot.in(value) || Basic.start(value) >= 0);
    }

    /** The same for a URL's path and query: whether they have to go through {@link #url}. */
    static boolean concernsUrl(@Nullable String target) {
        return target != null && (Spot.in(target) || target.contains("lethe%3"));
    }

    /** The same for the whole head of a request. */
    static boolean concernsHead(StringBuilder head) {
        return head.indexOf(Reference.PREFIX) >= 0 || head.indexOf("lethe%3") >= 0 || Basic.within(head);
    }

    /** The value to send: the same one where nothing in it is to be replaced. */
    String header(String name, String value) throws IOException {
        String lower = name.toLowerCase(Locale.ROOT);
        int basic = Basic.start(value);
        if (basic >= 0) {
            return basic(name, lower, value, basic);
        }
        List<Spot> spots = Spot.in(value) ? Spot.all(value) : Collections.<Spot>emptyList();
        if (spots.isEmpty()) {
            return value;
        }
        List<Piece> pieces = new ArrayList<>(spots.size());
        int length = value.length();
        for (Spot spot : spots) {
            String position = lower.equals("cookie") ? cookie(value, spot) : "header:" + lower;
            if (position == null || !resolves(spot.reference, position, isCredentials(lower))) {
                continue;
            }
            if (isCredentials(lower)) {
                requireTokenScheme(value, spot.reference);
            }
            Marker.Claim claim = claim(spot.reference.name(), spot.reference.field(), position);
            Filling filling = Filling.plain(sendable(claim, spot.reference));
            length += filling.length() - (spot.end - spot.start);
            pieces.add(new Piece(spot.start, spot.end, claim, filling));
        }
        return pieces.isEmpty() ? value : assemble(name, value, pieces, length);
    }

    /** At most so many bytes does a field of HTTP/2 take. */
    static int size(String name, String value) {
        return name.length() + value.length() + FIELD;
    }

    /**
     * A larger head is cut into frames, and the next one's own head would stand in the midst of a marker: half of a secret
     * would be sent.
     *
     * @param bytes the most that all fields of the request take, by {@link #size}
     */
    void requireOneFrame(int bytes) throws IOException {
        if (where.multiplexed && !claims.isEmpty() && bytes > FRAME) {
            Request request = claims.get(0).request;
            throw refusal(
                    "lethe:" + request.secret() + " for " + request.target() + ": the request's headers take up to "
                            + bytes + " bytes, more than the " + FRAME
                            + " that surely go into one frame of HTTP/2; send less, or use HTTP/1.1");
        }
    }

    /**
     * A reference in the URL, in a place that a grant on its secret names, is refused: nothing replaces it there yet. Where no
     * grant does it is text.
     *
     * @param target a path with its query, as it will be sent
     */
    void url(String target) throws IOException {
        String url = target.replace("%3A", ":").replace("%3a", ":");
        if (!Spot.in(url)) {
            return;
        }
        int query = url.indexOf('?');
        for (Spot spot : Spot.all(url)) {
            String position = query < 0 || spot.start < query ? "path" : "query:" + parameter(url, query, spot.start);
            if (resolves(spot.reference, position, false)) {
                throw refusal("'" + spot.reference + "' stands in the URL (" + position
                        + "), where Lethe does not replace it yet; put it into a header");
            }
        }
    }

    private static String parameter(String url, int query, int at) {
        int start = Math.max(query, url.lastIndexOf('&', at)) + 1;
        int equals = url.indexOf('=', start);
        return url.substring(start, equals < 0 || equals > at ? at : equals);
    }

    private String assemble(String name, String value, List<Piece> pieces, int length) throws IOException {
        StringBuilder out = new StringBuilder(length);
        int at = 0;
        for (int i = 0; i < pieces.size(); i++) {
            Piece piece = pieces.get(i);
            out.append(value, at, piece.start);
            // What stands before the second of two markers begins behind the first, which will be gone by then.
            String literal = value.substring(at, piece.start);
            Before before = i > 0
                    ? Before.text(literal)
                    : where.multiplexed ? Before.neverIndexed(name, literal, length) : Before.line(name, literal);
            out.append(arm(piece.filling, piece.claim, before));
            at = piece.end;
        }
        String sent = out.append(value, at, value.length()).toString();
        if (where.multiplexed) {
            http.neverIndexed().add(sent);
        }
        return sent;
    }

    private String basic(String name, String lower, String value, int start) throws IOException {
        Basic credentials;
        try {
            credentials = Basic.of(value, start);
        } catch (IllegalArgumentException e) {
            throw refusal(String.valueOf(e.getMessage()));
        }
        if (credentials == null) {
            return value;
        }
        String position = "header:" + lower;
        try {
            Reference inUser = credentials.userReference;
            Reference inPassword = credentials.passwordReference;
            Reference any = inPassword != null ? inPassword : inUser;
            if (any == null || !resolves(any, position, isCredentials(lower))) {
                return value;
            }
            if (inUser != null && !inUser.field().equals("username")) {
                throw refusal(
                        "'" + inUser + "' stands in a user's place, where only the public field 'username' resolves");
            }
            if (inUser != null && inPassword != null && !inUser.name().equals(inPassword.name())) {
                throw refusal("'" + inUser + "' and '" + inPassword + "' name two secrets for one login; use one");
            }
            Marker.Claim claim = claim(any.name(), inPassword != null ? inPassword.field() : "password", position);
            String user = inUser == null ? credentials.user : claim.lease().username();
            if (user == null) {
                throw refusal("lethe:" + any.name() + " has no username; store one with: lethe vault put " + any.name()
                        + " --username NAME");
            }
            Sealed password = inPassword != null
                    ? claim.lease().secret()
                    : Sealed.of(credentials.password.clone(), 0, credentials.password.length);
            Filling filling = Filling.basic(user.getBytes(StandardCharsets.UTF_8), password);
            List<Piece> one = Collections.singletonList(new Piece(start, value.length(), claim, filling));
            return assemble(name, value, one, start + filling.length());
        } finally {
            credentials.close();
        }
    }

    /** Whether a reference in this position is one: where no grant on the secret names the position it is text. */
    private boolean resolves(Reference reference, String position, boolean credentials) throws IOException {
        if (credentials) {
            // Nothing but credentials stands there: what no grant allows is refused, not sent.
            return true;
        }
        try {
            return http.access().leases().names(reference.name(), position, wait);
        } catch (BrokerException e) {
            throw refusal(reference.name(), e);
        }
    }

    /** In these a text is a user's name, or a hash of a password: no place for one itself. */
    private void requireTokenScheme(String value, Reference reference) throws IOException {
        for (String scheme : new String[] {"Digest", "NTLM", "Negotiate"}) {
            if (value.regionMatches(true, 0, scheme + " ", 0, scheme.length() + 1)) {
                throw refusal("'" + reference + "' stands in credentials of the scheme " + scheme
                        + ", in which a secret is never sent; nothing of it resolves there");
            }
        }
    }

    private static boolean isCredentials(String lower) {
        return lower.equals("authorization") || lower.equals("proxy-authorization");
    }

    private Marker.Claim claim(String secret, String field, String position) throws IOException {
        Target to = target;
        if (to == null) {
            to = where.target(requestTarget);
            target = to;
        }
        Request request = Request.http(
                http.access().leases().workload(), secret, field, to, method, position, Collections.emptyList());
        Use use;
        try {
            use = http.access().warm().use(request, wait);
        } catch (BrokerException e) {
            throw refusal(secret, e);
        }
        Marker.Claim claim = new Marker.Claim(request, use);
        claims.add(claim);
        requireWire(claim);
        return claim;
    }

    /** The connection's end must be JSSE's, in client mode, proven, and its peer the one that the grant names. */
    private void requireWire(Marker.Claim claim) throws IOException {
        if (wire == null) {
            Object tls = where.tls;
            if (tls == null) {
                throw refusal("lethe:" + claim.request.secret() + " for " + claim.request.target()
                        + ": this client's plain HTTP has no sink yet; use https");
            }
            String obstacle = http.tls().obstacle(tls, wait);
            if (obstacle != null) {
                throw refusal("lethe:" + claim.request.secret() + " for " + claim.request.target() + ": " + obstacle);
            }
            wire = http.tls().wire(tls);
        }
        http.tls().requirePeerNow(where.tls, wire, claim);
    }

    /** A header cannot hold line breaks: they would end it. */
    private Sealed sendable(Marker.Claim claim, Reference reference) throws IOException {
        Sealed secret = claim.lease().secret();
        if (secret.contains(ByteSet.CONTROLS)) {
            throw refusal("lethe:" + reference.name() + " holds a control character (a line break at its end?), "
                    + "which no header can carry; store it again without");
        }
        return secret;
    }

    private String arm(Filling filling, Marker.Claim claim, Before before) throws IOException {
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

    private static @Nullable String cookie(String header, Spot spot) {
        int pair = header.lastIndexOf(';', spot.start) + 1;
        while (pair < spot.start && header.charAt(pair) == ' ') {
            pair++;
        }
        int equals = header.indexOf('=', pair);
        return equals < 0 || equals > spot.start ? null : "cookie:" + header.substring(pair, equals);
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
            claim.use.close();
        }
        claims.clear();
    }

    private IOException refusal(String secret, BrokerException e) {
        String message = String.valueOf(e.getMessage());
        String reference = Reference.PREFIX + secret;
        return refusal(message.contains(reference) ? message : reference + ": " + message);
    }

    /** Where it would have gone is always said: of several requests it is this one. */
    private IOException refusal(String message) {
        String host = where.host.indexOf(':') < 0 ? where.host : "[" + where.host + "]";
        String origin = where.scheme + "://" + host + ":" + where.port;
        return new IOException("lethe: " + message + (message.contains(origin) ? "" : " (" + origin + ")"));
    }

    /** A reference that is to be replaced, and by what. */
    private static final class Piece {

        final int start;
        final int end;
        final Marker.Claim claim;
        final Filling filling;

        Piece(int start, int end, Marker.Claim claim, Filling filling) {
            this.start = start;
            this.end = end;
            this.claim = claim;
            this.filling = filling;
        }
    }
}
