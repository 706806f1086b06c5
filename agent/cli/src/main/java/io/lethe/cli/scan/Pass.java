package io.lethe.cli.scan;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
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
    private static final long DONE = -1;
    private static final long FULL = -2;

    private final Sieve sieve;
    private final int pageSize;
    private final int margin;
    private final ByteBuffer buffer;
    private final Candidates candidates;
    private long bytes;
    private long unreadable;

    Pass(Sieve sieve, int pageSize) {
        this.sieve = sieve;
        this.pageSize = pageSize;
        this.margin = sieve.longest() + 16 & ~7;
        this.buffer = ByteBuffer.allocateDirect(Math.max(CHUNK, 4 * margin) + 2 * margin)
                .order(ByteOrder.LITTLE_ENDIAN);
        this.candidates = new Candidates(sieve, buffer);
    }

    List<Hit> hits() {
        return candidates.hits();
    }

    long bytes() {
        return bytes;
    }

    long unreadable() {
        return unreadable;
    }

    /** Scans a region whose start is aligned to eight bytes. */
    void scan(Region region) throws IOException, ScanException {
        candidates.beginRegion(region);
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
            sampled = sample(base, sampled, stop, filled);
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
    private int sample(long base, int i, int stop, int filled) throws ScanException {
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
                    candidates.check(base, i, filled);
                }
                if (s.mayHold((int) (eight >>> 32))) {
                    candidates.check(base, i + 4, filled);
                }
            }
        }
        for (; i + 4 <= stop; i += s.step) {
            if (s.mayHold(b.getInt(i))) {
                candidates.check(base, i, filled);
            }
        }
        return i;
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
