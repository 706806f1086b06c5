package io.lethe.broker.audit;

import io.lethe.secret.NotSecret;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The folder of chains: how they are named, begun and linked to the one before.
 *
 * <p>Loaded by the agent loader. Guarded by its {@link Audit}. Each failure names the folder and what to do.
 */
final class ChainFiles {

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final File folder;
    private final Chain.Opener opener;
    private @Nullable String previousFile;
    private @Nullable String previousHead;

    ChainFiles(File folder, Chain.Opener opener) {
        this.folder = folder;
        this.opener = opener;
    }

    void check() throws AuditException {
        if (!folder.isDirectory() && !made()) {
            throw new AuditException(
                    "the audit folder " + folder + (folder.exists() ? " is no folder" : " does not exist")
                            + "; create it and let this process write there, or set audit.dir");
        }
        if (!folder.canWrite() || !folder.canExecute()) {
            throw new AuditException("the audit folder " + folder
                    + " cannot be written by this process; give it the right or set audit.dir");
        }
    }

    private boolean made() {
        try {
            if (isPosix()) {
                Files.createDirectory(folder.toPath(), mode("rwxr-x---"));
            } else {
                Files.createDirectory(folder.toPath());
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Makes a new file whose first line is on disk when this returns. */
    Chain begin(Map<String, Object> openingEvent) throws IOException {
        check();
        if (previousHead == null) {
            findPrevious();
        }
        Map<String, Object> event = new LinkedHashMap<>(openingEvent);
        if (previousFile != null && previousHead != null) {
            Map<String, Object> previous = new LinkedHashMap<>();
            previous.put("file", previousFile);
            previous.put("head", previousHead);
            event.put("previous", previous);
        }
        File file = new File(folder, newName());
        Chain chain = null;
        try {
            create(file);
            chain = new Chain(file, opener);
            chain.sync(chain.append(Collections.singletonList(event)));
            syncFolder();
            return chain;
        } catch (IOException e) {
            if (chain != null) {
                chain.close();
            }
            // Nothing in it counts yet; a full disk would otherwise collect one empty file for each try.
            Files.deleteIfExists(file.toPath());
            throw unwritable(e);
        }
    }

    /** The next chain will name this one's last whole line. */
    void ended(Chain chain) {
        if (chain.started()) {
            previousFile = chain.file().getName();
            previousHead = chain.head();
        }
    }

    AuditException unwritable(IOException e) {
        String detail = e instanceof FileSystemException ? ((FileSystemException) e).getReason() : e.getMessage();
        return new AuditException(
                "the audit trail in " + folder + " cannot be written ("
                        + (detail == null ? e.getClass().getSimpleName() : detail)
                        + "); no secret is handed out until it can",
                e);
    }

    @NotSecret("the host's name")
    String host() {
        try (FileInputStream in = new FileInputStream("/proc/sys/kernel/hostname")) {
            byte[] name = new byte[256];
            int length = in.read(name);
            return new String(name, 0, Math.max(0, length), StandardCharsets.UTF_8).trim();
        } catch (IOException e) {
            // Not Linux. A look-up in DNS might hang, so the environment has to do.
            String name = System.getenv("HOSTNAME");
            String windows = System.getenv("COMPUTERNAME");
            return name != null ? name : windows != null ? windows : "unknown";
        }
    }

    private void findPrevious() throws AuditException {
        List<File> chains = AuditReader.chains(folder);
        for (int i = chains.size() - 1; i >= 0 && previousHead == null; i--) {
            try {
                previousHead = AuditReader.headOf(chains.get(i));
                previousFile = chains.get(i).getName();
            } catch (IOException e) {
                // Another user's chain, which we may not read, is no reason to have none.
                previousHead = null;
            }
        }
    }

    private String newName() {
        byte[] random = new byte[4];
        new SecureRandom().nextBytes(random);
        StringBuilder name = new StringBuilder(newStamp()).append('-');
        for (byte b : random) {
            name.append(Character.forDigit((b >> 4) & 15, 16)).append(Character.forDigit(b & 15, 16));
        }
        return name.append(AuditReader.SUFFIX).toString();
    }

    /**
     * Now, or as much later as it takes to be sorted behind the chain before, which may have begun in this very
     * millisecond. Not more than a second: where the clock was set back, the name tells the time as it is now.
     */
    private String newStamp() {
        Instant now = Instant.now();
        String previous = previousFile == null ? "" : previousFile;
        for (int later = 0; later < 1000; later++) {
            String stamp = STAMP.format(now.plusMillis(later));
            if (stamp.compareTo(previous) > 0) {
                return stamp;
            }
        }
        return STAMP.format(now);
    }

    private void create(File file) throws IOException {
        if (isPosix()) {
            Files.createFile(file.toPath(), mode("rw-r-----"));
        } else {
            Files.createFile(file.toPath());
        }
    }

    private boolean isPosix() {
        return folder.toPath().getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static FileAttribute<Set<PosixFilePermission>> mode(String mode) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
    }

    private void syncFolder() throws IOException {
        if (!isPosix()) {
            return;
        }
        // Only a channel can sync a folder, and a channel heeds a pending interrupt.
        boolean interrupted = Thread.interrupted();
        try (FileChannel channel = FileChannel.open(folder.toPath(), StandardOpenOption.READ)) {
            channel.force(true);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
