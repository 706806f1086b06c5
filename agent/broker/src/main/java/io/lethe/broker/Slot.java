package io.lethe.broker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The warm leases on one field of one secret for one endpoint, and those under way.
 *
 * <p>Loaded by the agent loader. Changed under the lock of {@link WarmLeases}; {@link #warm} is read without it.
 */
final class Slot {

    /** Leases under several grants; more than these are a mistake or an attack. */
    private static final int MAX_LEASES = 16;

    final List<?> place;
    final List<Fill> fills = new ArrayList<>();
    /** Never changed in place. */
    volatile List<Warm> warm = Collections.emptyList();

    Slot(List<?> place) {
        this.place = place;
    }

    /** Secret, field, scheme, host and port. */
    static List<?> place(Request request) {
        Target target = request.target();
        return Arrays.asList(request.secret(), request.field(), target.scheme(), target.host(), target.port());
    }

    /** What is under way for this very question. */
    @Nullable
    Fill fill(Request request) {
        List<?> question = Leases.question(request);
        for (Fill fill : fills) {
            if (Leases.question(fill.request).equals(question)) {
                return fill;
            }
        }
        return null;
    }

    /** Adds it and returns those in whose place it stands, to be retired. */
    List<Warm> add(Warm fresh) {
        List<Warm> kept = new ArrayList<>();
        List<Warm> replaced = new ArrayList<>();
        for (Warm old : warm) {
            boolean same = old.lease().rule().equals(fresh.lease().rule()) && fresh.covers(old.issuedFor());
            (same ? replaced : kept).add(old);
        }
        if (kept.size() == MAX_LEASES) {
            replaced.add(kept.remove(0));
        }
        kept.add(fresh);
        warm = kept;
        return replaced;
    }

    void remove(Warm gone) {
        List<Warm> kept = new ArrayList<>(warm);
        kept.remove(gone);
        warm = kept;
    }

    boolean isEmpty() {
        return fills.isEmpty() && warm.isEmpty();
    }
}
