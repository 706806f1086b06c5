package io.lethe.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * An archive that lies in another, in memory, read as {@link java.util.zip.ZipFile} reads files and class loaders see them: by
 * its central directory. {@link java.util.zip.ZipInputStream} would take the first gap between two entries for the end. Used by
 * one thread.
 */
final class NestedZip {

    // The records of a zip file, and their lengths without names and comments (APPNOTE 4.3.7, 4.3.12, 4.3.16).
    private static final long LOCAL = 0x04034b50L;
    private static final int LOCAL_LENGTH = 30;
    private static final long CENTRAL = 0x02014b50L;
    private static final int CENTRAL_LENGTH = 46;
    private static final long END = 0x06054b50L;
    private static final int END_LENGTH = 22;
    /** What stands in a field whose number is too large for it. */
    private static final int ZIP64_COUNT = 0xFFFF;

    /** One file of it. */
    static final class Entry {
        final String name;
        private final int method;
        private final long packed;
        private final long at;

        Entry(String name, int method, long packed, long at) {
            this.name = name;
            this.method = method;
            this.packed = packed;
            this.at = at;
        }
    }

    private final byte[] b;
    private final List<Entry> entries = new ArrayList<>();

    /**
     * What is no archive has no entries.
     *
     * @throws IOException where its directory does not add up
     */
    NestedZip(byte[] bytes) throws IOException {
        this.b = bytes;
        int end = end();
        if (end < 0) {
            return;
        }
        int count = u2(end + 10);
        long directory = end - u4(end + 12);
        // What stands before the archive: Spring Boot's executable jars begin with a script.
        long before = directory - u4(end + 16);
        if (count == ZIP64_COUNT) {
            throw new ZipException("it has 65535 entries or more: check it alone");
        }
        if (directory < 0 || before < 0) {
            throw new ZipException("its directory is damaged");
        }
        int at = (int) directory;
        while (at < end) {
            if (at + CENTRAL_LENGTH > end || u4(at) != CENTRAL) {
                throw new ZipException("its directory is damaged");
            }
            int name = u2(at + 28);
            int next = at + CENTRAL_LENGTH + name + u2(at + 30) + u2(at + 32);
            if (next > end) {
                throw new ZipException("its directory is damaged");
            }
            entries.add(new Entry(text(at + CENTRAL_LENGTH, name), u2(at + 10), u4(at + 20), before + u4(at + 42)));
            at = next;
        }
        if (entries.size() != count) {
            throw new ZipException("its directory has " + entries.size() + " entries and says " + count);
        }
    }

    /** In the order of the directory. */
    List<Entry> entries() {
        return Collections.unmodifiableList(entries);
    }

    /** To be closed. */
    InputStream open(Entry entry) throws IOException {
        long from = entry.at + LOCAL_LENGTH;
        if (from > b.length || u4((int) entry.at) != LOCAL) {
            throw new ZipException(entry.name + " is not where the directory says");
        }
        from += u2((int) entry.at + 26) + u2((int) entry.at + 28);
        if (from + entry.packed > b.length) {
            throw new ZipException(entry.name + " is cut off");
        }
        InputStream packed = new ByteArrayInputStream(b, (int) from, (int) entry.packed);
        if (entry.method == 0) {
            return packed;
        }
        if (entry.method != 8) {
            throw new ZipException(entry.name + " is packed in a way that Java does not know");
        }
        return new InflaterInputStream(packed, new Inflater(true)) {
            @Override
            public void close() throws IOException {
                super.close();
                inf.end();
            }
        };
    }

    /** Where the end record stands, whose comment is the last there is; negative where there is none. */
    private int end() {
        for (int at = b.length - END_LENGTH; at >= 0 && at >= b.length - END_LENGTH - 0xFFFF; at--) {
            if (u4(at) == END && at + END_LENGTH + u2(at + 20) == b.length) {
                return at;
            }
        }
        return -1;
    }

    /** Names are UTF-8 in jars, whatever their flags say. */
    private String text(int from, int length) throws IOException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(b, from, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ZipException("a name in it is not UTF-8");
        }
    }

    private int u2(int at) {
        return (b[at] & 0xFF) | (b[at + 1] & 0xFF) << 8;
    }

    private long u4(int at) {
        return u2(at) | (long) u2(at + 2) << 16;
    }
}
