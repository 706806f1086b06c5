package io.lethe.broker.vault;

import io.lethe.broker.BrokerException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One writer at a time. The lock is the operating system's, so it ends with the process that held it.
 *
 * <p>Loaded by the command line's loader. Readers need none. Who does not get it in time is told that it is busy.
 */
final class VaultLock implements AutoCloseable {

    private static final long WAIT = TimeUnit.SECONDS.toNanos(30);

    private final FileChannel channel;

    private VaultLock(FileChannel channel) {
        this.channel = channel;
    }

    static VaultLock take(VaultFolder folder) throws BrokerException {
        Path file = folder.lock();
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            boolean taken = false;
            try {
                taken = waitFor(channel);
            } finally {
                if (!taken) {
                    channel.close();
                }
            }
            if (taken) {
                return new VaultLock(channel);
            }
        } catch (IOException e) {
            throw new BrokerException(
                    BrokerException.Kind.BROKEN,
                    "the vault " + folder.path() + " cannot be written (" + e.getMessage() + "); run this as its owner",
                    e);
        }
        throw new BrokerException(
                BrokerException.Kind.UNAVAILABLE,
                "another command is writing the vault " + folder.path() + " and holds " + file
                        + "; try again when it ended");
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // The lock is gone with the process at the latest.
            return;
        }
    }

    private static boolean waitFor(FileChannel channel) throws IOException {
        long until = System.nanoTime() + WAIT;
        while (System.nanoTime() - until < 0) {
            if (tried(channel) != null) {
                return true;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    private static @Nullable FileLock tried(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Held by another thread of this very process.
            return null;
        }
    }
}
