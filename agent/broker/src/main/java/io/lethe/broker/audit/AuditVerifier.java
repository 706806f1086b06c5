package io.lethe.broker.audit;

import io.lethe.broker.digest.Sha256;
import io.lethe.broker.json.JsonFields;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Walks manifests and chains and says whether each line links to the one before, each chain to the one that it names, and
 * each signature to the key before.
 *
 * <p>Loaded by the command line's loader. Used once for each folder, by one thread. What it cannot see without heads that were
 * kept elsewhere: a folder that was written anew as a whole, or cut off at its end.
 */
public final class AuditVerifier {

    private final File folder;
    private final KnownHeads known;
    private final int keepDays;
    private final Map<String, ManifestReport> manifests = new LinkedHashMap<>();
    /** The chains that were read, in files of their own or in joined ones. */
    private final Set<String> walked = new HashSet<>();

    private final Set<String> changed = new HashSet<>();

    private AuditVerifier(File folder, KnownHeads known, int keepDays) {
        this.folder = folder;
        this.known = known;
        this.keepDays = keepDays;
    }

    /**
     * Walks one chain.
     *
     * @param heads hashes of lines that must be in it
     */
    public static ChainReport verify(File file, Set<String> heads) throws AuditException {
        Expected expected = new Expected();
        expected.heads.addAll(heads);
        return walk(
                        file,
                        Collections.singletonList(file.getName()),
                        Collections.singletonMap(file.getName(), expected),
                        null)
                .get(0);
    }

    /** Each chain of the folder, the oldest first, with its link to the chain that it names as the one before. */
    public static List<ChainReport> verifyFolder(File folder) throws AuditException {
        return verify(folder, new KnownHeads(), -1).chains();
    }

    /**
     * All of a folder, compared with heads that were kept elsewhere.
     *
     * @param keepDays what the configuration asks for; 0 where nothing may be deleted, negative where that is not known
     */
    public static TrailReport verify(File folder, KnownHeads known, int keepDays) throws AuditException {
        return new AuditVerifier(folder, known, keepDays).verify();
    }

    private TrailReport verify() throws AuditException {
        List<File> files = AuditReader.chains(folder);
        readManifests();
        Map<String, Expected> expected = expected(files);
        List<ChainReport> chains = new ArrayList<>();
        for (File file : files) {
            chains.addAll(walk(file, chainsOf(file), expected, known));
        }
        for (ChainReport chain : chains) {
            walked.add(chain.name());
        }
        for (ManifestReport report : manifests.values()) {
            findMissing(report);
        }
        List<ChainReport> judged = new ArrayList<>();
        for (ChainReport chain : chains) {
            judged.add(judged(chain));
        }
        return new TrailReport(new ArrayList<>(manifests.values()), judged, known.missing());
    }

    private void readManifests() throws AuditException {
        File[] files = folder.listFiles(
                (dir, name) -> name.startsWith(Manifest.PREFIX) && !name.endsWith(Manifest.KEY_SUFFIX));
        if (files == null) {
            return;
        }
        Arrays.sort(files);
        for (File file : files) {
            ManifestReport report = new ManifestVerifier(file, known, keepDays).verify();
            manifests.put(report.name(), report);
            findChanged(report);
        }
    }

    /** What a manifest lists must have been read, wherever it lies, unless that manifest says that it was too old. */
    private void findMissing(ManifestReport report) {
        for (String chain : report.chains.keySet()) {
            Set<String> holders = report.holders(chain);
            // Of a joined file that was changed, that is said already.
            if (!walked.contains(chain) && !report.pruned(chain) && Collections.disjoint(changed, holders)) {
                report.problem("the chain " + chain + " that it lists is missing"
                        + (holders.isEmpty() ? "" : ", and not in " + String.join(", ", holders)));
            }
        }
    }

    private void findChanged(ManifestReport report) throws AuditException {
        for (Map.Entry<String, ManifestReport.Joined> joined : report.joined.entrySet()) {
            String name = joined.getKey();
            if (isThere(name) && !sha256(new File(folder, name)).equals(joined.getValue().sha256)) {
                changed.add(name);
                report.problem("the file " + name + " was changed since its chains were joined in it");
            }
        }
    }

    private boolean isThere(String name) {
        return name.indexOf('/') < 0 && new File(folder, name).isFile();
    }

    private static String sha256(File file) throws AuditException {
        try (InputStream in = new FileInputStream(file)) {
            return Sha256.hex(in);
        } catch (IOException e) {
            throw new AuditException("the audit chain " + file + " cannot be read (" + e.getMessage() + ")", e);
        }
    }

