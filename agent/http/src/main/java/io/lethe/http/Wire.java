package io.lethe.http;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * One connection's markers, and as much of its plaintext as is needed to know one when it comes: whole, or cut by the end
 * of a write or of a record.
 *
 * <p>Loaded by the agent loader. Thread-safe. What it keeps of the stream are bytes from before the swap, so never a secret.
 */
final class Wire {

    /** More than the streams that a client opens at once on one connection. */
    static final int MOST = 1024;

    /** Markers armed in this JVM and not yet used: while it is 0 nothing that is sent is looked at. */
    private static final AtomicInteger ARMED = new AtomicInteger();

    /** A stretch of a record to be overwritten with a stretch of a filling. */
    static final class Swap {

        final Marker marker;
        private final int from;
        private final int count;
        private final int at;

        Swap(Marker marker, int from, int count, int at) {
            this.marker = marker;
            this.from = from;
            this.count = count;
            this.at = at;
        }

        /** Whether the marker is used up by it. */
        boolean last() {
            return from + count == marker.text.length;
        }

        /** @param record with an array, which is encrypted in place, or direct, which is written as it is */
        void into(ByteBuffer record) {
            if (record.hasArray()) {
                marker.filling.into(record.array(), record.arrayOffset() + at, from, count);
                return;
            }
            for (int i = 0; i < count; i++) {
                record.put(at + i, marker.filling.at(from + i));
            }
        }
    }

    private final WeakReference<Object> context;
    private final List<Marker> armed = new ArrayList<>();
    private final byte[] tail = new byte[Before.REACH];
    private int tailLength;
    /** A marker whose beginning was swapped at the end of the last record. */
    private @Nullable Marker cut;

    private int sent;
    /** Between {@link #look} and {@link #sent} of a write: what it was given must not be taken away. */
    private boolean writing;

    private @Nullable WeakReference<SSLSession> verifiedSession;
    private final List<Object> verified = new ArrayList<>();

    /** @param context JSSE's {@code TransportContext}, or a plain connection; held weakly, since it leads back to what finds this wire */
    Wire(Object context) {
        this.context = new WeakReference<>(context);
    }

    @Nullable
    Object context() {
        return context.get();
    }

    static boolean anyArmed() {
        return ARMED.get() != 0;
    }

    /** From now on the marker becomes the secret, once, on this connection. */
    synchronized void arm(Marker marker) throws SSLException {
        drop(System.nanoTime());
        if (armed.isEmpty()) {
            // Records were not looked at since the last marker: what is kept of the stream is not what was sent last.
            tailLength = 0;
        }
        if (armed.size() >= MOST) {
            throw new SSLException("lethe: " + MOST + " requests of this connection wait to be sent with references; "
                    + "the next one is refused");
        }
        armed.add(marker);
        ARMED.incrementAndGet();
    }

    /** The request will not be sent, or was. */
    synchronized void disarm(Marker marker) {
        if (armed.remove(marker)) {
            ARMED.decrementAndGet();
            marker.close();
        }
    }

    /** Forgets the markers that nobody sent in time. */
    synchronized void drop(long now) {
        if (writing) {
            return;
        }
        for (Iterator<Marker> i = armed.iterator(); i.hasNext(); ) {
            Marker marker = i.next();
            if (now - marker.expiresAt >= 0 && marker != cut) {
                i.remove();
                ARMED.decrementAndGet();
                marker.close();
            }
        }
    }

    /** The connection failed: nothing of it will be sent. */
    synchronized void dropAll() {
        for (Marker marker : armed) {
            ARMED.decrementAndGet();
            marker.close();
        }
        armed.clear();
        cut = null;
        writing = false;
    }

    synchronized boolean idle() {
        return armed.isEmpty();
    }

    synchronized List<Marker> armed() {
        return new ArrayList<>(armed);
    }

    /** Whether this session's peer was found to be the one that this trust means. */
    @SuppressWarnings("ReferenceEquality") // a server chooses session ids, and equals compares these
    synchronized boolean isVerified(SSLSession session, Object trust) {
        return verifiedSession != null && verifiedSession.get() == session && verified.contains(trust);
    }

    @SuppressWarnings("ReferenceEquality")
    synchronized void verified(SSLSession session, Object trust) {
        if (verifiedSession == null || verifiedSession.get() != session) {
            verifiedSession = new WeakReference<>(session);
            verified.clear();
        }
        verified.add(trust);
    }

