package io.lethe.broker;

import io.lethe.broker.json.JsonException;
import io.lethe.broker.json.JsonFields;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * An override that the admin signed for one secret and target, for some hours: what would stop an application at night then
 * does not. It grants nothing: grants decide as ever. A driver of which only a part is recognised gets the reference, records go
 * to standard error where the trail cannot be written, and a bundle speaks for a vault that cannot be read.
 *
 * <p>Loaded by the agent loader and the command line's. Immutable. Nothing of it is secret.
 */
public final class BreakGlass {

    /** On decisions that an override's bundle made, and the name of its records. */
    public static final String MARK = "break-glass";

    /** No override is longer, whoever signed it. */
    public static final long MAX_SECONDS = TimeUnit.HOURS.toSeconds(24);

    private static final int MAX_REASON = 200;
    /** What clocks of two hosts may differ by. */
    private static final long SKEW = 300;

    private final String id;
    private final String secret;
    private final TargetPattern target;
    private final long from;
    private final long until;
    private final String actor;
    private final String reason;

    /**
     * @param target as in a grant
     * @param from seconds since 1970
     * @param until seconds since 1970, at most {@link #MAX_SECONDS} later
     * @param actor who made it
     * @throws IllegalArgumentException with a message fit for people
     */
    public BreakGlass(String id, String secret, String target, long from, long until, String actor, String reason) {
        if (until <= from || until - from > MAX_SECONDS) {
            throw new IllegalArgumentException(
                    "an override lasts at most " + TimeUnit.SECONDS.toHours(MAX_SECONDS) + " hours");
        }
        if (reason.trim().isEmpty() || reason.length() > MAX_REASON) {
            throw new IllegalArgumentException("a reason has 1 to " + MAX_REASON + " characters");
        }
        this.id = id;
        this.secret = secret;
        this.target = TargetPattern.parse(target);
        this.from = from;
        this.until = until;
        this.actor = Text.shown(actor);
        this.reason = Text.shown(reason);
    }

    public String id() {
        return id;
    }

    public String secret() {
        return secret;
    }

    public TargetPattern target() {
        return target;
    }

    /** Seconds since 1970 from which on it is void. */
    public long until() {
        return until;
    }

    public String actor() {
        return actor;
    }

    public String reason() {
        return reason;
    }

    /** Whether it holds at this time; not before it was made either, so that a clock put back makes it no longer. */
    public boolean isLive(long now) {
        return now < until && now >= from - SKEW;
    }

    /** Whether it is about what is asked for. */
    public boolean matches(Request request) {
        return secret.equals(request.secret()) && target.matches(request.target());
    }

    /** For the index. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", id);
        json.put("secret", secret);
        json.put("target", target.toString());
        json.put("from", from);
        json.put("until", until);
        json.put("actor", actor);
        json.put("reason", reason);
        return json;
    }

    /** Reads what {@link #toJson()} wrote; one that is too long is refused, signed or not. */
    public static BreakGlass fromJson(Object value) throws JsonException {
        JsonFields json = JsonFields.of(value, "override");
        try {
            BreakGlass read = new BreakGlass(
                    json.string("id"),
                    json.string("secret"),
                    json.string("target"),
                    json.number("from"),
                    json.number("until"),
                    json.string("actor"),
                    json.string("reason"));
            json.end();
            return read;
        } catch (IllegalArgumentException e) {
            throw new JsonException("an override in it is none: " + e.getMessage());
        }
    }

    /** In half a sentence. */
    @Override
    public String toString() {
        return MARK + " " + id + " for lethe:" + secret + " on " + target + " until " + Instant.ofEpochSecond(until)
                + " (" + actor + ": " + reason + ")";
    }
}
