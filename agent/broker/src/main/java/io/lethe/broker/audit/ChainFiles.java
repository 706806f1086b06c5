package io.lethe.broker.audit;

import io.lethe.secret.NotSecret;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The folder of chains: how they are named, begun and linked to the one before.
 *
 * <p>Loaded by the agent loader. Guarded by its {@link Audit}. Each failure names the folder and what to do.
 */
final class ChainFiles implements Trails {

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final File folder;
    private final Chain.Opener opener;
    private final Heads heads;
    private final int keepDays;
    private final LongSupplier now;
    private @Nullable String previousFile;
    private @Nullable String previousHead;
    private volatile @Nullable Manifest manifest;

    /**
     * @param keepDays after how many days chains are deleted; 0 for never
     * @param now as System.currentTimeMillis tells it
     */
    ChainFiles(File folder, Chain.Opener opener, Heads heads, int keepDays, LongSupplier now) {
        this.folder = folder;
        this.opener = opener;
        this.heads = heads;
        this.keepDays = keepDays;
        this.now = now;
    }

    @Override
    public void check() throws AuditException {
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
            if (isPosix(folder)) {
                Files.createDirectory(folder.toPath(), mode("rwxr-x---"));
                giveToOwnerOfParent();
            } else {
                Files.createDirectory(folder.toPath());
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** An administrator who is the first to write here must not keep the application from it. */
    private void giveToOwnerOfParent() {
        try {
            Path parent = folder.getAbsoluteFile().toPath().getParent();
            if (parent != null) {
                PosixFileAttributes wanted = Files.readAttributes(parent, PosixFileAttributes.class);
                PosixFileAttributeView view = Files.getFileAttributeView(
                        folder.toPath(), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
                if (!view.readAttributes().owner().equals(wanted.owner())) {
                    view.setGroup(wanted.group());
                    view.setOwner(wanted.owner());
                }
            }
        } catch (IOException e) {
            // Only root may give files away, and whoever else made the folder is who writes in it.
            return;
        }
    }

    /** Makes a new file whose first line is on disk, and in the manifest, when this returns. */
    @Override
    public Chain begin(Map<String, Object> openingEvent) throws IOException {
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
        File file = new File(folder, newName(newStamp()));
        Chain chain = null;
        try (FileChannel made = made(file)) {
            Manifest list = manifest(file);
            event.put("manifest", list.name());
            chain = new Chain(new FileOutput(file, made, opener), now);
            OwnFiles.check(file, list.user(), false);
            chain.sync(chain.append(Collections.singletonList(event)));
            syncFolder(folder);
            list.began(file.getName(), chain.mark().head);
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

    private Manifest manifest(File chain) throws IOException {
        Manifest known = manifest;
        if (known == null) {
            known = new Manifest(folder, owner(chain), host(), heads);
            manifest = known;
        }
        return known;
    }

    /** Who writes here, as the file system knows it: a number, or a name where there are none. */
    private static String owner(File chain) throws IOException {
        try {
            return String.valueOf(Files.getAttribute(chain.toPath(), "unix:uid", LinkOption.NOFOLLOW_LINKS));
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            StringBuilder name = new StringBuilder();
            for (char c : System.getProperty("user.name", "unknown").toCharArray()) {
                name.append(c < 0x7f && Character.isLetterOrDigit(c) ? c : '_');
            }
            return name.toString();
        }
    }

    @Override
    public void sign(String chain, Chain.Mark mark) throws IOException {
        Manifest list = manifest;
        if (list != null) {
            list.sign(chain, mark);
        }
    }

    @Override
    public void tidy(Chain current) throws IOException {
        Manifest list = manifest;
        if (list != null) {
            new Tidy(folder, list, keepDays, now.getAsLong())
                    .run(current.output().name());
        }
    }

    /** The next chain will name this one's last whole line. */
    @Override
    public void ended(Chain chain) {
        Chain.Mark mark = chain.mark();
        if (mark.line > 0) {
            previousFile = chain.output().name();
            previousHead = mark.head;
        }
    }

    @Override
    public AuditException unwritable(IOException e) {
        String detail = e instanceof FileSystemException ? ((FileSystemException) e).getReason() : e.getMessage();
        return new AuditException(
                "the audit trail in " + folder + " cannot be written ("
                        + (detail == null ? e.getClass().getSimpleName() : detail)
                        + "); no secret is handed out until it can",
                e);
    }

    @Override
    public String host() {
        return hostName();
    }

    @NotSecret("the host's name")
    static String hostName() {
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

    static String newName(String stamp) {
        return stamp + "-" + random() + AuditReader.SUFFIX;
    }

    /** Eight hex digits. */
    static String random() {
        byte[] random = new byte[4];
        new SecureRandom().nextBytes(random);
        StringBuilder digits = new StringBuilder(8);
        for (byte b : random) {
            digits.append(Character.forDigit((b >> 4) & 15, 16)).append(Character.forDigit(b & 15, 16));
        }
        return digits.toString();
    }

    static String stamp(long millis) {
        return STAMP.format(Instant.ofEpochMilli(millis));
    }

    /**
     * Now, or as much later as it takes to be sorted behind the chain before, which may have begun in this very
     * millisecond. Not more than a second: where the clock was set back, the name tells the time as it is now.
     */
    private String newStamp() {
        Instant instant = Instant.ofEpochMilli(now.getAsLong());
        String previous = previousFile == null ? "" : previousFile;
        for (int later = 0; later < 1000; later++) {
            String stamp = STAMP.format(instant.plusMillis(later));
            if (stamp.compareTo(previous) > 0) {
                return stamp;
            }
        }
        return STAMP.format(instant);
    }

    static void create(File file) throws IOException {
        made(file).close();
    }

    /** A file that was not there before, open: whatever its name leads to a moment later, this is it. */
    static FileChannel made(File file) throws IOException {
        Set<OpenOption> options = new HashSet<>();
        options.add(StandardOpenOption.CREATE_NEW);
        options.add(StandardOpenOption.WRITE);
        options.add(LinkOption.NOFOLLOW_LINKS);
        return isPosix(file)
                ? FileChannel.open(file.toPath(), options, mode("rw-r-----"))
                : FileChannel.open(file.toPath(), options);
    }

    static boolean isPosix(File file) {
        return file.toPath().getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    static FileAttribute<Set<PosixFilePermission>> mode(String mode) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
    }

    static void syncFolder(File folder) throws IOException {
        if (!isPosix(folder)) {
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
