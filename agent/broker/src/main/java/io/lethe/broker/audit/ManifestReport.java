package io.lethe.broker.audit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@link AuditVerifier} found of one manifest.
 *
 * <p>Loaded by the command line's loader. One thread; not changed any more once the verifier has returned it.
 */
public final class ManifestReport {

    private final String name;
    private final List<String> problems = new ArrayList<>();
    /** The chains that it lists, with the heads that it knows and where it says so. */
    final Map<String, Map<String, Long>> chains = new LinkedHashMap<>();

    final Map<String, Joined> joined = new LinkedHashMap<>();
    private final Map<String, Set<String>> holders = new LinkedHashMap<>();
    final Set<String> pruned = new LinkedHashSet<>();
    long lines;
    long signed;
    long anchoredLine;
    boolean torn;
    /** Whether what follows the last line was not read, since it does not fit. */
    boolean stopped;

    String head = Chain.NONE;

    @Nullable
    String lastSigned;

    ManifestReport(String name) {
        this.name = name;
    }

    void problem(String problem) {
        problems.add(problem);
    }

    void knows(String chain, String chainHead, long line) {
        chains.computeIfAbsent(chain, c -> new LinkedHashMap<>()).putIfAbsent(chainHead, line);
    }

    void joins(String file, Joined content) {
        joined.put(file, content);
        for (String chain : content.chains) {
            holders.computeIfAbsent(chain, c -> new LinkedHashSet<>()).add(file);
        }
    }

    /** The joined files that it says a chain is in; one that a crash kept from its name is among them. */
    Set<String> holders(String chain) {
        return holders.getOrDefault(chain, Collections.emptySet());
    }

    /** Whether a file was deleted for its age, by itself or in a joined one. */
    boolean pruned(String chain) {
        return pruned.contains(chain) || !Collections.disjoint(pruned, holders(chain));
    }

    public String name() {
        return name;
    }

    /** How many lines it has. */
    public long lines() {
        return lines;
    }

    /** Hash of its last line that links. */
    public String head() {
        return head;
    }

    /** The last line that is signed; 0 where none is. What follows links only. */
    public long signed() {
        return signed;
    }

    /** When that was signed, as the line says. */
    public @Nullable String lastSigned() {
        return lastSigned;
    }

    /** The last line of which a head was given that was kept elsewhere; 0 where none was. */
    public long anchored() {
        return anchoredLine;
    }

    /** Files that were deleted when they were as old as the configuration said. */
    public int prunedFiles() {
        return pruned.size();
    }

    /** What is wrong, a sentence each. */
    public List<String> problems() {
        return Collections.unmodifiableList(problems);
    }

    /** A file of several chains. Immutable. */
    static final class Joined {

        final List<String> chains;
        final String sha256;
        final long line;

        Joined(List<String> chains, String sha256, long line) {
            this.chains = chains;
            this.sha256 = sha256;
            this.line = line;
        }
    }
}
