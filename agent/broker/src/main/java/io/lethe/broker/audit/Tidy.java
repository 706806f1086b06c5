package io.lethe.broker.audit;

import io.lethe.broker.digest.Sha256;
import io.lethe.broker.json.JsonException;
import io.lethe.broker.json.JsonFields;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Joins the short chains of each past day into one file, and deletes what is older than it must be. Both leave a signed mark
 * in the manifest first, so that the verifier tells them from what somebody else took away.
 *
 * <p>Loaded by the agent loader and the command line's. One thread. Only chains that name this manifest are touched, and none
 * that a process still writes. After a crash at any moment nothing is lost, and the next one goes on.
 */
final class Tidy {

    static final String JOINED = "-joined-";

    private static final DateTimeFormatter DAY = DateTimeFormatter.BASIC_ISO_DATE;
    private static final int DAY_LENGTH = 8;
    private static final int MOST_AT_ONCE = 500;
    private static final long MOST_BYTES_AT_ONCE = 8 << 20;
    private static final long LONGEST_JOINED = 1 << 20;
    private static final byte[] FIRST = "{\"seq\":1,".getBytes(StandardCharsets.US_ASCII);
    /** A chain that was begun before midnight may not have its lock yet. */
    private static final long SETTLED = TimeUnit.MINUTES.toMillis(10);

    private final File folder;
    private final Manifest manifest;
    private final int keepDays;
    private final long now;

    /** @param now as System.currentTimeMillis tells it */
    Tidy(File folder, Manifest manifest, int keepDays, long now) {
        this.folder = folder;
        this.manifest = manifest;
        this.keepDays = keepDays;
        this.now = now;
    }

    /** @param current the chain that this process writes */
    void run(String current) throws IOException {
        Map<String, List<File>> days = old(day(0), current);
        List<File> tooOld = new ArrayList<>();
        for (Map.Entry<String, List<File>> day : days.entrySet()) {
            if (day.getKey().compareTo(oldestKept()) < 0) {
                tooOld.addAll(day.getValue());
            } else {
                joinInTurns(day.getKey(), joinable(day.getValue()));
            }
        }
        for (int i = 0; i < tooOld.size(); i += MOST_AT_ONCE) {
            prune(tooOld.subList(i, Math.min(i + MOST_AT_ONCE, tooOld.size())));
        }
    }

    /** Each turn holds the manifest for a short while only: no other JVM can begin a chain meanwhile. */
    void joinInTurns(String day, List<File> chains) throws IOException {
        for (int from = 0, to; from < chains.size(); from = to) {
            to = turn(chains, from);
            List<File> some = chains.subList(from, to);
            manifest.locked(keys -> join(keys, day, some));
        }
    }

    /** Where the turn ends that begins there. */
    static int turn(List<File> chains, int from) {
        long bytes = 0;
        int to = from;
        while (to < chains.size() && to - from < MOST_AT_ONCE) {
            bytes += chains.get(to).length();
            if (bytes > MOST_BYTES_AT_ONCE && to > from) {
                break;
            }
            to++;
        }
        return to;
    }