    /**
     * Finds the markers in a record that is about to be encrypted, and changes nothing in it. All of them are checked before
     * the first one is swapped.
     *
     * @param from the first byte of the record's content
     * @param to one behind the last
     * @throws SSLException where one stands in a wrong place, is too old, or is cut and does not go on
     */
    synchronized List<Swap> plan(ByteBuffer record, int from, int to) throws SSLException {
        List<Swap> swaps = find(record, from, to);
        remember(record, from, to);
        done(swaps, to);
        return swaps;
    }

    /**
     * As {@link #plan}, for a write of which only a part may be taken: {@link #sent} or {@link #dropAll} has to follow.
     */
    synchronized List<Swap> look(ByteBuffer data, int from, int to) throws SSLException {
        List<Swap> swaps = find(data, from, to);
        writing = true;
        return swaps;
    }

    /**
     * So much of what was looked at has left.
     *
     * @param data as it was then, with its markers
     * @return the swaps, or their beginnings, that left with it
     */
    synchronized List<Swap> sent(ByteBuffer data, int from, int to) throws SSLException {
        writing = false;
        return plan(data, from, to);
    }

    private List<Swap> find(ByteBuffer record, int from, int to) throws SSLException {
        List<Swap> swaps = new ArrayList<>(2);
        int at = from;
        Marker begun = cut;
        if (begun != null) {
            int count = Math.min(begun.text.length - sent, to - from);
            if (!matches(record, from, begun.text, sent, count)) {
                throw new SSLException("lethe: a reference's place in the stream was cut in two and did not go on");
            }
            swaps.add(new Swap(begun, sent, count, from));
            at += count;
        }
        Window window = new Window(record, from);
        for (; at < to; at++) {
            if (record.get(at) != Marker.FIRST) {
                continue;
            }
            window.at = at;
            Swap swap = find(record, window, to, swaps);
            if (swap != null) {
                swaps.add(swap);
                at += swap.count - 1;
            }
        }
        return swaps;
    }

    private @Nullable Swap find(ByteBuffer record, Window window, int to, List<Swap> found) throws SSLException {
        int at = window.at;
        for (int i = 0; i < armed.size(); i++) {
            Marker marker = armed.get(i);
            int count = Math.min(marker.text.length, to - at);
            if (!matches(record, at, marker.text, 0, count)) {
                if (count > Marker.SHORTEST && matches(record, at, marker.text, 0, Marker.SHORTEST)) {
                    // The head of an HTTP/2 frame, say: what is not swapped whole must not go out at all.
                    throw new SSLException("lethe: something was put into the midst of a reference's place; nothing of "
                            + "it was sent");
                }
                continue;
            }
            boolean inPlace = marker.standsAfter(window);
            if (inPlace && System.nanoTime() - marker.expiresAt < 0 && !taken(marker, found)) {
                return new Swap(marker, 0, count, at);
            }
            if (count >= Marker.SHORTEST) {
                throw new SSLException("lethe: "
                        + (inPlace
                                ? "a request with a reference was sent twice or too late"
                                : "a reference was moved out of its place after it was allowed there")
                        + "; nothing of it was sent");
            }
        }
        return null;
    }

    private static boolean taken(Marker marker, List<Swap> found) {
        for (int i = 0; i < found.size(); i++) {
            if (found.get(i).marker == marker) {
                return true;
            }
        }
        return false;
    }

    private void done(List<Swap> swaps, int to) {
        cut = null;
        for (int i = 0; i < swaps.size(); i++) {
            Swap swap = swaps.get(i);
            if (swap.last()) {
                if (armed.remove(swap.marker)) {
                    ARMED.decrementAndGet();
                }
            } else {
                cut = swap.marker;
                sent = swap.from + swap.count;
            }
        }
    }

    private void remember(ByteBuffer record, int from, int to) {
        int count = Math.min(tail.length, to - from);
        int keep = Math.min(tailLength, tail.length - count);
        System.arraycopy(tail, tailLength - keep, tail, 0, keep);
        for (int i = 0; i < count; i++) {
            tail[keep + i] = record.get(to - count + i);
        }
        tailLength = keep + count;
    }

    private static boolean matches(ByteBuffer record, int at, byte[] text, int from, int count) {
        for (int i = 0; i < count; i++) {
            if (record.get(at + i) != text[from + i]) {
                return false;
            }
        }
        return true;
    }

    /** The stream before a place in the record. */
    private final class Window implements Before.Stream {

        private final ByteBuffer record;
        private final int from;
        private int at;

        Window(ByteBuffer record, int from) {
            this.record = record;
            this.from = from;
        }

        @Override
        public int back(int distance) {
            int index = at - distance;
            if (index >= from) {
                return record.get(index) & 0xff;
            }
            int inTail = tailLength - (from - index);
            return inTail >= 0 ? tail[inTail] & 0xff : -1;
        }
    }
}
