package io.lethe.broker.audit;

import io.lethe.broker.digest.Sha256;
import io.lethe.broker.json.JsonException;
import io.lethe.broker.json.JsonFields;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Walks chains and says whether each line links to the one before, and each chain to the one that it names.
 *
 * <p>Loaded by the command line's loader. Stateless. What it cannot see: lines cut off at the end of the newest chain,
 * and a chain written anew as a whole, unless a head that was kept elsewhere is given.
 */
public final class AuditVerifier {

    private AuditVerifier() {}

    /**
     * Walks one chain.
     *
     * @param heads hashes of lines that must be in it
     */
    public static ChainReport verify(File file, Set<String> heads) throws AuditException {
        Walk walk = new Walk(file, heads);
        try (AuditReader reader = new AuditReader(file)) {
            walk.walk(reader);
        } catch (AuditException e) {
            throw e;
        } catch (IOException e) {
            throw new AuditException("the audit chain " + file + " cannot be read (" + e.getMessage() + ")", e);
        }
        return walk.report();
    }

    /** Each chain of the folder, the oldest first, with its link to the chain that it names as the one before. */
    public static List<ChainReport> verifyFolder(File folder) throws AuditException {
        List<File> files = AuditReader.chains(folder);
        Map<String, Set<String>> named = new HashMap<>();
        List<ChainReport> first = new ArrayList<>();
        for (File file : files) {
            ChainReport report = verify(file, Collections.<String>emptySet());
            first.add(report);
            if (report.previousFile() != null && report.previousHead() != null) {
                named.computeIfAbsent(report.previousFile(), f -> new HashSet<>())
                        .add(report.previousHead());
            }
        }
        List<ChainReport> reports = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            ChainReport report = first.get(i);
            Set<String> heads = named.get(files.get(i).getName());
            if (report.intact() && heads != null) {
                report = verify(files.get(i), heads);
            }
            String previous = report.previousFile();
            if (report.intact() && previous != null && !new File(folder, previous).isFile()) {
                report = report.with("the chain before it, " + previous + ", is missing");
            }
            reports.add(report);
        }
        return reports;
    }

    private static final class Walk {

        private final File file;
        private final Set<String> missing;
        private String head = Chain.NONE;
        private long line;
        private boolean torn;
        private @Nullable String problem;
        private @Nullable String previousFile;
        private @Nullable String previousHead;

        Walk(File file, Set<String> heads) {
            this.file = file;
            this.missing = new HashSet<>(heads);
        }

        void walk(AuditReader reader) throws AuditException {
            byte[] bytes = reader.nextLine();
            while (bytes != null && problem == null) {
                line++;
                try {
                    check(reader.parse(bytes));
                } catch (AuditException e) {
                    problem = "is not an audit record";
                } catch (JsonException e) {
                    problem = e.getMessage();
                }
                if (problem == null) {
                    head = Sha256.hex(bytes);
                    missing.remove(head);
                    bytes = reader.nextLine();
                }
            }
            torn = reader.torn();
        }

        private void check(JsonFields record) throws JsonException {
            long seq = record.number("seq");
            String prev = record.string("prev");
            String event = record.string("event");
            record.string("time");
            if (!prev.equals(head)) {
                problem = line == 1 ? "does not begin a chain" : "does not link to the line before it";
            } else if (seq != line) {
                problem = "has the number " + seq;
            } else if ((line == 1) != event.equals("chain")) {
                problem = line == 1 ? "does not begin a chain" : "begins a chain within another";
            } else if (line == 1 && record.has("previous")) {
                JsonFields previous = record.object("previous");
                previousFile = previous.string("file");
                previousHead = previous.string("head");
            }
        }

        ChainReport report() {
            if (problem != null) {
                return report(line, "line " + line + " " + problem);
            }
            if (!missing.isEmpty()) {
                return report(
                        0,
                        "the head " + missing.iterator().next()
                                + " that is known of it is not in it: lines were cut off or written anew");
            }
            if (line == 0 && !torn) {
                return report(0, "it has no line");
            }
            return report(0, null);
        }

        private ChainReport report(long brokenLine, @Nullable String what) {
            return new ChainReport(
                    file,
                    brokenLine > 0 ? brokenLine - 1 : line,
                    head,
                    brokenLine,
                    what,
                    torn,
                    previousFile,
                    previousHead);
        }
    }
}
