package io.lethe.http;

import io.lethe.secret.GcWatch;
import io.lethe.secret.Wipe;
import io.lethe.weave.Scope;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The swap, in three scopes of JSSE that nest on one thread: the record layer takes application data of a connection
 * (here the peer is checked), a cipher encrypts one record in place (here the marker becomes the secret), and, where the
 * cipher is one that copies what it encrypts in place, the copy is made here instead and overwritten.
 *
 * <p>Loaded by the agent loader. Thread-safe: what is open belongs to the thread.
 */
final class Records {

    /** Content type application_data (RFC 8446, 5.1). */
    private static final byte DATA = 23;

    /** One record layer call on this thread. */
    private static final class Frame {

        final Wire wire;

        @Nullable
        Opened opened;

        Frame(Wire wire) {
            this.wire = wire;
        }
    }

    /** One record with secrets in it, until it is ciphertext. */
    private static final class Opened {

        final List<Wire.Swap> swaps;
        final ByteBuffer record;
        final @Nullable ByteBuffer direct;
        final int from;
        final int to;
        final List<byte[]> copies = new ArrayList<>(2);
        final long mark = GcWatch.mark();
        final long start = System.nanoTime();

        Opened(List<Wire.Swap> swaps, ByteBuffer record, @Nullable ByteBuffer direct, int from, int to) {
            this.swaps = swaps;
            this.record = record;
            this.direct = direct;
            this.from = from;
            this.to = to;
        }
    }

    private final Wires wires;
    private final Releases releases;
    private volatile @Nullable JsseFields known;
    private final ThreadLocal<Frame> frames = new ThreadLocal<>();

    Records(Wires wires, Releases releases) {
        this.wires = wires;
        this.releases = releases;
    }

    /** JSSE's classes are hooked and its fields are known. */
    void ready(JsseFields fields) {
        known = fields;
    }

    private JsseFields fields() {
        JsseFields fields = known;
        if (fields == null) {
            throw new IllegalStateException("not ready");
        }
        return fields;
    }

    /** Around {@code deliver} of a socket's record layer and {@code encode} of an engine's. */
    Scope layer() {
        return new Scope() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
                frames.remove();
                Object layer = arguments[0];
                if (!Wire.anyArmed() || layer == null || known == null) {
                    return arguments;
                }
                Wire wire = wires.find(layer);
                if (wire == null || wire.idle()) {
                    return arguments;
                }
                try {
                    verify(wire);
                } catch (SSLException e) {
                    wire.dropAll();
                    throw e;
                } catch (Throwable fault) {
                    wire.dropAll();
                    throw failure(fault);
                }
                frames.set(new Frame(wire));
                return arguments;
            }

            @Override
            public void returned() {
                frames.remove();
            }

