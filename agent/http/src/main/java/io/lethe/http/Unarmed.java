package io.lethe.http;

import io.lethe.broker.Position;
import io.lethe.secret.Reference;
import java.io.IOException;
import java.util.Collections;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is done with references of a request where nothing is replaced: leases are asked for ahead, or a reference is refused in a
 * position that a grant names.
 *
 * <p>Loaded by the agent loader. One thread. A refusal is an {@link IOException} whose message names reference, target and
 * reason.
 */
final class Unarmed {

    private final Claims claims;

    Unarmed(Claims claims) {
        this.claims = claims;
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

    /**
     * For clients whose bodies cannot be replaced: a reference in a field that a grant names is refused, others are text.
     *
     * @param why why, as the end of a sentence about the form
     */
    void refuseForm(byte[] body, String why) throws IOException {
        refuseForm(body, 0, why);
    }

    /** @param from where its first whole field begins */
    void refuseForm(byte[] body, int from, String why) throws IOException {
        for (Pairs.Value value : Pairs.references(Pairs.latin1(body), from, body.length)) {
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

    /**
     * Asks for the leases that a value will need, so that an event loop finds them warm; for a thread that may wait. Sends
     * nothing; what it is refused {@link Arming#header} will be refused too, and can say so.
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

    static @Nullable String cookie(String header, Spot spot) {
        int pair = header.lastIndexOf(';', spot.start) + 1;
        while (pair < spot.start && header.charAt(pair) == ' ') {
            pair++;
        }
        int equals = header.indexOf('=', pair);
        return equals < 0 || equals > spot.start ? null : Position.cookie(header.substring(pair, equals));
    }
}
