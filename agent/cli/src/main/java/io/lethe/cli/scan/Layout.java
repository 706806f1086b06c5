package io.lethe.cli.scan;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides which addresses of a process are read: every page that exists, once. ZGC maps one memory file up to three times;
 * its pages are read through the first view, and those that no view shows through the file itself.
 *
 * <p>Used by one thread while the process stands still.
 */
final class Layout implements AutoCloseable {

    private final long pid;
    private final int pageSize;
    private final Region.Source memory;
    private final List<Mapping> mappings;
    private final Names names;
    private final Map<Long, MemoryFile> files = new LinkedHashMap<>();
    private final List<FileChannel> opened = new ArrayList<>();
    private final List<Region> regions = new ArrayList<>();
    private long pendingStart;
    private long pendingEnd;

    /** What is known of one memory file. */
    private static final class MemoryFile {
        final BitSet existing = new BitSet();
        final BitSet read = new BitSet();
    }

    Layout(long pid, int pageSize, Region.Source memory) throws IOException {
        this.pid = pid;
        this.pageSize = pageSize;
        this.memory = memory;
        this.mappings = Mapping.read(pid);
        this.names = new Names(pid, mappings);
    }

    List<Region> regions() throws IOException {
        try (Pagemap pagemap = new Pagemap(pid, pageSize)) {
            for (Mapping mapping : mappings) {
                if (mapping.isMemoryFile()) {
                    note(mapping, pagemap.pages(mapping));
                }
            }
            for (Mapping mapping : mappings) {
                if (mapping.isMemoryFile()) {
                    add(mapping, unread(mapping));
                } else if (!mapping.isKernels()) {
                    add(mapping, pagemap.pages(mapping));
                }
            }
        }
        flush();
        for (Map.Entry<Long, MemoryFile> file : files.entrySet()) {
            addUnmapped(file.getKey(), file.getValue());
        }
        return regions;
    }

    boolean isEmpty() {
        return mappings.isEmpty();
    }

    private void note(Mapping mapping, BitSet pages) {
        MemoryFile file = files.computeIfAbsent(mapping.inode, inode -> new MemoryFile());
        int first = Math.toIntExact(mapping.offset / pageSize);
        for (int p = pages.nextSetBit(0); p >= 0; p = pages.nextSetBit(p + 1)) {
            file.existing.set(first + p);
        }
    }

    /** Pages of this view that exist in any view and were not read through an earlier one. */
    private BitSet unread(Mapping mapping) {
        MemoryFile file = files.computeIfAbsent(mapping.inode, inode -> new MemoryFile());
        int first = Math.toIntExact(mapping.offset / pageSize);
        int count = Math.toIntExact((mapping.end - mapping.start) / pageSize);
        BitSet pages = file.existing.get(first, first + count);
        pages.andNot(file.read.get(first, first + count));
        file.read.set(first, first + count);
        return pages;
    }

    private void add(Mapping mapping, BitSet pages) {
        for (int p = pages.nextSetBit(0); p >= 0; ) {
            int end = pages.nextClearBit(p);
            long from = mapping.start + (long) p * pageSize;
            if (from != pendingEnd) {
                flush();
                pendingStart = from;
            }
            pendingEnd = mapping.start + (long) end * pageSize;
            p = pages.nextSetBit(end);
        }
    }

    private void flush() {
        if (pendingEnd > pendingStart) {
            regions.add(new Region(0, memory, pendingStart, pendingEnd, names));
        }
        pendingStart = pendingEnd;
    }

    private void addUnmapped(long inode, MemoryFile file) throws IOException {
        FileChannel channel = open(inode);
        if (channel == null) {
            // Closed after mapping: then what no view shows is out of the process's reach as well.
            return;
        }
        opened.add(channel);
        BitSet done = file.existing;
        int pages = Math.toIntExact((channel.size() + pageSize - 1) / pageSize);
        for (int p = done.nextClearBit(0); p < pages; ) {
            int next = done.nextSetBit(p);
            int end = next < 0 ? pages : Math.min(next, pages);
            long stop = Math.min((long) end * pageSize, channel.size());
            regions.add(new Region(opened.size(), channel::read, (long) p * pageSize, stop, a -> "memory file"));
            p = done.nextClearBit(end);
        }
    }

    private @Nullable FileChannel open(long inode) throws IOException {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(ProcFiles.of(pid, "fd"))) {
            for (Path descriptor : descriptors) {
                if (isMemoryFile(descriptor, inode)) {
                    return FileChannel.open(descriptor, StandardOpenOption.READ);
                }
            }
        }
        return null;
    }

    private static boolean isMemoryFile(Path descriptor, long inode) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("/memfd:")
                    && Long.valueOf(inode).equals(Files.getAttribute(descriptor, "unix:ino"));
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        for (FileChannel channel : opened) {
            channel.close();
        }
    }
}
