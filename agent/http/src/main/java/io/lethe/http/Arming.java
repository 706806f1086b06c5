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

    /** A form longer than this is not looked at: no login is. */
    static final int LONGEST_FORM = 65_536;

    private static final String FORM_SUBTYPE = "x-www-form-urlencoded";
    private static final String FORM = "application/" + FORM_SUBTYPE;

    /** How a reference begins where its colon is escaped. */
    private static final String ESCAPED = "lethe%3";

    private final Http http;
    private final Destination where;
    private final String method;
    private final String requestTarget;
    private final Claims claims;
    private final List<String> literals = new ArrayList<>(1);

    Arming(Http http, Destination where, String method, String requestTarget, long wait) {
        this.http = http;
        this.where = where;
        this.method = method;
        this.requestTarget = requestTarget;
        this.claims = new Claims(http, where, method, requestTarget, wait);
    }

    /** Whether a value of a header has to go through {@link #header} at all: cheap, and false for nearly all. */
    static boolean concerns(@Nullable String value) {
        return value != null && (Spot.in(value) || Basic.start(value) >= 0);
    }

    /** The same for a URL's path and query, for {@link #requestTarget} or {@link #url}. */
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
            String position = lower.equals("cookie") ? cookie(value, spot) : Position.header(lower);
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
            String position =
                    query < 0 || spot.start < query ? Position.PATH : Position.query(parameter(url, query, spot.start));
            if (claims.resolve(spot.reference, position)) {
                throw claims.refusal("'" + spot.reference + "' stands in the URL (" + position
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

    /** Whether a body of this type is a form, for {@link #form}. */
    static boolean isForm(@Nullable String contentType) {
        if (contentType == null || !contentType.regionMatches(true, 0, FORM, 0, FORM.length())) {
            return false;
        }
        String parameters = contentType.substring(FORM.length()).trim();
        return parameters.isEmpty() || parameters.charAt(0) == ';';
    }

    /** Whether the media type of forms stands anywhere in a head: what most have not need not be taken apart. */
    static boolean namesForm(StringBuilder head) {
        for (int i = head.indexOf("/") + 1; i > 0; i = head.indexOf("/", i) + 1) {
            int end = Math.min(head.length(), i + FORM_SUBTYPE.length());
            if (FORM_SUBTYPE.equalsIgnoreCase(head.substring(i, end))) {
                return true;
            }
        }
        return false;
    }

    /** Whether a form has to go through {@link #form}. */
    static boolean concernsForm(byte @Nullable [] body) {
        return body != null
                && !Pairs.references(Pairs.latin1(body), 0, body.length).isEmpty();
    }

    /**
     * The body of a form to send; its length may be another one.
     *
     * @return the same array where nothing in it is to be replaced
     */
    byte[] form(byte[] body) throws IOException {
        List<Piece> pieces = new ArrayList<>(1);
        List<String> names = new ArrayList<>(1);
        int length = body.length;
        for (Pairs.Value value : Pairs.references(Pairs.latin1(body), 0, body.length)) {
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
            boolean first = piece.start == before.length();
            byte[] marker = claims.arm(piece.filling, piece.claim, Before.text(first ? before : "&" + before))
                    .getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(marker, 0, out, at, marker.length);
            at += marker.length;
            from = piece.end;
        }
        System.arraycopy(body, from, out, at, body.length - from);
        return out;
    }

    /**
     * For clients whose bodies cannot be replaced: a reference in a field that a grant names is refused, others are text.
     *
     * @param why why, as the end of a sentence about the form
     */
    void refuseForm(byte[] body, String why) throws IOException {
        for (Pairs.Value value : Pairs.references(Pairs.latin1(body), 0, body.length)) {
            if (claims.resolve(value.reference, Position.form(value.name))) {
                throw claims.refusal("'" + value.reference + "' stands in a form (form:" + value.name + "), " + why);
            }
        }
    }

    /**
     * For requests that nothing arms: a reference where a grant names the header is refused, others are text.
     *
     * @param why why, as the end of a sentence about the header
     */
    void refuseHeader(String name, String value, String why) throws IOException {
        String lower = name.toLowerCase(Locale.ROOT);
        int start = Basic.start(value);
        if (start >= 0) {
            try (Basic credentials = Basic.of(value, start)) {
                Reference any = credentials == null ? null : credentials.anyReference();
                if (any != null && claims.resolve(any, Position.header(lower))) {
                    throw claims.refusal("'" + any + "' stands in " + name + ", " + why);
                }
            }
            return;
        }
        for (Spot spot : Spot.all(value)) {
            String position = lower.equals("cookie") ? cookie(value, spot) : Position.header(lower);
            if (position != null && claims.resolve(spot.reference, position)) {
                throw claims.refusal("'" + spot.reference + "' stands in " + name + ", " + why);
            }
        }
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

    /**
     * Asks for the leases that a value will need, so that an event loop finds them warm; for a thread that may wait. Sends
     * nothing; what it is refused {@link #header} will be refused too, and can say so.
     */
    void ahead(String name, String value) throws IOException {
        claims.begin();
        String lower = name.toLowerCase(Locale.ROOT);
        int start = Basic.start(value);
        if (start >= 0) {
            try (Basic credentials = Basic.of(value, start)) {
                Reference inPassword = credentials == null ? null : credentials.passwordReference;
                Reference any = credentials == null ? null : credentials.anyReference();
                if (any != null && claims.resolve(any, Position.header(lower))) {
                    claims.ask(any.name(), inPassword != null ? any.field() : "password", Position.header(lower))
                            .close();
                }
            }
        }
        for (Spot spot : start >= 0 ? Collections.<Spot>emptyList() : Spot.all(value)) {
            String position = lower.equals("cookie") ? cookie(value, spot) : Position.header(lower);
            if (position != null && claims.resolve(spot.reference, position)) {
                claims.ask(spot.reference.name(), spot.reference.field(), position)
                        .close();
            }
        }
        claims.await();
    }

    private static @Nullable String cookie(String header, Spot spot) {
        int pair = header.lastIndexOf(';', spot.start) + 1;
        while (pair < spot.start && header.charAt(pair) == ' ') {
            pair++;
        }
        int equals = header.indexOf('=', pair);
        return equals < 0 || equals > spot.start ? null : Position.cookie(header.substring(pair, equals));
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
