package io.lethe.cli.scan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * Turns hits into findings, each copy counted once: the same bytes can match two forms of one secret (UTF-16BE reads like
 * UTF-16LE shifted by one byte), and a part of a secret inside a whole copy is no finding of its own.
 *
 * <p>Stateless.
 */
final class Findings {

    private static final Comparator<Hit> ORDER = Comparator.<Hit>comparingInt(h -> h.form.needle)
            .thenComparingInt(h -> h.region.space)
            .thenComparingLong(h -> h.address)
            .thenComparing(Comparator.<Hit>comparingInt(h -> h.length).reversed());

    private Findings() {}

    static List<Finding> of(List<Hit> hits, List<Needle> needles) {
        List<Hit> whole = new ArrayList<>();
        List<Hit> parts = new ArrayList<>();
        for (Hit hit : hits) {
            (hit.part ? parts : whole).add(hit);
        }
        whole = withoutOverlaps(whole);
        parts = withoutOverlaps(outside(whole, parts));
        List<Finding> findings = new ArrayList<>();
        for (Hit hit : whole) {
            boolean derived = needles.get(hit.form.needle).isDerived();
            findings.add(finding(derived ? Finding.Kind.DERIVED : Finding.Kind.COPY, hit, needles));
        }
        for (Hit hit : parts) {
            findings.add(finding(Finding.Kind.FRAGMENT, hit, needles));
        }
        return Collections.unmodifiableList(findings);
    }

    private static Finding finding(Finding.Kind kind, Hit hit, List<Needle> needles) {
        String name = needles.get(hit.form.needle).name();
        String where = hit.region.naming.name(hit.address);
        return new Finding(kind, name, hit.form.encoding, where, hit.address, hit.length);
    }

    private static List<Hit> withoutOverlaps(List<Hit> hits) {
        hits.sort(ORDER);
        List<Hit> kept = new ArrayList<>();
        for (Hit hit : hits) {
            Hit last = kept.isEmpty() ? null : kept.get(kept.size() - 1);
            if (last == null || !overlap(last, hit)) {
                kept.add(hit);
            } else if (better(hit, last)) {
                kept.set(kept.size() - 1, hit);
            }
        }
        return kept;
    }

    /** Characters of two bytes stand at even addresses; of two parts the longer one is the finding. */
    private static boolean better(Hit hit, Hit than) {
        if (hit.part && hit.length != than.length) {
            return hit.length > than.length;
        }
        return (hit.address & 1) == 0 && (than.address & 1) != 0;
    }

    private static boolean overlap(Hit a, Hit b) {
        return a.form.needle == b.form.needle
                && a.region.space == b.region.space
                && a.address < b.end()
                && b.address < a.end();
    }

    /** Both lists in one order: what overlaps a part is the last whole hit before it or the first one after. */
    private static List<Hit> outside(List<Hit> whole, List<Hit> parts) {
        List<Hit> kept = new ArrayList<>();
        for (Hit part : parts) {
            int at = Collections.binarySearch(whole, part, ORDER);
            int after = at < 0 ? -at - 1 : at;
            boolean inside = after < whole.size() && overlap(whole.get(after), part)
                    || after > 0 && overlap(whole.get(after - 1), part);
            if (!inside) {
                kept.add(part);
            }
        }
        return kept;
    }
}