    /** Our files of past days that nobody writes, by day. */
    Map<String, List<File>> old(String today, String current) throws IOException {
        Map<String, List<File>> days = new TreeMap<>();
        for (File file : AuditReader.chains(folder)) {
            String day = dayOf(file.getName());
            if (!Files.isRegularFile(file.toPath(), LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            if (day != null && day.compareTo(today) < 0 && !file.getName().equals(current) && isOurs(file)) {
                List<File> files = days.computeIfAbsent(day, d -> new ArrayList<>());
                files.add(file);
            }
        }
        // A day whose chains are one file needs nothing, unless it is to be deleted.
        String before = oldestKept();
        days.entrySet()
                .removeIf(day -> day.getKey().compareTo(before) >= 0
                        && joinable(day.getValue()).size() < 2);
        return days;
    }

    private String oldestKept() {
        return keepDays == 0 ? "" : day(keepDays);
    }

    private String day(int ago) {
        return DAY.format(
                Instant.ofEpochMilli(now).atZone(ZoneOffset.UTC).toLocalDate().minusDays(ago));
    }

    /** The day in a chain's name; null where it is no name of ours. */
    static @Nullable String dayOf(String name) {
        if (name.length() <= DAY_LENGTH) {
            return null;
        }
        for (int i = 0; i < DAY_LENGTH; i++) {
            if (name.charAt(i) < '0' || name.charAt(i) > '9') {
                return null;
            }
        }
        return name.substring(0, DAY_LENGTH);
    }

    private boolean isOurs(File file) {
        if (file.getName().contains(JOINED)) {
            return file.getName().contains(infix());
        }
        if (now - file.lastModified() < SETTLED || isWritten(file)) {
            return false;
        }
        try (AuditReader reader = new AuditReader(file)) {
            JsonFields first = reader.next();
            return first != null && manifest.name().equals(first.stringOrNull("manifest"));
        } catch (IOException | JsonException e) {
            // Nobody's whom we know.
            return false;
        }
    }

    private String infix() {
        return infix(manifest.name());
    }

    private static String infix(String manifest) {
        return JOINED + manifest.substring(Manifest.PREFIX.length()) + "-";
    }

    /** The day of a joined file, where the name is one that this manifest's JVMs give to such; else null. */
    static @Nullable String joinedDay(String name, String manifest) {
        String day = dayOf(name);
        if (day == null || !name.startsWith(day + infix(manifest)) || !name.endsWith(AuditReader.SUFFIX)) {
            return null;
        }
        int from = DAY_LENGTH + infix(manifest).length();
        int to = name.length() - AuditReader.SUFFIX.length();
        for (int i = from; i < to; i++) {
            if (name.charAt(i) != '.' && Character.digit(name.charAt(i), 16) < 0) {
                return null;
            }
        }
        return from < to ? day : null;
    }

    /** Whether a process still has it open, which its lock says. */
    static boolean isWritten(File file) {
        if (!Files.isRegularFile(file.toPath(), LinkOption.NOFOLLOW_LINKS)) {
            return true;
        }
        // One that another JVM has just joined must not come into being again.
        try (FileChannel open = FileChannel.open(file.toPath(), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            return open.tryLock() == null;
        } catch (IOException | OverlappingFileLockException e) {
            return true;
        }
    }

    private static List<File> joinable(List<File> files) {
        List<File> joinable = new ArrayList<>();
        for (File file : files) {
            if (!file.getName().contains(JOINED) && file.length() < LONGEST_JOINED && hasTwoLines(file)) {
                joinable.add(file);
            }
        }
        return joinable;
    }

    /** One of a single line says nothing, and a process that was killed may have left it before the manifest listed it. */
    private static boolean hasTwoLines(File file) {
        try (AuditReader reader = new AuditReader(file)) {
            boolean begun = reader.nextLine() != null;
            return begun && reader.nextLine() != null;
        } catch (IOException e) {
            return false;
        }
    }

    private void prune(List<File> files) throws IOException {
        List<Object> names = new ArrayList<>();
        for (File file : files) {
            names.add(file.getName());
        }
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", "pruned");
        event.put("keepDays", keepDays);
        event.put("files", names);
        manifest.sign(event);
        delete(files);
    }

    /** First the mark, then the file's name, then the chains go: what a killed process leaves is at most there twice. */
    private void join(FileChannel keys, String day, List<File> some) throws IOException {
        List<File> chains = new ArrayList<>();
        List<Object> names = new ArrayList<>();
        for (File chain : withoutThoseJoined(some, day)) {
            // Another process may have done it since.
            if (chain.isFile() && !isWritten(chain)) {
                chains.add(chain);
                names.add(chain.getName());
            }
        }
        if (chains.size() < 2) {
            return;
        }
        File joined = fresh(day);
        File aside = new File(folder, "." + joined.getName() + ".tmp");
        Files.deleteIfExists(aside.toPath());
        ChainFiles.create(aside);
        MessageDigest digest = Sha256.digest();
        try (FileChannel file = FileChannel.open(aside.toPath(), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                OutputStream out = new DigestOutputStream(Channels.newOutputStream(file), digest)) {
            for (File chain : chains) {
                copy(chain, out);
            }
            file.force(true);
        }
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", "joined");
        event.put("file", joined.getName());
        event.put("sha256", Sha256.toHex(digest.digest()));
        event.put("chains", names);
        manifest.signLocked(keys, event);
        Files.move(aside.toPath(), joined.toPath(), StandardCopyOption.ATOMIC_MOVE);
        ChainFiles.syncFolder(folder);
        delete(chains);
    }

    /** Its whole lines; what a killed process left behind them counts as never written. */
    private static void copy(File chain, OutputStream out) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(chain, "r")) {
            byte[] content = new byte[(int) Tail.of(in).whole()];
            in.seek(0);
            in.readFully(content);
            out.write(content);
        }
    }

    /** Deletes those that a joined file holds already, as after a crash. @return the others */
    private List<File> withoutThoseJoined(List<File> chains, String day) throws IOException {
        File[] joined = folder.listFiles((dir, name) -> name.startsWith(day + infix()));
        Set<String> firstLines = new HashSet<>();
        for (File file : joined == null ? new File[0] : joined) {
            try (AuditReader reader = new AuditReader(file)) {
                for (byte[] line = reader.nextLine(); line != null; line = reader.nextLine()) {
                    if (isFirst(line)) {
                        firstLines.add(Sha256.hex(line));
                    }
                }
            }
        }
        List<File> others = new ArrayList<>();
        List<File> twice = new ArrayList<>();
        for (File chain : chains) {
            boolean known = !firstLines.isEmpty() && firstLines.contains(firstLine(chain));
            (known ? twice : others).add(chain);
        }
        delete(twice);
        return others;
    }

    private static boolean isFirst(byte[] line) {
        return line.length > FIRST.length && Arrays.equals(Arrays.copyOf(line, FIRST.length), FIRST);
    }

    private static String firstLine(File chain) throws IOException {
        if (!chain.isFile()) {
            return "";
        }
        try (AuditReader reader = new AuditReader(chain)) {
            byte[] line = reader.nextLine();
            return line == null ? "" : Sha256.hex(line);
        }
    }

    /** Never one that a mark may name already: after a crash there may be a mark and no file. */
    private File fresh(String day) {
        File[] joined = folder.listFiles((dir, name) -> name.startsWith(day + infix()));
        return new File(
                folder,
                day + infix() + (joined == null ? 1 : joined.length + 1) + "." + ChainFiles.random()
                        + AuditReader.SUFFIX);
    }

    private void delete(List<File> files) throws IOException {
        for (File file : files) {
            Files.deleteIfExists(file.toPath());
        }
        ChainFiles.syncFolder(folder);
    }
}
