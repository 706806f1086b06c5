package io.lethe.cli;

import java.io.IOException;

/**
 * How much {@code check} looks at, over all that it is given: archives can be made to hold more than anybody could read. Used
 * by one thread.
 */
final class Bounds {

    /** There is more than that. The message says what to do. */
    static final class Reached extends IOException {
        private static final long serialVersionUID = 1;

        Reached(String what) {
            super("there is more in there than is looked at in one run (" + what + "): check it in parts");
        }
    }

    private final long mostArchives;
    private final long mostEntries;
    private final long mostBytes;
    private long archives;
    private long entries;
    private long bytes;

    Bounds() {
        this(10_000, 1_000_000, 2L << 30);
    }

    Bounds(long mostArchives, long mostEntries, long mostBytes) {
        this.mostArchives = mostArchives;
        this.mostEntries = mostEntries;
        this.mostBytes = mostBytes;
    }

    /** One more archive or folder. */
    void archive() throws Reached {
        if (++archives > mostArchives) {
            throw new Reached(mostArchives + " archives");
        }
    }

    /** One more file or entry. */
    void entry() throws Reached {
        if (++entries > mostEntries) {
            throw new Reached(mostEntries + " files");
        }
    }

    /** How many bytes more may be read, unpacked. */
    long left() {
        return mostBytes - bytes;
    }

    void read(long more) throws Reached {
        bytes += more;
        if (bytes > mostBytes) {
            throw new Reached(mostBytes + " bytes, unpacked");
        }
    }
}
