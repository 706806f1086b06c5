package io.lethe.broker.audit;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;

/**
 * A chain file. A stream, not a channel: an interrupt of a writing thread closes a {@code FileChannel} for the whole JVM,
 * while {@code FileOutputStream} and {@code FD.sync} do not heed interrupts.
 *
 * <p>Loaded by the agent loader. It holds a lock on the file while it is written, which tells {@link Tidy} of other JVMs that
 * it is not to be joined or pruned; where the file system has no locks, age has to do.
 */
final class FileOutput implements Output {

    private final File file;
    private final FileOutputStream out;

    /** @param made the file, as it was made; closed here */
    FileOutput(File file, FileChannel made, Chain.Opener opener) throws IOException {
        this.file = file;
        // Closed before the lock is taken: with any of a file's descriptors all locks of the process go.
        try (FileChannel own = made) {
            this.out = opener.open(file, own);
        }
        lock(out);
    }

    private static void lock(FileOutputStream out) {
        try {
            out.getChannel().tryLock();
        } catch (IOException | OverlappingFileLockException e) {
            // A file system without locks, or a device that a test writes to.
            return;
        }
    }

    @Override
    public String name() {
        return file.getName();
    }

    @Override
    public boolean reaches() {
        return file.isFile();
    }

    @Override
    public void write(byte[] lines, int length) throws IOException {
        out.write(lines, 0, length);
    }

    @Override
    public void sync(long line, String head) throws IOException {
        out.getFD().sync();
    }

    @Override
    public long mostUnsynced() {
        return Long.MAX_VALUE;
    }

    @Override
    public void close() {
        // Its lock ends with it.
        try {
            out.close();
        } catch (IOException e) {
            // What counted was synced before; nobody is left to tell.
            return;
        }
    }
}
