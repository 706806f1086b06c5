package io.lethe.cli;

import io.lethe.runtime.KnownSinks;
import io.lethe.weave.ClassPlan;
import io.lethe.weave.Fingerprint;
import io.lethe.weave.KnownSink;
import io.lethe.weave.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What would become of the sinks in some archives, found out from their class files with the plans and fingerprints with which
 * they would be woven. One thread.
 */
final class Inspection {

    /** One sink in one place. */
    static final class Found {
        final String where;
        final String sink;
        final Outcome outcome;
        final String why;

        Found(String where, String sink, Outcome outcome, String why) {
            this.where = where;
            this.sink = sink;
            this.outcome = outcome;
            this.why = why;
        }

        Map<String, Object> toJson() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("where", where);
            json.put("sink", sink);
            json.put("outcome", outcome.name());
            json.put("why", why);
            return json;
        }
    }

    private final List<KnownSink> known = KnownSinks.all();
    private final int jdk;
    private final List<String> delegating;
    private final List<Found> found = new ArrayList<>();
    private final Map<String, String> handingOn = new TreeMap<>();

    /**
     * @param jdk whose classes of multi-release jars are looked at
     * @param delegating packages that the config says to hand references on
     */
    Inspection(int jdk, List<String> delegating) {
        this.jdk = jdk;
        this.delegating = delegating;
    }

    /** Internal names of all classes that a sink names. */
    Set<String> wanted() {
        Set<String> names = new HashSet<>();
        for (KnownSink sink : known) {
            for (ClassPlan plan : sink.plans()) {
                names.add(plan.name());
            }
        }
        return names;
    }

    List<Found> found() {
        return found;
    }

    /** Pools and data sources that hand references on to a driver: where, and the first of their classes. */
    Map<String, String> handingOn() {
        return handingOn;
    }

    void inspect(Archive archive) {
        String trouble = archive.trouble();
        if (trouble != null) {
            found.add(new Found(archive.where, "unreadable", Outcome.UNKNOWN, trouble));
        }
        inspect(archive.where, name -> archive.classFile(name, jdk));
        for (Map.Entry<String, String> entry : archive.guarded(jdk).entrySet()) {
            String name = entry.getKey().replace('/', '.');
            if (KnownSinks.handsOn(name, delegating)) {
                handingOn.putIfAbsent(archive.where, name);
            } else {
                found.add(new Found(
                        archive.where,
                        name,
                        Outcome.UNKNOWN,
                        "implements " + entry.getValue().replace('/', '.')
                                + " and is no driver that Lethe knows: it gets no reference; if it only hands on to one"
                                + " that is known, list its package under drivers.delegating"));
            }
        }
    }

    /** @param classFiles by internal name; null for what is not there */
    void inspect(String where, Function<String, byte @Nullable []> classFiles) {
        for (KnownSink sink : known) {
            Found one = inspect(where, sink, classFiles);
            if (one != null) {
                found.add(one);
            }
        }
    }

    private static @Nullable Found inspect(
            String where, KnownSink sink, Function<String, byte @Nullable []> classFiles) {
        Outcome worst = Outcome.HOOKED;
        List<String> why = new ArrayList<>();
        Set<String> present = new HashSet<>();
        for (ClassPlan plan : sink.plans()) {
            byte[] classFile = classFiles.apply(plan.name());
            if (classFile == null) {
                continue;
            }
            present.add(plan.name());
            Fingerprint fingerprint = Fingerprint.of(classFile, plan);
            if (fingerprint.outcome().compareTo(worst) > 0) {
                worst = fingerprint.outcome();
            }
            if (fingerprint.outcome() != Outcome.HOOKED) {
                why.add(plan.name().replace('/', '.') + ": " + fingerprint.why());
            }
        }
        if (present.isEmpty()) {
            return null;
        }
        for (String name : missing(sink, present)) {
            worst = worst == Outcome.HOOKED ? Outcome.PARTIAL : worst;
            why.add(name.replace('/', '.') + " is missing");
        }
        return new Found(where, sink.name(), worst, String.join("; ", why));
    }

    /** What the generation lacks of which most is there. */
    private static List<String> missing(KnownSink sink, Set<String> present) {
        List<String> fewest = null;
        for (List<String> generation : sink.generations()) {
            if (present.contains(generation.get(0))) {
                List<String> missing = new ArrayList<>(generation);
                missing.removeAll(present);
                if (fewest == null || missing.size() < fewest.size()) {
                    fewest = missing;
                }
            }
        }
        return fewest == null ? Collections.<String>emptyList() : fewest;
    }
}
