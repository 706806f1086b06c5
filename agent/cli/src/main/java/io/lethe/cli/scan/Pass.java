package io.lethe.cli.scan;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads regions through one buffer and records what the {@link Sieve} lets through. The end of each piece is kept in front
 * of the next, so that no hit is lost between two reads.
 *
 * <p>Used by one thread. {@link #close()} overwrites the buffer, which held other processes' memory. An address that
 * cannot be read is passed over, page by page, and counted.
 */
final class Pass implements AutoCloseable {

    private static final int CHUNK = 1 << 20;
    private static final int MOST_HITS = 1_000_000;
    private static final long DONE = -1;
    private static final long FULL = -2;

    private final Sieve sieve;
    private final int pageSize;
    private final int margin;
    private final ByteBuffer buffer;
    private final List<Hit> hits = new ArrayList<>();

    /** For each form the place behind its latest part and the difference that tells parts of one copy. */
    private final long[] partEnd;

    private final long[] partOrigin;

    private long bytes;
    private long unreadable;

    Pass(Sieve sieve, int pageSize) {
        this.sieve = sieve;
        this.pageSize = pageSize;
        this.margin = sieve.longest() + 16 & ~7;
        this.buffer = ByteBuffer.allocateDirect(Math.max(CHUNK, 4 * margin) + 2 * margin)
                .order(ByteOrder.LITTLE_ENDIAN);
        this.partEnd = new long[sieve.forms.length];
        this.partOrigin = new long[sieve.forms.length];
    }

    List<Hit> hits() {
        return hits;
    }

    long bytes() {
        return bytes;
    }

    long unreadable() {
        return unreadable;
    }

    /** Scans a region whose start is aligned to eight bytes. */
    void scan(Region region) throws IOException, ScanException {
        Arrays.fill(partEnd, -1);
        long from = region.start;
        while (from < region.end) {
            long failed = scanReadable(region, from);
            if (failed == DONE) {
                return;
            }
            from = (failed / pageSize + 1) * pageSize;
            unreadable += Math.min(from, region.end) - failed;
        }
    }

    /** Scans on until the end, returning {@link #DONE}, or until an address cannot be read, returning that address. */
    private long scanReadable(Region region, long start) throws IOException, ScanException {
        long base = start;
        int sampled = 0;
        buffer.clear();
        while (true) {
            long room = Math.min(buffer.capacity(), region.end - base);
            buffer.limit((int) room);
            long failed = fill(region, base);
            int filled = buffer.position();
            boolean last = failed != FULL;
            int stop = last ? filled : filled - margin;
            sampled = sample(region, base, sampled, stop, filled);
            if (last) {
                return failed;
            }
            int keepFrom = Math.max(0, sampled - margin & ~7);
            buffer.limit(filled).position(keepFrom);
            buffer.compact();
            base += keepFrom;
            sampled -= keepFrom;
        }
    }

    /** Fills the buffer: {@link #FULL}, {@link #DONE} at the region's end, else the address that failed. */
    private long fill(Region region, long base) throws IOException {
        while (true) {
            long address = base + buffer.position();
            if (address >= region.end) {
                return DONE;
            }
            if (!buffer.hasRemaining()) {
                return FULL;
            }
            int n;
            try {
                n = region.source.read(buffer, address);
            } catch (ClosedChannelException e) {
                throw e;
            } catch (IOException e) {
                return region.end == Long.MAX_VALUE ? rethrow(e) : address;
            }
            if (n <= 0) {
                return region.end == Long.MAX_VALUE ? DONE : address;
            }
            bytes += n;
        }
    }

    private static long rethrow(IOException e) throws IOException {
        throw e;
    }

    /** Looks at every sampled position from {@code i} on that ends before {@code stop}; returns the next position. */
    private int sample(Region region, long base, int i, int stop, int filled)
            throws ScanException {
        ByteBuffer b = buffer;
        b.limit(filled);
        Sieve s = sieve;
        if (s.step == 4) {
            boolean skipZeros = !s.seeksZeros;
            for (; i + 8 <= stop; i += 8) {
                long eight = b.getLong(i);
                if (eight == 0 && skipZeros) {
                    continue;
                }
                if (s.mayHold((int) eight)) {
                    check(region, base, i, filled);
                }
                if (s.mayHold((int) (eight >>> 32))) {
                    check(region, base, i + 4, filled);
                }
            }
        }
        for (; i + 4 <= stop; i += s.step) {
            if (s.mayHold(b.getInt(i))) {
                check(region, base, i, filled);
            }
        }
        return i;
    }

    private void check(Region region, long base, int at, int filled) throws ScanException {
        int gram = buffer.getInt(at);
        for (int e = sieve.first(gram); e >= 0; e = sieve.next(e)) {
            int f = sieve.form(e);
            Form form = sieve.forms[f];
            int start = at - sieve.offset(e);
            if (sieve.isPart(e)) {
                part(region, base, f, start, at, filled);
            } else if (start >= 0 && start + form.bytes.length <= filled && matches(form, start)) {
                found(new Hit(form, base + start, form.bytes.length, false, region));
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
    private void part(Region region, long base, int f, int origin, int at, int filled) throws ScanException {
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
            found(new Hit(form, base + firstUnit, length, true, region));
        }
        partOrigin[f] = base + origin;
        partEnd[f] = base + to;
    }

    @Override
    public void close() {
        buffer.clear();
        while (buffer.remaining() >= 8) {
            buffer.putLong(0);
        }
        while (buffer.hasRemaining()) {
            buffer.put((byte) 0);
        }
    }
}
