package io.lethe.cli.scan;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Which pages of a mapping exist, by {@code /proc/PID/pagemap} (Documentation/admin-guide/mm/pagemap.rst: bit 63 present,
 * bit 62 swapped). Reading a page that was never touched would make the kernel enter a zero page into the process.
 *
 * <p>Used by one thread. Where the kernel has no pagemap or does not let us read it, every page counts as there.
 */
final class Pagemap implements AutoCloseable {

    private static final int ENTRIES = 1 << 15;

    private final @Nullable FileChannel channel;
    private final int pageSize;
    private final ByteBuffer entries = ByteBuffer.allocateDirect(8 * ENTRIES).order(ByteOrder.nativeOrder());

    Pagemap(long pid, int pageSize) {
        FileChannel opened = null;
        try {
            opened = FileChannel.open(ProcFiles.of(pid, "pagemap"), StandardOpenOption.READ);
        } catch (IOException e) {
            // See above: then all pages are read.
        }
        this.channel = opened;
        this.pageSize = pageSize;
    }

    BitSet pages(Mapping mapping) {
        int count = Math.toIntExact((mapping.end - mapping.start) / pageSize);
        BitSet pages = new BitSet();
        if (!mapping.resident) {
            return pages;
        }
        if (channel == null) {
            pages.set(0, count);
            return pages;
        }
        for (int page = 0; page < count; ) {
            entries.clear().limit(8 * Math.min(ENTRIES, count - page));
            int read = read((mapping.start / pageSize + page) * 8);
            for (int i = 0; i < read; i++) {
                if (entries.getLong(8 * i) >>> 62 != 0) {
                    pages.set(page + i);
                }
            }
            if (read == 0) {
                pages.set(page, count);
                break;
            }
            page += read;
        }
        return pages;
    }

    private int read(long position) {
        try {
            return channel == null ? 0 : Math.max(0, channel.read(entries, position)) / 8;
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
