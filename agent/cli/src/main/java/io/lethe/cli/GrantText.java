package io.lethe.cli;

import io.lethe.broker.Explanation;
import io.lethe.broker.Grant;
import io.lethe.broker.Hours;
import io.lethe.broker.Position;
import io.lethe.broker.TargetPattern;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Says a grant in one sentence, with what is wide or weak about it. Stateless. */
final class GrantText {

    private GrantText() {}

    static String of(Grant grant) {
        List<String> targets = new ArrayList<>();
        for (TargetPattern target : grant.targets()) {
            targets.add(target.toString());
        }
        StringBuilder text = new StringBuilder(grant.id())
                .append(": lethe:")
                .append(grant.secret())
                .append(
                        grant.fields().size() == 1 && grant.fields().contains("password")
                                ? ""
                                : " (" + join(grant.fields()) + ")")
                .append(" to ")
                .append(join(targets));
        if (grant.users().contains(Grant.ANY)) {
            text.append(" as ANY user");
        } else if (grant.actions().contains("connect")) {
            text.append(" as ").append(grant.users().isEmpty() ? "its own user" : join(grant.users()));
        }
        if (grant.actions().contains("request")) {
            text.append(" in ").append(join(grant.positions()));
            text.append(grant.methods().isEmpty() ? "" : " of " + join(grant.methods()));
        }
        text.append(grant.workloads().size() == 1 ? " by workload " : " by workloads ")
                .append(join(grant.workloads()))
                .append(selectors(grant))
                .append(", ")
                .append(grant.ttlSeconds())
                .append(" s a lease");
        if (grant.notBefore() > 0) {
            text.append(", from ").append(Instant.ofEpochSecond(grant.notBefore()));
        }
        if (grant.notAfter() != Long.MAX_VALUE) {
            text.append(", until ").append(Instant.ofEpochSecond(grant.notAfter()));
        }
        for (Hours hours : grant.hours()) {
            text.append(", ").append(Explanation.shown(hours.toString()));
        }
        if (grant.uses() > 0) {
            text.append(", ")
                    .append(grant.uses())
                    .append(grant.uses() == 1 ? " use" : " uses")
                    .append(" a process");
        }
        if (grant.demandsTls() && grant.trust().isDefault()) {
            text.append(", TLS verified");
        }
        for (byte[] certificate : grant.trust().authorities()) {
            text.append(", CA ").append(Certificates.name(certificate));
        }
        more(text, "pin", grant.trust().pins());
        more(text, "via", grant.via());
        more(text, "WEAK", grant.weak());
        return text.toString();
    }

    /** What an operator should know of a grant: it says yes to more than one usually wants. */
    static List<String> warnings(Grant grant, long now) {
        List<String> warnings = new ArrayList<>();
        if (grant.users().contains(Grant.ANY)) {
            warnings.add("grant " + grant.id() + " holds for any user name");
        }
        for (TargetPattern target : grant.targets()) {
            if (target.scheme().equals("http")) {
                warnings.add("grant " + grant.id() + " consents to plain HTTP: " + target);
            }
        }
        for (String position : grant.positions()) {
            if (position.equals(Position.PATH) || position.startsWith("query:")) {
                warnings.add("grant " + grant.id() + " lets the secret stand in a URL, which servers and proxies log: "
                        + Explanation.shown(position));
            }
        }
        for (byte[] certificate : grant.trust().authorities()) {
            for (String warning : Certificates.warnings(certificate, now * 1000)) {
                warnings.add("grant " + grant.id() + " " + warning);
            }
        }
        if (!grant.weak().isEmpty()) {
            warnings.add("grant " + grant.id() + " tolerates weak authentication: " + join(grant.weak()));
        }
        if (!grant.via().isEmpty()) {
            warnings.add("grant " + grant.id() + " tolerates rerouting: " + join(grant.via()));
        }
        for (Hours hours : grant.hours()) {
            if (!hours.zoneIsKnown()) {
                warnings.add("grant " + grant.id() + " names a time zone that this JVM does not know: "
                        + Explanation.shown(hours.toString()));
            }
        }
        if (grant.notAfter() <= now) {
            warnings.add("grant " + grant.id() + " ended on " + Instant.ofEpochSecond(grant.notAfter()));
        }
        return warnings;
    }

    private static String selectors(Grant grant) {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, String> selector : grant.selectors().entrySet()) {
            text.append(' ').append(selector.getKey()).append('=').append(Explanation.shown(selector.getValue()));
        }
        return text.toString();
    }

    private static void more(StringBuilder text, String what, Set<String> values) {
        if (!values.isEmpty()) {
            text.append(", ").append(what).append(' ').append(join(values));
        }
    }

    private static String join(Iterable<String> values) {
        List<String> shown = new ArrayList<>();
        for (String value : values) {
            shown.add(Explanation.shown(value));
        }
        return String.join(", ", shown);
    }
}
