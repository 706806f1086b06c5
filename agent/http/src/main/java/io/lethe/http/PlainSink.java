package io.lethe.http;

import io.lethe.secret.GcWatch;
import io.lethe.secret.Wipe;
import io.lethe.weave.Filter;
import io.lethe.weave.Scope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The swap where there is no TLS: the last method in Java that sees what is written gets a copy in which the markers have
 * become secrets, and the copy is overwritten when it returns. A channel's copy is direct, so that the JDK makes none of its
 * own; a socket's is an array, which the JDK copies once more: into a buffer of the thread's, which {@link #scrub} overwrites,
 * or up to JDK 12 onto the stack, which {@link OldStack} does.
 *
 * <p>Loaded by the agent loader. Thread-safe: what is open belongs to the thread.
 */
final class PlainSink {

    /** As much of one write as is looked at where a channel may take a part. */
    private static final int PART = 1 << 16;

    /** One write with a copy. */
    private static final class Opened {

        final Wire wire;
        final List<Wire.Swap> swaps;
        final long mark = GcWatch.mark();
        final long start = System.nanoTime();

        byte @Nullable [] array;

        /** As the application wrote it, with markers; and its buffers. */
        @Nullable
        ByteBuffer marked;

        @Nullable
        ByteBuffer direct;

        ByteBuffer[] sources = {};

        Opened(Wire wire, List<Wire.Swap> swaps) {
            this.wire = wire;
            this.swaps = swaps;
        }

        void wipe() {
            Wipe.bytes(array);
            if (direct != null) {
                erase(direct);
            }
        }
    }

    private final Wires wires;
    private final Releases releases;
    private final OldStack stack = new OldStack();
    private final ThreadLocal<Opened> current = new ThreadLocal<>();
    /** Of all threads: while it is 0 none has to ask for its own. */
    private final AtomicInteger open = new AtomicInteger();

    private volatile boolean ready;

    PlainSink(Wires wires, Releases releases) {
        this.wires = wires;
        this.releases = releases;
    }

    /** All classes are hooked. */
    void ready() throws ReflectiveOperationException {
        stack.prepare();
        ready = true;
    }

    /** Around {@code write} of a socket from 13 on. */
    Scope socket() {
        return new Writing() {
            @Override
            Object end(Object self) {
                return self;
            }
        };
    }

    /** Around {@code socketWrite} of an older socket's stream. */
    Scope oldSocket() {
        return new Writing() {
            @Override
            @Nullable
            Object end(Object self) throws ReflectiveOperationException {
                return stack.socketOf(self);
            }

            @Override
            void scrub(Object self) {
                stack.scrub(self);
            }
        };
    }

    /** On the buffer that a socket has written from. */
    Filter scrub() {
        return new Filter() {
            @Override
            public @Nullable Object filter(@Nullable Object value) {
                if (open.get() != 0 && current.get() != null && value != null) {
                    erase((ByteBuffer) value);
                }
                return value;
            }
        };
    }

    private static void erase(ByteBuffer buffer) {
        ByteBuffer whole = buffer.duplicate();
        whole.clear();
        for (int i = 0; i < buffer.limit(); i++) {
            whole.put(i, (byte) 0);
        }
    }

    private @Nullable Wire armed(@Nullable Object end) {
        Wire wire = end == null ? null : wires.find(end);
        return wire == null || wire.idle() ? null : wire;
    }

    private void set(Opened opened) {
        current.set(opened);
        open.incrementAndGet();
    }

    private @Nullable Opened take() {
        if (open.get() == 0) {
            return null;
        }
        Opened opened = current.get();
        if (opened != null) {
            current.remove();
            open.decrementAndGet();
            opened.wipe();
        }
        return opened;
    }

    private void lost(@Nullable Opened opened) {
        if (opened != null) {
            opened.wire.dropAll();
            releases.lost(opened.swaps);
        }
    }

    private void released(Opened opened, List<Wire.Swap> swaps) {
        releases.released(swaps, System.nanoTime() - opened.start, GcWatch.since(opened.mark));
    }

    private static IOException failure(Throwable fault) {
        return new IOException(
                fault instanceof IOException && fault.getMessage() != null
                        ? fault.getMessage()
                        : "lethe: an error of Lethe's own (" + fault.getClass().getName()
                                + "); nothing of it was sent");
    }

    /** A method of a blocking socket, which takes all of an array or fails. */
    private abstract class Writing implements Scope {

        private final ThreadLocal<Object> writer = new ThreadLocal<>();

        abstract @Nullable Object end(Object self) throws ReflectiveOperationException;

        /** Overwrites what the JDK copied where no buffer shows it. */
        void scrub(Object self) {}

        @Override
        public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
            Object self = arguments[0];
            byte[] data = (byte[]) arguments[1];
            if (!ready || !Wire.anyArmed() || self == null || data == null) {
                return arguments;
            }
            Wire wire = armed(end(self));
            int from = number(arguments[2]);
            int count = number(arguments[3]);
            if (wire == null || from < 0 || count <= 0 || count > data.length - from) {
                return arguments;
            }
            Opened opened = null;
            try {
                List<Wire.Swap> swaps = wire.plan(ByteBuffer.wrap(data), from, from + count);
                if (swaps.isEmpty()) {
                    return arguments;
                }
                opened = new Opened(wire, swaps);
                Releases.requireInForce(swaps);
                byte[] copy = new byte[from + count];
                opened.array = copy;
                System.arraycopy(data, from, copy, from, count);
                for (int i = 0; i < swaps.size(); i++) {
                    swaps.get(i).into(ByteBuffer.wrap(copy));
                }
                set(opened);
                writer.set(self);
                return Entering.with(arguments, 1, copy);
            } catch (Throwable fault) {
                if (opened != null) {
                    opened.wipe();
                }
                wire.dropAll();
                lost(opened);
                throw failure(fault);
            }
        }

        @Override
        public void returned() {
            Opened opened = over();
            if (opened != null) {
                PlainSink.this.released(opened, opened.swaps);
            }
        }

        @Override
        public @Nullable Object @Nullable [] failed(Throwable thrown) {
            lost(over());
            return null;
        }

        private @Nullable Opened over() {
            Opened opened = take();
            if (opened != null) {
                Object self = writer.get();
                writer.remove();
                if (self != null) {
                    scrub(self);
                }
            }
            return opened;
        }
    }

    /** Around both ways to write to a channel, which may take a part. */
    Scope channel() {
        return new Scope() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
                Object channel = arguments[0];
                if (!ready || !Wire.anyArmed() || channel == null || arguments[1] == null) {
                    return arguments;
                }
                Wire wire = armed(channel);
                ByteBuffer[] sources = wire == null ? null : sources(arguments);
                if (wire == null || sources == null) {
                    return arguments;
                }
                return begin(wire, sources, arguments);
            }

            @Override
            public void returned() throws Throwable {
                Opened opened = take();
                if (opened != null) {
                    advance(opened);
                }
            }

            @Override
            public @Nullable Object @Nullable [] failed(Throwable thrown) {
                lost(take());
                return null;
            }
        };
    }

    private @Nullable Object[] begin(Wire wire, ByteBuffer[] sources, @Nullable Object[] arguments) throws Throwable {
        Opened opened = null;
        try {
            ByteBuffer marked = gather(sources);
            if (!marked.hasRemaining()) {
                return arguments;
            }
            opened = new Opened(wire, wire.look(marked, 0, marked.limit()));
            Releases.requireInForce(opened.swaps);
            ByteBuffer direct = ByteBuffer.allocateDirect(marked.limit());
            direct.put(marked.duplicate());
            direct.flip();
            opened.marked = marked;
            opened.direct = direct;
            opened.sources = sources;
            for (int i = 0; i < opened.swaps.size(); i++) {
                opened.swaps.get(i).into(direct);
            }
            set(opened);
            return Entering.with(arguments, 1, instead(arguments, direct));
        } catch (Throwable fault) {
            if (opened != null) {
                opened.wipe();
            }
            wire.dropAll();
            lost(opened);
            throw failure(fault);
        }
    }

    /** What is to be written, or null where the channel itself will complain. */
    private static ByteBuffer @Nullable [] sources(@Nullable Object[] arguments) {
        Object first = arguments[1];
        if (first instanceof ByteBuffer) {
            return new ByteBuffer[] {(ByteBuffer) first};
        }
        ByteBuffer[] all = (ByteBuffer[]) first;
        int offset = number(arguments[2]);
        int length = number(arguments[3]);
        if (all == null || offset < 0 || length < 0 || offset > all.length - length) {
            return null;
        }
        ByteBuffer[] sources = new ByteBuffer[length];
        System.arraycopy(all, offset, sources, 0, length);
        for (ByteBuffer source : sources) {
            if (source == null) {
                return null;
            }
        }
        return sources;
    }

    /** Their beginning, as one. */
    private static ByteBuffer gather(ByteBuffer[] sources) {
        long all = 0;
        for (ByteBuffer source : sources) {
            all += source.remaining();
        }
        ByteBuffer marked = ByteBuffer.allocate((int) Math.min(all, PART));
        for (ByteBuffer source : sources) {
            ByteBuffer part = source.duplicate();
            if (part.remaining() > marked.remaining()) {
                part.limit(part.position() + marked.remaining());
            }
            marked.put(part);
        }
        marked.flip();
        return marked;
    }

    /** The copy in the first buffer's place, and nothing in the others'. */
    private static Object instead(@Nullable Object[] arguments, ByteBuffer direct) {
        if (arguments[1] instanceof ByteBuffer) {
            return direct;
        }
        ByteBuffer[] all = ((ByteBuffer[]) required(arguments[1])).clone();
        int offset = number(arguments[2]);
        for (int i = 0; i < number(arguments[3]); i++) {
            all[offset + i] = i == 0 ? direct : ByteBuffer.allocate(0);
        }
        return all;
    }

    /** The application's buffers go on by what left. */
    private void advance(Opened opened) throws IOException {
        ByteBuffer direct = opened.direct;
        ByteBuffer marked = opened.marked;
        if (direct == null || marked == null) {
            return;
        }
        int written = direct.position();
        int left = written;
        for (ByteBuffer source : opened.sources) {
            int step = Math.min(left, source.remaining());
            source.position(source.position() + step);
            left -= step;
        }
        released(opened, opened.wire.sent(marked, 0, written));
    }

    private static int number(@Nullable Object value) {
        return (Integer) required(value);
    }

    private static Object required(@Nullable Object value) {
        if (value == null) {
            throw new NullPointerException();
        }
        return value;
    }
}