    /** What each chain must hold: by the manifests, and by the chains that name it as the one before them. */
    private Map<String, Expected> expected(List<File> files) throws AuditException {
        Map<String, Expected> expected = new HashMap<>();
        Set<String> anchoredChains = new HashSet<>();
        for (ManifestReport manifest : manifests.values()) {
            for (Map.Entry<String, Map<String, Long>> chain : manifest.chains.entrySet()) {
                Expected of = expected.computeIfAbsent(chain.getKey(), c -> new Expected());
                for (Map.Entry<String, Long> head : chain.getValue().entrySet()) {
                    of.heads.add(head.getKey());
                    if (head.getValue() <= manifest.anchoredLine) {
                        of.anchors.add(head.getKey());
                        anchoredChains.add(chain.getKey());
                    }
                }
            }
            for (Map.Entry<String, ManifestReport.Joined> joined : manifest.joined.entrySet()) {
                if (joined.getValue().line <= manifest.anchoredLine) {
                    for (String chain : joined.getValue().chains) {
                        expected.computeIfAbsent(chain, c -> new Expected()).wholeIn = joined.getKey();
                    }
                }
            }
        }
        for (File file : files) {
            for (ChainReport chain : walk(file, chainsOf(file), expected, null)) {
                String before = chain.previousFile();
                String head = chain.previousHead();
                if (before != null && head != null) {
                    Expected of = expected.computeIfAbsent(before, c -> new Expected());
                    of.heads.add(head);
                    if (anchoredChains.contains(chain.name())) {
                        of.anchors.add(head);
                    }
                }
            }
        }
        return expected;
    }

    /** The names of the chains in a file, in their order. The name of a joined file is of one manifest only. */
    private List<String> chainsOf(File file) {
        for (ManifestReport manifest : manifests.values()) {
            ManifestReport.Joined joined = manifest.joined.get(file.getName());
            if (joined != null) {
                return joined.chains;
            }
        }
        return Collections.singletonList(file.getName());
    }

    private ChainReport judged(ChainReport chain) {
        if (!chain.intact()) {
            return chain;
        }
        String before = chain.previousFile();
        if (before != null && !isThere(before) && !isKnownGone(before)) {
            return chain.with("the chain before it, " + before + ", is missing");
        }
        String named = chain.manifest();
        ManifestReport manifest = named == null ? null : manifests.get(named);
        boolean listed = manifest != null && manifest.chains.containsKey(chain.name());
        // A process that was killed before the manifest had it wrote one line, which says nothing.
        if (named != null && !listed && chain.records() > 1 && (manifest == null || !manifest.stopped)) {
            return chain.with(
                    manifest == null
                            ? "the manifest " + named + " that it names is missing"
                            : "the manifest " + named + " does not list it");
        }
        return chain;
    }

    /** Whether a file that is not there was joined into one that is, or deleted for its age by whose it was. */
    private boolean isKnownGone(String name) {
        boolean listed = false;
        boolean pruned = false;
        boolean prunedByItsOwn = false;
        for (ManifestReport manifest : manifests.values()) {
            boolean lists = manifest.chains.containsKey(name);
            listed |= lists;
            pruned |= manifest.pruned(name);
            prunedByItsOwn |= lists && manifest.pruned(name);
        }
        return walked.contains(name) || (listed ? prunedByItsOwn : pruned);
    }

    private static List<ChainReport> walk(
            File file, List<String> names, Map<String, Expected> expected, @Nullable KnownHeads known)
            throws AuditException {
        List<ChainReport> reports = new ArrayList<>();
        try (AuditReader reader = new AuditReader(file)) {
            ChainWalk walk = begin(file, names.get(0), expected);
            boolean links = true;
            int chain = 1;
            for (byte[] line = reader.nextLine(); line != null && links; line = reader.nextLine()) {
                JsonFields record = parsed(reader, line);
                if (record != null && chain < names.size() && walk.begun() && isFirst(record)) {
                    reports.add(walk.report());
                    walk = begin(file, names.get(chain++), expected);
                }
                String hash = Sha256.hex(line);
                links = record != null ? walk.take(record, hash) : walk.garbage();
                if (known != null && links) {
                    if (known.found(hash)) {
                        walk.anchor();
                    }
                }
            }
            walk.end(reader.torn());
            reports.add(walk.report());
        } catch (AuditException e) {
            throw e;
        } catch (IOException e) {
            throw new AuditException("the audit chain " + file + " cannot be read (" + e.getMessage() + ")", e);
        }
        return reports;
    }

    private static ChainWalk begin(File file, String name, Map<String, Expected> expected) {
        Expected of = expected.get(name);
        return new ChainWalk(file, name, of == null ? new Expected() : of);
    }

    private static boolean isFirst(JsonFields record) {
        return record.hasNumber("seq", 1);
    }

    private static @Nullable JsonFields parsed(AuditReader reader, byte[] line) {
        try {
            return reader.parse(line);
        } catch (AuditException e) {
            return null;
        }
    }

    /** What is known of a chain from elsewhere. */
    static final class Expected {

        /** Hashes of lines that must be in it, and those of them that were kept elsewhere. */
        final Set<String> heads = new HashSet<>();

        final Set<String> anchors = new HashSet<>();
        /** The file in which a head that was kept elsewhere vouches for all of it, by the file's hash. */
        @Nullable
        String wholeIn;
    }
}
