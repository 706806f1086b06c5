package io.lethe.cli.scan;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks closely at the places that the {@link Sieve} let through, and keeps those where a form, or a part of one, stands.
 *
 * <p>Used by one thread, on the buffer of one {@link Pass}.
 */
final class Candidates {

    private static final int MOST_HITS = 1_000_000;

    private final Sieve sieve;
    private final ByteBuffer buffer;
    private final List<Hit> hits = new ArrayList<>();

    /** For each form the address behind its latest part, and where the whole would begin: tells parts of one copy. */
    private final long[] partEnd;

    private final long[] partOrigin;
    private @Nullable Region region;

    Candidates(Sieve sieve, ByteBuffer buffer) {
        this.sieve = sieve;
        this.buffer = buffer;
        this.partEnd = new long[sieve.forms.length];
        this.partOrigin = new long[sieve.forms.length];
    }

    List<Hit> hits() {
        return hits;
    }

    void beginRegion(Region begun) {
        region = begun;
        Arrays.fill(partEnd, -1);
    }

    /** Looks up the gram at an index of the buffer, whose first byte has the address {@code base}. */
    void check(long base, int at, int filled) throws ScanException {
        int gram = buffer.getInt(at);
        for (int e = sieve.first(gram); e >= 0; e = sieve.next(e)) {
            int f = sieve.form(e);
            Form form = sieve.forms[f];
            int start = at - sieve.offset(e);
            if (sieve.isPart(e)) {
                part(base, f, start, at, filled);
            } else if (start >= 0 && start + form.bytes.length <= filled && matches(form, start)) {
                found(new Hit(form, base + start, form.bytes.length, false, current()));
            }
        }
    }

    private void found(Hit hit) throws ScanException {
        if (hits.size() == MOST_HITS) {
            throw new ScanException("more than " + MOST_HITS + " matches: this is no secret, or a file full of it");
        }
        hits.add(hit);
    }

    private boolean matches(Form form, int start) {
        for (int k = 0; k < form.bytes.length; k++) {
            if (buffer.get(start + k) != form.bytes[k] && (form.known == null || form.known[k])) {
                return false;
            }
        }
        return true;
    }

    /** Widens a gram of a form to the longest run of it that stands here. */
    private void part(long base, int f, int origin, int at, int filled) throws ScanException {
        if (partOrigin[f] == base + origin && base + at < partEnd[f]) {
            return;
        }
        Form form = sieve.forms[f];
        int from = at;
        while (from > 0 && from > origin && buffer.get(from - 1) == form.bytes[from - 1 - origin]) {
            from--;
        }
        int to = at + 4;
        while (to < filled && to - origin < form.bytes.length && buffer.get(to) == form.bytes[to - origin]) {
            to++;
        }
        int firstUnit = from + (form.unit - (from - origin) % form.unit) % form.unit;
        int length = (to - firstUnit) / form.unit * form.unit;
        if (length >= form.fragment && length < form.bytes.length) {
            found(new Hit(form, base + firstUnit, length, true, current()));
        }
        partOrigin[f] = base + origin;
        partEnd[f] = base + to;
    }

    private Region current() {
        if (region == null) {
            throw new IllegalStateException("no region was begun");
        }
        return region;
    }
}