            @Override
            public @Nullable Object @Nullable [] failed(Throwable thrown) {
                Frame frame = frames.get();
                frames.remove();
                if (frame != null) {
                    frame.wire.dropAll();
                }
                return null;
            }
        };
    }

    private void verify(Wire wire) throws SSLException, IllegalAccessException {
        Object context = wire.context();
        if (context == null) {
            throw new IllegalStateException("no context");
        }
        SSLSession session = fields().session(context);
        if (session.getProtocol().equals("NONE")) {
            // A handshake's own records: asynchronous clients arm before it. Application data cannot come yet.
            return;
        }
        List<Marker> armed = wire.armed();
        for (int i = 0; i < armed.size(); i++) {
            Marker.Claim claim = armed.get(i).claim;
            if (claim != null) {
                releases.requirePeer(wire, session, claim);
            }
        }
    }

    /**
     * Around a write cipher's {@code encrypt}.
     *
     * @param inner whether the content is TLS 1.3's inner plaintext: a type and zeros follow the data (RFC 8446, 5.2)
     */
    Scope cipher(boolean inner) {
        return new Scope() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
                Frame frame = frames.get();
                ByteBuffer record = (ByteBuffer) arguments[2];
                if (frame == null || record == null || !isData(arguments[1])) {
                    return arguments;
                }
                int from = record.position();
                int to = inner ? endOfData(record) : record.limit();
                if (inner && record.get(to) != DATA) {
                    return arguments;
                }
                List<Wire.Swap> swaps = Collections.emptyList();
                try {
                    swaps = frame.wire.plan(record, from, to);
                    if (swaps.isEmpty()) {
                        return arguments;
                    }
                    Releases.requireInForce(swaps);
                    fields().requireSilence();
                    fields().requireKnownCipher(arguments[0]);
                    return swap(frame, swaps, record, from, arguments);
                } catch (Throwable fault) {
                    erase(record, from, record.limit());
                    releases.lost(swaps);
                    throw failure(fault);
                }
            }

            @Override
            public void returned() {
                Opened opened = close();
                if (opened != null) {
                    copyOut(opened);
                    releases.released(opened.swaps, System.nanoTime() - opened.start, GcWatch.since(opened.mark));
                }
            }

            @Override
            public @Nullable Object @Nullable [] failed(Throwable thrown) {
                Opened opened = close();
                if (opened != null) {
                    erase(opened.record, opened.from, opened.to);
                    releases.lost(opened.swaps);
                }
                return null;
            }
        };
    }

    private @Nullable Object[] swap(
            Frame frame, List<Wire.Swap> swaps, ByteBuffer record, int from, @Nullable Object[] arguments) {
        ByteBuffer target = record;
        if (!record.hasArray()) {
            // The provider would copy it into arrays of its own: give it one that is encrypted in place.
            target = ByteBuffer.wrap(new byte[record.capacity()]);
            ByteBuffer source = record.duplicate();
            target.position(from).limit(record.limit());
            target.put(source);
            target.position(from);
        }
        Opened opened = new Opened(swaps, target, target == record ? null : record, from, target.limit());
        frame.opened = opened;
        try {
            for (int i = 0; i < swaps.size(); i++) {
                swaps.get(i).into(target);
            }
        } catch (RuntimeException e) {
            erase(target, from, target.limit());
            frame.opened = null;
            throw e;
        }
        @Nullable Object[] changed = arguments.clone();
        changed[2] = target;
        return changed;
    }

    /** Ends the window of this thread, if one is open. */
    private @Nullable Opened close() {
        Frame frame = frames.get();
        Opened opened = frame == null ? null : frame.opened;
        if (frame == null || opened == null) {
            return null;
        }
        frame.opened = null;
        for (int i = 0; i < opened.copies.size(); i++) {
            Wipe.bytes(opened.copies.get(i));
        }
        return opened;
    }

    /** What was encrypted in our array belongs into the client's buffer; what was not stays out of it. */
    private static void copyOut(Opened opened) {
        ByteBuffer direct = opened.direct;
        if (direct != null) {
            ByteBuffer encrypted = opened.record.duplicate();
            int position = encrypted.position();
            direct.limit(encrypted.limit());
            direct.position(opened.from);
            encrypted.position(opened.from);
            direct.put(encrypted);
            direct.position(position);
        }
    }

    /**
     * Around a cipher's {@code update} and {@code doFinal} of array to array: where both are one, the provider encrypts a copy
     * that it does not overwrite ({@code CipherCore}). It gets ours.
     */
    Scope copying() {
        return new Scope() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) {
                Frame frame = frames.get();
                Opened opened = frame == null ? null : frame.opened;
                byte[] input = (byte[]) arguments[1];
                if (opened == null || input == null || input != arguments[4]) {
                    return arguments;
                }
                int offset = (Integer) required(arguments[2]);
                int length = (Integer) required(arguments[3]);
                byte[] copy = new byte[offset + length];
                opened.copies.add(copy);
                System.arraycopy(input, offset, copy, offset, length);
                @Nullable Object[] changed = arguments.clone();
                changed[1] = copy;
                return changed;
            }

            @Override
            public void returned() {}

            @Override
            public @Nullable Object @Nullable [] failed(Throwable thrown) {
                return null;
            }
        };
    }

    private static Object required(@Nullable Object value) {
        if (value == null) {
            throw new NullPointerException();
        }
        return value;
    }

    private static boolean isData(@Nullable Object contentType) {
        return contentType instanceof Byte && (Byte) contentType == DATA;
    }

    private static int endOfData(ByteBuffer record) {
        int end = record.limit() - 1;
        while (end > record.position() && record.get(end) == 0) {
            end--;
        }
        return end;
    }

    /** Whatever a cipher that failed has made of the buffer's limit. */
    private static void erase(ByteBuffer record, int from, int to) {
        ByteBuffer whole = record.duplicate();
        whole.clear();
        for (int i = from; i < to; i++) {
            whole.put(i, (byte) 0);
        }
    }

    private static SSLException failure(Throwable fault) {
        return fault instanceof SSLException
                ? (SSLException) fault
                : new SSLException("lethe: an error of Lethe's own ("
                        + fault.getClass().getName() + "); nothing of the record was sent");
    }
}
