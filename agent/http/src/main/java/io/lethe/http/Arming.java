package io.lethe.http;

import io.lethe.broker.Position;
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
 * One request that is being put into bytes: finds the references in it, lets {@link Claims} ask for their leases, and gives the
 * text to send instead, with markers. Holds no secret.
 *
 * <p>Loaded by the agent loader. One thread. A refusal is an {@link IOException} whose message names reference, target and
 * reason; nothing stays armed after it once {@link #abandon} is called.
 */
final class Arming {

    /** How long an application thread waits for a lease. */
    static final long PATIENT = TimeUnit.SECONDS.toNanos(5);
    /** How long an event loop does. */
    static final long HASTY = TimeUnit.MILLISECONDS.toNanos(200);

    /** What every peer takes in one frame of HTTP/2 (RFC 9113, 4.2), without a priority's five bytes. */
    private static final int FRAME = 16_384 - 5;
    /** Before a name and before a value: at most an opcode, and a length of four bytes each. */
    private static final int FIELD = 10;

    /** How a reference begins where its colon is escaped. */
    private static final String ESCAPED = "lethe%3";

    private final Http http;
    private final Destination where;
    private final String method;
    private final String requestTarget;
    private final Claims claims;
    private final Unarmed unarmed;
    private final List<String> literals = new ArrayList<>(1);

    Arming(Http http, Destination where, String method, String requestTarget, long wait) {
        this.http = http;
        this.where = where;
        this.method = method;
        this.requestTarget = requestTarget;
        this.claims = new Claims(http, where, method, requestTarget, wait);
        this.unarmed = new Unarmed(claims);
    }

    /** For what is not replaced. */
    Unarmed unarmed() {
        return unarmed;
    }

    /** Whether a value of a header has to go through {@link #header} at all: cheap, and false for nearly all. */
    static boolean concerns(@Nullable String value) {
        return value != null && (Spot.in(value) || Basic.start(value) >= 0);
    }

    /** The same for a URL's path and query, for {@link #requestTarget} or {@link Unarmed#url}. */
    static boolean concernsUrl(@Nullable String target) {
        return target != null && (target.contains(Reference.PREFIX) || target.contains(ESCAPED));
    }

    /** The same for the whole head of a request. */
    static boolean concernsHead(StringBuilder head) {
        return head.indexOf(Reference.PREFIX) >= 0 || head.indexOf(ESCAPED) >= 0 || Basic.within(head);
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
            String position = lower.equals("cookie") ? Unarmed.cookie(value, spot) : Position.header(lower);
            if (position == null || !claims.resolve(spot.reference, position)) {
                continue;
            }
            if (Claims.isCredentials(position)) {
                requireTokenScheme(value, spot.reference);
            }
            Marker.Claim claim = claims.claim(spot.reference.name(), spot.reference.field(), position);
            Filling filling = Filling.plain(claims.sendable(claim, spot.reference));
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
            throw claims.refusal(
                    claims.first() + ": the request's headers take up to " + bytes + " bytes, more than the " + FRAME
                            + " that surely go into one frame of HTTP/2; send less, or use HTTP/1.1");
        }
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
            out.append(claims.arm(piece.filling, piece.claim, before));
            at = piece.end;
        }
        String sent = out.append(value, at, value.length()).toString();
        return literal(sent);
    }

    /** On HTTP/2 no table may keep it. */
    private String literal(String sent) {
        if (where.multiplexed) {
            http.neverIndexed().add(sent);
            literals.add(sent);
        }
        return sent;
    }

    /**
     * The target of a request line to send, or HTTP/2's {@code :path}: whole values of its query and whole segments of its path.
     */
    String requestTarget() throws IOException {
        int query = requestTarget.indexOf('?');
        int pathEnd = query < 0 ? requestTarget.length() : query;
        List<Piece> pieces = new ArrayList<>(1);
        for (int start = requestTarget.indexOf('/'); start >= 0 && start < pathEnd; ) {
            int next = requestTarget.indexOf('/', start + 1);
            int end = next < 0 || next > pathEnd ? pathEnd : next;
            escaped(pieces, start + 1, end, Pairs.reference(requestTarget, start + 1, end), Position.PATH);
            start = next;
        }
        if (query >= 0) {
            for (Pairs.Value value : Pairs.references(requestTarget, query + 1, requestTarget.length())) {
                escaped(pieces, value.start, value.end, value.reference, Position.query(value.name));
            }
        }
        if (pieces.isEmpty()) {
            return requestTarget;
        }
        int length = requestTarget.length();
        for (Piece piece : pieces) {
            length += piece.filling.length() - (piece.end - piece.start);
        }
        StringBuilder out = new StringBuilder(length);
        int at = 0;
        for (Piece piece : pieces) {
            String literal = requestTarget.substring(at, piece.start);
            Before before = at > 0
                    ? Before.text(literal)
                    : where.multiplexed
                            ? Before.neverIndexed(":path", literal, length)
                            : Before.text(method + " " + literal);
            out.append(literal).append(claims.arm(piece.filling, piece.claim, before));
            at = piece.end;
        }
        String sent = out.append(requestTarget, at, requestTarget.length()).toString();
        return literal(sent);
    }

    /**
     * The body of a form to send; its length may be another one.
     *
     * @return the same array where nothing in it is to be replaced
     */
    byte[] form(byte[] body) throws IOException {
        return form(body, 0);
    }

    /** @param first where its first whole field begins */
    byte[] form(byte[] body, int first) throws IOException {
        List<Piece> pieces = new ArrayList<>(1);
        List<String> names = new ArrayList<>(1);
        int length = body.length;
        for (Pairs.Value value : Pairs.references(Pairs.latin1(body), first, body.length)) {
            if (escaped(pieces, value.start, value.end, value.reference, Position.form(value.name))) {
                names.add(value.name);
                length += pieces.get(pieces.size() - 1).filling.length() - (value.end - value.start);
            }
        }
        if (pieces.isEmpty()) {
            return body;
        }
        if (where.multiplexed && length > FRAME) {
            throw claims.refusal(claims.first() + ": the form takes " + length + " bytes, more than the " + FRAME
                    + " that surely go into one frame of HTTP/2; send less, or use HTTP/1.1");
        }
        byte[] out = new byte[length];
        int from = 0;
        int at = 0;
        for (int i = 0; i < pieces.size(); i++) {
            Piece piece = pieces.get(i);
            System.arraycopy(body, from, out, at, piece.start - from);
            at += piece.start - from;
            String before = names.get(i) + "=";
            boolean begins = piece.start == before.length();
            byte[] marker = claims.arm(piece.filling, piece.claim, Before.text(begins ? before : "&" + before))
                    .getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(marker, 0, out, at, marker.length);
            at += marker.length;
            from = piece.end;
        }
        System.arraycopy(body, from, out, at, body.length - from);
        return out;
    }

    private boolean escaped(List<Piece> pieces, int start, int end, @Nullable Reference reference, String position)
            throws IOException {
        if (reference == null || !claims.resolve(reference, position)) {
            return false;
        }
        Marker.Claim claim = claims.claim(reference.name(), reference.field(), position);
        pieces.add(new Piece(start, end, claim, Filling.escaped(claim.lease().secret())));
        return true;
    }

    private String basic(String name, String lower, String value, int start) throws IOException {
        Basic credentials;
        try {
            credentials = Basic.of(value, start);
        } catch (IllegalArgumentException e) {
            throw claims.refusal(String.valueOf(e.getMessage()));
        }
        if (credentials == null) {
            return value;
        }
        String position = Position.header(lower);
        try {
            Reference inUser = credentials.userReference;
            Reference inPassword = credentials.passwordReference;
            Reference any = credentials.anyReference();
            if (any == null || !claims.resolve(any, position)) {
                return value;
            }
            if (inUser != null && !inUser.field().equals("username")) {
                throw claims.refusal(
                        "'" + inUser + "' stands in a user's place, where only the public field 'username' resolves");
            }
            if (inUser != null && inPassword != null && !inUser.name().equals(inPassword.name())) {
                throw claims.refusal(
                        "'" + inUser + "' and '" + inPassword + "' name two secrets for one login; use one");
            }
            Marker.Claim claim =
                    claims.claim(any.name(), inPassword != null ? inPassword.field() : "password", position);
            String user = inUser == null ? credentials.user : claim.lease().username();
            if (user == null) {
                throw claims.refusal("lethe:" + any.name() + " has no username; store one with: lethe vault put "
                        + any.name() + " --username NAME");
            }
            byte[] userBytes = user.getBytes(StandardCharsets.UTF_8);
            Filling filling = inPassword != null
                    ? Filling.basic(userBytes, claim.lease().secret())
                    : Filling.basicOwning(
                            userBytes, Sealed.of(credentials.password.clone(), 0, credentials.password.length));
            List<Piece> one = Collections.singletonList(new Piece(start, value.length(), claim, filling));
            return assemble(name, value, one, start + filling.length());
        } finally {
            credentials.close();
        }
    }

    /** In these a text is a user's name, or a hash of a password: no place for one itself. */
    private void requireTokenScheme(String value, Reference reference) throws IOException {
        for (String scheme : new String[] {"Digest", "NTLM", "Negotiate"}) {
            if (value.regionMatches(true, 0, scheme + " ", 0, scheme.length() + 1)) {
                throw claims.refusal("'" + reference + "' stands in credentials of the scheme " + scheme
                        + ", in which a secret is never sent; nothing of it resolves there");
            }
        }
    }

    /** The request will not be sent: its markers mean nothing any more. */
    void abandon() {
        claims.abandon();
        for (String literal : literals) {
            http.neverIndexed().take(literal);
        }
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
