package io.lethe.broker;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a request a grant does not cover, in words.
 *
 * <p>Loaded by the agent loader and the command line's. Stateless. Makes text, so only where the answer is no.
 */
final class Misses {

    private Misses() {}

    /**
     * Ends of a sentence that begins with the grant; empty for a yes.
     *
     * @param uses null where they are not counted
     */
    static List<String> of(Grants grants, Grant grant, Request request, long now, @Nullable Uses uses) {
        List<String> misses = new ArrayList<>();
        if (!grants.covers(grant, request, now)) {
            what(grants, grant, request, misses);
            who(grant, request, misses);
            when(grant, now, misses);
        }
        if (uses != null && !uses.left(grant)) {
            misses.add(usedUp(grant));
        }
        return misses;
    }

    /** Whether all that is missing is to know which code asks. */
    static boolean needCaller(Grants grants, Grant grant, Request request, long now) {
        boolean asks = false;
        for (String selector : Caller.SELECTORS) {
            asks |= grant.selectors().containsKey(selector);
        }
        return asks && grants.covers(grant, request, now, Caller.SELECTORS);
    }

    private static String usedUp(Grant grant) {
        return "allows " + grant.uses() + (grant.uses() == 1 ? " use" : " uses")
                + " in each process, and this one has had them";
    }

    private static void what(Grants grants, Grant grant, Request request, List<String> misses) {
        if (!Grants.reaches(grant, request.target())) {
            misses.add("allows " + joined(grant.targets()) + ", this is "
                    + Text.shown(request.target().toString()));
        }
        if (!grants.hasUser(grant, request)) {
            misses.add(userMiss(grants, grant, request));
        }
        if (!Grants.hasPosition(grant, request)) {
            misses.add("allows " + joined(grant.positions()) + ", this is "
                    + shownOr(request.position(), "in no known position"));
        }
        if (!Grants.hasMethod(grant, request)) {
            misses.add("allows " + joined(grant.methods()) + ", this is "
                    + shownOr(request.method(), "of no known method"));
        }
        if (!grant.actions().contains(request.action())) {
            misses.add("allows to " + joined(grant.actions()) + ", this is to " + Text.shown(request.action()));
        }
        if (!grants.hasField(grant, request)) {
            misses.add("allows the field " + joined(grant.fields()) + ", this is " + Text.shown(request.field()));
        }
        for (String via : request.via()) {
            if (!grant.via().contains(via)) {
                misses.add("does not allow " + Text.shown(via));
            }
        }
    }

    private static String userMiss(Grants grants, Grant grant, Request request) {
        String user = request.user();
        if (user == null) {
            return "needs a user name: the secret has none of its own and the application gave none";
        }
        Set<String> allowed = new LinkedHashSet<>(grant.users());
        String own = grants.ownUser(request.secret());
        if (own != null) {
            allowed.add(own);
        }
        return "allows " + (allowed.isEmpty() ? "no user" : "user " + joined(allowed)) + ", this is user "
                + Text.shown(user);
    }

    private static void who(Grant grant, Request request, List<String> misses) {
        if (!grant.workloads().contains(request.workload().name())) {
            misses.add("is for the workload name " + joined(grant.workloads()) + ", this one's is "
                    + Text.shown(request.workload().name()));
        }
        for (Map.Entry<String, String> wanted : grant.selectors().entrySet()) {
            String key = wanted.getKey();
            String actual = Selector.actual(request, key);
            if (!Selector.matches(key, wanted.getValue(), actual)) {
                String whose = Caller.SELECTORS.contains(key) ? "is for the " : "is for the workload ";
                misses.add(whose + key + " " + wanted.getValue() + ", this one's is " + shownOr(actual, "not known"));
            }
        }
    }

    private static void when(Grant grant, long now, List<String> misses) {
        if (now < grant.notBefore()) {
            misses.add("begins on " + Instant.ofEpochSecond(grant.notBefore()));
        }
        if (now >= grant.notAfter()) {
            misses.add("expired on " + Instant.ofEpochSecond(grant.notAfter()));
        }
        if (!Grants.isInHours(grant, now)) {
            misses.add("holds " + joined(grant.hours()) + ", it is "
                    + grant.hours().get(0).clock(now) + " there");
        }
    }

    private static String shownOr(@Nullable String text, String unknown) {
        return text == null ? unknown : Text.shown(text);
    }

    private static String joined(Iterable<?> values) {
        StringBuilder out = new StringBuilder();
        for (Object value : values) {
            out.append(out.length() == 0 ? "" : " or ").append(Text.shown(String.valueOf(value)));
        }
        return out.toString();
    }
}
