package io.lethe.cli.scan;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Bytes that lie together, where they are read from and how their places are called. Used by one thread. */
final class Region {

    /** Reads from an address; returns how many bytes, -1 where there are none, throws where that cannot be read. */
    interface Source {
        int read(ByteBuffer into, long address) throws IOException;
    }

    /** Names a place for people: {@code java heap}, {@code thread stack main}. */
    interface Naming {
        String name(long address);
    }

    /** Tells apart address spaces: equal addresses in different ones are different places. */
    final int space;

    final Source source;
    final long start;
    final long end;
    final Naming naming;

    /** @param end exclusive; {@link Long#MAX_VALUE} where only reading tells */
    Region(int space, Source source, long start, long end, Naming naming) {
        this.space = space;
        this.source = source;
        this.start = start;
        this.end = end;
        this.naming = naming;
    }
}
